"""Where keys may begin: two ways to find the places, of which the engine then looks at each.

Both give every place at which a key of some shape begins, and more. One pass looks for known texts: what led shapes
begin with, what stands at a known distance in others, and words; what has no such text is looked for only in the
stretches behind its words. With google-re2 the pass is one automaton, which reads hundreds of megabytes a second;
without it, it is an expression of ``re`` made to be quick, which reads some fifty.
"""

import re
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, cached_property, partial
from itertools import chain
from typing import Any

from keeptabs.secrets.boundary import WORD, Shape
from keeptabs.secrets.nearby import REACH

_MEMORY = 16 << 20  # bytes that RE2 may use for one expression; what it takes is what the text makes it need
_NOTHING = r"[^\x00-\xff]"

_DEEP = 64  # characters of a token behind which no key begins in it
_TOKEN = re.compile(rb"[A-Za-z0-9_-]*")

Place = tuple[int, bool]  # where, and whether it is for shapes that are not led


class Candidates(ABC):
    """Finds places where keys of ``shapes`` may begin."""

    def __init__(self, shapes: Sequence[Shape]) -> None:
        self._led = [shape for shape in shapes if shape.led]
        self._others = [shape for shape in shapes if not shape.led]
        self._anchors = sorted({shape.anchor for shape in self._others if shape.anchor})
        self._deep = max([_DEEP, *(distance + 1 for _, distance in self._anchors)])
        self._bound = [shape for shape in self._others if not shape.anchor]
        self._words = sorted({word for shape in self._bound for word in shape.rule.words})
        self._word = re.compile(branches(self._words).encode() if self._words else b"(?!)")  # in lower case
        self._longest_word = max(map(len, self._words), default=0)
        self._everywhere = any(not shape.rule.words for shape in self._bound)
        self._longest = max((shape.longest for shape in self._bound), default=0) + 1

    def starts(self, data: bytes, path: str) -> Iterator[Place]:
        """Places in ``data``, in about their order; one may come twice. The file's name may hold words, too."""
        name = path.rpartition("/")[2].lower().encode("utf-8", "replace")
        stop = len(data) if self._everywhere or self._word.search(name) else 0
        done = 0
        for at in chain(self._hits(data), [len(data)]):
            is_word = self._word.match(data[at : at + self._longest_word].lower()) is not None
            if not is_word or at > stop:
                if done < min(stop, at):
                    yield from ((start, True) for start in self._between(data, done, min(stop, at)))
                done = max(done, at)
            if is_word:
                stop = max(stop, min(len(data), at + REACH))
            for text, distance in self._anchors:
                if data.startswith(text, at):
                    yield at - distance, True
            if at < len(data):
                yield at, False

    def _between(self, data: bytes, start: int, stop: int) -> Iterator[int]:
        """Where in a stretch some shape matches that has no text of its own."""
        while 0 <= (at := self._unled(data, start, stop + self._longest)) < stop:
            yield at
            start = at + 1

    def _hits(self, data: bytes) -> Iterator[int]:
        """Where texts are that shapes are known by, and words; ascending. None deep in a token, where no key begins."""
        text, at = self._finder(data), -1
        while (at := text(at + 1)) >= 0:
            if at >= self._deep and data[at - 1] in WORD and _TOKEN.fullmatch(data, at - self._deep, at):
                rest = _TOKEN.match(data, at)
                at = rest.end() if rest else at
            else:
                yield at

    @abstractmethod
    def _finder(self, data: bytes) -> Callable[[int], int]:
        """Finds the first text at or behind a place; -1 if there is none."""

    @abstractmethod
    def _unled(self, data: bytes, start: int, stop: int) -> int:
        """The first place in a stretch where a shape may match that has no text of its own; -1 if there is none."""


def automaton(sources: Sequence[str]) -> Any:
    r"""One expression of google-re2 for all sources, over bytes.

    Its ``search`` takes where to begin and to end; ``\b`` sees what is before the one, ``\z`` matches at the other
    (google-re2 1.1.20251105).

    Raises:
        ImportError: google-re2 is not installed.
    """
    import re2  # type: ignore[import-untyped,unused-ignore]

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.never_capture = True
    options.log_errors = False
    options.max_mem = _MEMORY
    return re2.compile("|".join(f"(?:{source})" for source in sources).encode(), options)


@cache
def finder(expression: str, plain: str = "") -> Callable[..., Any]:
    """Searches bytes for an expression, with google-re2 where it is installed; without it for ``plain``, if given."""
    try:
        search: Callable[..., Any] = automaton([expression]).search
    except ImportError:
        search = re.compile((plain or expression).encode()).search
    return search


class Automaton(Candidates):
    """All at once, by google-re2."""

    def __init__(self, shapes: Sequence[Shape]) -> None:
        super().__init__(shapes)
        texts = (re.escape(text.decode()) for text, _ in self._anchors)
        words = (f"(?i:{re.escape(word)})" for word in self._words)
        self._texts = automaton([*(shape.wanted for shape in self._led), *texts, *words, _NOTHING])

    @cached_property
    def _forms(self) -> Any:
        return automaton([*(shape.wanted for shape in self._bound), _NOTHING])

    def _finder(self, data: bytes) -> Callable[[int], int]:
        return partial(_first, self._texts, data)

    def _unled(self, data: bytes, start: int, stop: int) -> int:
        return _first(self._forms, data, start, stop)


class Literals(Candidates):
    """All at once, by ``re`` over the bytes in lower case, since it is slow where it has to leave case aside."""

    def __init__(self, shapes: Sequence[Shape]) -> None:
        super().__init__(shapes)
        texts = [*(shape.prefix for shape in self._led), *(text for text, _ in self._anchors)]
        low = {text.decode().lower() for text in texts} | set(self._words)
        self._texts = re.compile(branches(low).encode() if low else b"(?!)")
        least = min((shape.shortest for shape in self._bound), default=0)
        forms = b"|".join(shape.exact.pattern for shape in self._bound) or b"(?!)"
        # Most places are none of a token's beginning, or of a long one's: this tells before the forms are tried.
        token = rb"(?<![A-Za-z0-9_-])(?=[!-~]{%d})" % least
        self._forms = re.compile(b"%b(?:%b)" % (token, forms), re.IGNORECASE)

    def _finder(self, data: bytes) -> Callable[[int], int]:
        return partial(_first, self._texts, data.lower())

    def _unled(self, data: bytes, start: int, stop: int) -> int:
        return _first(self._forms, data, start, stop)


def _first(expression: Any, data: bytes, *within: int) -> int:
    found = expression.search(data, *within)
    return -1 if found is None else int(found.start())


def branches(texts: Iterable[str]) -> str:
    """An expression for any of some texts, that compares what they have in common once; the shortest one counts."""
    rests: dict[str, list[str]] = defaultdict(list)
    for text in sorted(texts):
        if not text:
            return ""
        rests[text[0]].append(text[1:])
    written = [
        re.escape(first + rest[0]) if len(rest) == 1 else re.escape(first) + branches(rest)
        for first, rest in rests.items()
    ]
    return f"(?:{'|'.join(written)})" if len(written) > 1 else written[0]
