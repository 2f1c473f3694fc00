"""Makes findings of a file's bytes: where each key is, and its line with what stands for every key in it."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator

import msgspec

from keeptabs.secrets.decode import readable
from keeptabs.secrets.engine import Scanner
from keeptabs.secrets.escapes import View, views
from keeptabs.secrets.finding import Finding
from keeptabs.secrets.fingerprint import Fingerprint
from keeptabs.secrets.notebook import Notebook
from keeptabs.secrets.rule import Rule
from keeptabs.secrets.windows import Cursor, Window, windows

MOST_SHOWN = 200  # characters of a line
_SIDE = 80  # bytes shown before and behind a key
_HEAD = 8_000  # bytes in which a file that is no text has a zero, as git has it


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """A key in some bytes: from ``start`` up to ``end`` as they have it, and the key as it is without escapes."""

    rule: Rule
    start: int
    end: int
    key: bytes
    decoded: bool


def findings(chunks: Iterable[bytes], path: str, scanner: Scanner, fingerprint: Fingerprint) -> Iterator[Finding]:
    """Every key in a file, once, in its order. The file comes in chunks of any size; what is small, best in one.

    A file with zeros, which is no text, has no lines: the line is 0, and the column counts its bytes.
    """
    binary = False
    for window in windows(readable(chunks), scanner.reach):
        binary = binary or (not window.offset and b"\0" in window.data[:_HEAD])
        found = spans(window.data, path, scanner)
        if found:
            yield from _Page(window, path, found, fingerprint).findings(binary=binary)


def spans(data: bytes, path: str, scanner: Scanner) -> list[Span]:
    """All keys in ``data``, sorted, none overlapping another: those that stand as they are, then those in escapes."""
    found: list[Span] = []
    for view in views(data, scanner.encoded):
        ends = [span.end for span in found]
        starts = [span.start for span in found]
        for span in _spans(view, path, scanner):
            after = bisect_right(ends, span.start)
            if after == len(starts) or span.end <= starts[after]:
                found.append(span)
    return sorted(found, key=lambda span: span.start)


def _spans(view: View, path: str, scanner: Scanner) -> Iterator[Span]:
    for match in scanner.matches(view.data, path):
        yield Span(
            rule=match.rule,
            start=view.origin(match.start),
            end=view.origin(match.end - 1) + 1,
            key=view.data[match.start : match.end],
            decoded=view.decoded,
        )


class _Page:
    """A window and what was found in it."""

    def __init__(self, window: Window, path: str, found: list[Span], fingerprint: Fingerprint) -> None:
        self._window = window
        self._path = path
        self._found = found
        self._ends = [span.end for span in found]
        self._fingerprint = fingerprint
        self._notebook: Notebook | None = None

    def findings(self, *, binary: bool) -> Iterator[Finding]:
        """What the window has to tell."""
        window = self._window
        cursor = Cursor(window.data, window.line, window.column)
        for span in self._found:
            if window.start <= span.start < window.stop:
                line, column = cursor.to(span.start)
                yield Finding(
                    rule=span.rule,
                    path=self._path,
                    line=0 if binary else line + 1,
                    column=window.offset + span.start + 1 if binary else column + 1,
                    length=len(span.key),
                    fingerprint=self._fingerprint(span.key),
                    shown=self._shown(span),
                    place=", ".join(filter(None, [self._cell(span), "decoded" if span.decoded else ""])),
                )

    def _shown(self, span: Span) -> str:
        """The key's line as one of at most ``MOST_SHOWN`` characters, every key in it replaced, nothing invisible."""
        data = self._window.data
        begin = data.rfind(b"\n", max(0, span.start - _SIDE), span.start) + 1 or max(0, span.start - _SIDE)
        end = data.find(b"\n", span.end, span.end + _SIDE)
        end = min(len(data), span.end + _SIDE) if end < 0 else end
        pieces: list[str] = []
        for each in self._found[bisect_right(self._ends, begin) :]:
            if each.start >= end:
                break
            pieces += [_visible(data[begin : each.start]), self._fingerprint.placeholder(each.rule.id, each.key)]
            begin = each.end
        return "".join([*pieces, _visible(data[begin:end])]).strip("\ufffd ")[:MOST_SHOWN]

    def _cell(self, span: Span) -> str:
        """Which cell a key is in, where the file is a notebook that one window holds."""
        if self._window.offset or not self._path.lower().endswith(".ipynb"):
            return ""
        self._notebook = self._notebook or Notebook(self._window.data)
        return self._notebook.place(span.key.decode("latin-1"))


def _visible(text: bytes) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text.decode("utf-8", "replace"))
