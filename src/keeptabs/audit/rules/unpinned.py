"""Names that stand for another model tomorrow: the vendor moves them on, and price and answers with them."""

from collections.abc import Iterator

from keeptabs.audit.prices import Prices
from keeptabs.audit.rule import Confidence, Finding, Rule
from keeptabs.audit.tally import Table, Tally, counted
from keeptabs.store.record import Record

_FEWEST = 20
_MOST_VERSIONS = 20
_NEWEST = "latest"


class _Alias:
    def __init__(self) -> None:
        self.all = Tally()
        self.stood_for: dict[str, Tally] = {}


class _Watch:
    def __init__(self, prices: Prices) -> None:
        self._names: Table[tuple[str, str], _Alias] = Table(_Alias)

    def see(self, record: Record) -> None:
        asked, answered = record.call.request.model, record.call.response_model
        if not asked or not answered or not _is_alias(asked, answered):
            return
        alias = self._names.at((record.call.provider, asked))
        alias.all.add(record)
        if answered in alias.stood_for or len(alias.stood_for) < _MOST_VERSIONS:
            alias.stood_for.setdefault(answered, Tally()).add(record)

    def findings(self) -> Iterator[Finding]:
        for (_, name), alias in self._names.items():
            if alias.all.calls >= _FEWEST:
                yield _finding(name, alias)


def _is_alias(asked: str, answered: str) -> bool:
    """True where a version of what was asked for answered, or the name says that it moves."""
    rest = answered.removeprefix(asked)
    dated = rest != answered and rest[:1] in {"-", "@"} and rest[1:].replace("-", "").isdecimal()
    return dated or asked.endswith(f"-{_NEWEST}")


def _finding(name: str, alias: _Alias) -> Finding:
    versions = list(alias.stood_for)
    moved = len(versions) > 1
    newest = versions[-1]
    return Finding(
        rule=RULE.id,
        title=f"{name} is a name that moves" + (f", and did: to {newest}" if moved else ""),
        evidence=f"{counted(alias.all.calls, 'call')} were answered by {', '.join(versions)}",
        usd=None,
        confidence=Confidence.HIGH if moved else Confidence.MEDIUM,
        why="answers named the version that gave them; what the next one costs is not known",
        change=(
            f"Ask for {newest}, and move on when you have tried the next one."
            if newest != name
            else "Ask for a version by its date.",
        ),
        calls=alias.all.calls,
        since=alias.all.first,
        models=(name,),
        traces=tuple(alias.all.traces),
        columns=("answered by", "calls", "spent"),
        rows=tuple((version, tally.calls, tally.usd) for version, tally in alias.stood_for.items()),
    )


RULE = Rule(
    id="unpinned",
    title="A model that is not pinned",
    looks_at="the model that was asked for, and the version that answered",
    watch=_Watch,
)
