"""Vectors of full length where the model can make shorter ones: what that takes in memory and on disk."""

from collections.abc import Iterator

from keeptabs.audit.prices import Prices
from keeptabs.audit.rule import Confidence, Finding, Rule
from keeptabs.audit.said import at_place
from keeptabs.audit.tally import Place, Table, Tally, place_of
from keeptabs.store.record import Record

_SETTING = "gen_ai.embeddings.dimension.count"
# Dimensions by default, of models that can be told to make fewer. developers.openai.com/api/docs/guides/embeddings,
# ai.google.dev/gemini-api/docs/embeddings; checked 2026-11-24.
_FULL = {"text-embedding-3-large": 3_072, "text-embedding-3-small": 1_536, "gemini-embedding-001": 3_072}
_SHORTER = 512
_BYTES = 4  # of a number
_FEWEST = 10_000  # vectors: below, size is no matter


class _Vectors:
    def __init__(self) -> None:
        self.count = 0
        self.all = Tally()


class _Watch:
    def __init__(self, prices: Prices) -> None:
        self._places: Table[Place, _Vectors] = Table(_Vectors)

    def see(self, record: Record) -> None:
        call = record.call
        if (call.request.model or call.model) not in _FULL or not call.outcome.is_answer:
            return
        if call.request.settings.get(_SETTING) is not None:
            return
        place = self._places.at(place_of(record))
        place.count += call.digest.embedded or 1
        place.all.add(record)

    def findings(self) -> Iterator[Finding]:
        for place, vectors in self._places.items():
            if vectors.count < _FEWEST:
                continue
            full = _FULL[place.model]
            yield at_place(
                RULE.id,
                place,
                vectors.all,
                title=f"{place} makes vectors of {full:,} numbers",
                evidence=f"{vectors.count:,} vectors take {_size(vectors.count, full)}; with {_SHORTER} numbers each"
                f" {_size(vectors.count, _SHORTER)}",
                confidence=(Confidence.MEDIUM, "what your vector database takes for it is not known here"),
                change=(f"Ask for dimensions={_SHORTER}, and compare what is found before you change.",),
                columns=("numbers", "bytes"),
                rows=((f"{full:,}", vectors.count * full * _BYTES), (f"{_SHORTER}", vectors.count * _SHORTER * _BYTES)),
            )


def _size(vectors: int, numbers: int) -> str:
    size = vectors * numbers * _BYTES
    return f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{size / 1e6:,.0f} MB"


RULE = Rule(
    id="dimensions",
    title="Longer vectors than need be",
    looks_at="how many vectors are made without a number of dimensions, by models that can make shorter ones",
    watch=_Watch,
)
