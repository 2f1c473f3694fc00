"""Keys that more than one service uses: none of them can be limited, billed or replaced by itself."""

from collections.abc import Iterator

from keeptabs.audit.prices import Prices
from keeptabs.audit.rule import Confidence, Finding, Rule
from keeptabs.audit.tally import Table, Tally, counted
from keeptabs.store.record import Record

_MOST_SERVICES = 50


class _Users:
    def __init__(self) -> None:
        self.services: dict[str, Tally] = {}
        self.all = Tally()


class _Watch:
    def __init__(self, prices: Prices) -> None:
        self._keys: Table[tuple[str, str], _Users] = Table(_Users)

    def see(self, record: Record) -> None:
        key = record.call.account.key
        if key is None or not record.service:
            return
        users = self._keys.at((record.call.provider, key))
        users.all.add(record)
        if record.service in users.services or len(users.services) < _MOST_SERVICES:
            users.services.setdefault(record.service, Tally()).add(record)

    def findings(self) -> Iterator[Finding]:
        for (provider, key), users in self._keys.items():
            if len(users.services) < 2:
                continue
            names = sorted(users.services)
            yield Finding(
                rule=RULE.id,
                title=f"{counted(len(names), 'service')} use one key of {provider}",
                evidence=f"the key with fingerprint {key} was used by {', '.join(names)}",
                usd=None,
                confidence=Confidence.HIGH,
                why="it is the same key; that it should be another one is a matter of safety, not of dollars",
                change=("Give each service a key of its own, with a limit of its own.",),
                calls=users.all.calls,
                since=users.all.first,
                traces=tuple(users.all.traces),
                columns=("service", "calls", "spent"),
                rows=tuple((name, users.services[name].calls, users.services[name].usd) for name in names),
            )


RULE = Rule(
    id="shared_keys",
    title="A key in more than one service",
    looks_at="fingerprints of keys, by service",
    watch=_Watch,
)
