"""Recordings that are close to the largest that is accepted: the next longer one fails after it was uploaded.

25 MiB is the limit of whisper-1; newer models may have others, of length too
(help.openai.com/en/articles/7031512, checked 2026-11-24).
"""

from collections.abc import Iterator

from keeptabs.audit.prices import Prices
from keeptabs.audit.rule import Confidence, Finding, Rule
from keeptabs.audit.said import at_place
from keeptabs.audit.tally import Place, Table, Tally, counted, place_of
from keeptabs.store.record import Record

_MOST = 25 * 1024 * 1024  # bytes
_NEAR = 0.9
_FEWEST = 5


class _Uploads:
    def __init__(self) -> None:
        self.near = Tally()
        self.largest = self.refused = 0


class _Watch:
    def __init__(self, prices: Prices) -> None:
        self._places: Table[Place, _Uploads] = Table(_Uploads)

    def see(self, record: Record) -> None:
        call = record.call
        if call.operation != "speech_to_text" or call.digest.size < _MOST * _NEAR:
            return
        place = self._places.at(place_of(record))
        place.near.add(record)
        place.largest = max(place.largest, call.digest.size)
        place.refused += call.outcome.status == 413

    def findings(self) -> Iterator[Finding]:
        for place, uploads in self._places.items():
            if uploads.near.calls < _FEWEST:
                continue
            refused = f"; {uploads.refused:,} of them refused" if uploads.refused else ""
            yield at_place(
                RULE.id,
                place,
                uploads.near,
                title=f"{place} sends recordings of nearly 25 MiB",
                evidence=f"{counted(uploads.near.calls, 'upload')} of 90 % of that or more, the largest"
                f" {uploads.largest / 1024**2:.1f} MiB{refused}",
                confidence=(Confidence.MEDIUM, "25 MiB is the limit of whisper-1; that of other models may differ"),
                change=(
                    "Cut recordings at pauses, or send them compressed: Opus at 24 kbit/s has room for two hours.",
                ),
            )


RULE = Rule(
    id="audio_size",
    title="Recordings close to the limit",
    looks_at="sizes of requests that transcribe",
    watch=_Watch,
)
