"""Finds keys in bytes: every rule at once, in time that grows with the bytes and nothing else.

Where a key may begin is found fast (``candidates.py``); whether one does is decided here, by the form, what stands
around it, and the gates. At one place the longest key counts, and of equally long ones that whose word is nearest.
"""

from collections.abc import Iterable, Iterator
from typing import Literal

from keeptabs.secrets import block
from keeptabs.secrets.boundary import ESCAPED, WORD, Shape, begins
from keeptabs.secrets.candidates import Automaton, Candidates, Literals
from keeptabs.secrets.escapes import encoded
from keeptabs.secrets.finding import Match
from keeptabs.secrets.gates import is_real
from keeptabs.secrets.nearby import REACH, before, is_called, nearness
from keeptabs.secrets.rule import Rule, Tier
from keeptabs.secrets.windows import SIZE, Window, windows

Engine = Literal["auto", "re2", "literals"]


class Scanner:
    """Finds the keys of ``rules``. ``engine`` is ``re2``, ``literals``, or by default re2 where it is installed.

    It holds nothing of what it reads, so threads may share one; re2 lets them run at the same time.
    """

    def __init__(self, rules: Iterable[Rule], *, engine: Engine = "auto") -> None:
        shapes = [Shape(rule, form) for rule in rules for form in rule.forms]
        self._others = tuple(shape for shape in shapes if not shape.led)
        self._by_prefix: dict[bytes, list[Shape]] = {}
        for shape in shapes:
            if shape.led:
                self._by_prefix.setdefault(shape.prefix, []).append(shape)
        # Longest first: of equally good matches the first one counts, and a longer prefix says more.
        self._lengths = sorted({len(prefix) for prefix in self._by_prefix}, reverse=True)
        self._candidates = _candidates(shapes, engine)
        blocks = block.MOST if any(shape.prefix.startswith(block.BEGIN) for shape in shapes) else 0
        sure = (shape.prefix for shape in shapes if shape.led and shape.rule.tier is Tier.A)
        self.encoded = encoded(sure)  # an expression for base64 of keys
        # How many bytes around a place must be seen to tell whether a key begins there.
        self.reach = max((shape.longest for shape in shapes), default=0) + blocks + REACH + ESCAPED

    @property
    def engine(self) -> str:
        """Which way the places are found: ``re2`` or ``literals``."""
        return "re2" if isinstance(self._candidates, Automaton) else "literals"

    def matches(self, data: bytes, path: str = "") -> list[Match]:
        """The keys in ``data``, sorted, none overlapping another. A word in the file's name is near them all."""
        found: list[Match] = []
        free = 0  # from here on nothing is taken
        for at, unled in self._candidates.starts(data, path):
            if at < free:
                continue
            match = self._at(data, at, path, self._unled(data, at) if unled else self._led(data, at))
            if match is not None:
                found.append(match)
                free = match.end
        return found

    def windows(
        self, chunks: Iterable[bytes], path: str = "", size: int = SIZE
    ) -> Iterator[tuple[Window, list[Match]]]:
        """A file in overlapping windows of ``size`` bytes, each with all that is found in it.

        What begins outside a window's ``start`` and ``stop`` is another's to tell.
        """
        for window in windows(chunks, self.reach, size):
            yield window, self.matches(window.data, path)

    def stream(self, chunks: Iterable[bytes], path: str = "", size: int = SIZE) -> Iterator[Match]:
        """The keys in a file that comes in chunks of any size, each once, by their offsets in the file."""
        for window, found in self.windows(chunks, path, size):
            for match in found:
                if window.start <= match.start < window.stop:
                    start = window.offset + match.start
                    yield Match(rule=match.rule, start=start, end=window.offset + match.end)

    def _led(self, data: bytes, at: int) -> list[Shape]:
        """The led shapes of which a key may begin at a place, by its first bytes and what stands before it."""
        found = [shape for size in self._lengths for shape in self._by_prefix.get(data[at : at + size], ())]
        if not found:
            return found
        loosely, strictly = begins(data, at, strict=False), begins(data, at, strict=True)
        return [shape for shape in found if shape.anywhere or (strictly if shape.strict else loosely)]

    def _unled(self, data: bytes, at: int) -> tuple[Shape, ...]:
        """The other shapes, unless the place is in the middle of a token."""
        return self._others if not at or data[at - 1] not in WORD else ()

    def _at(self, data: bytes, at: int, path: str, shapes: Iterable[Shape]) -> Match | None:
        """The key that begins at a place, if one does."""
        best: tuple[tuple[int, bool, int], Match] | None = None
        near: bytes | None = None
        for shape in shapes:
            form = shape.exact.match(data, at)
            if form is None:
                continue
            nearest = 0
            if shape.rule.tier is not Tier.A:
                near = before(data, at) if near is None else near
                nearest = nearness(near, path, shape.rule.words)
                nearest = -1 if shape.rule.called and not is_called(near) else nearest
            match = self._real(shape, data, at, form.end()) if nearest >= 0 else None
            if match is not None:
                rank = (match.end, shape.rule.tier is Tier.A, nearest)
                best = (rank, match) if best is None or rank > best[0] else best
        return best[1] if best else None

    def _real(self, shape: Shape, data: bytes, at: int, end: int) -> Match | None:
        if not is_real(shape.rule, data[at:end]):
            return None
        if shape.prefix.startswith(block.BEGIN):
            end = block.end(data, end)
        return Match(rule=shape.rule, start=at, end=end) if end > 0 else None


def _candidates(shapes: list[Shape], engine: Engine) -> Candidates:
    if engine == "literals":
        return Literals(shapes)
    try:
        return Automaton(shapes)
    except ImportError:
        if engine == "re2":
            raise
        return Literals(shapes)
