"""A JSON value a line (NDJSON, "JSON lines"), incrementally: streams of Ollama and Cohere, and batch result files."""

from keeptabs.core.wire import MAX_EVENT


class Splitter:
    """Cuts a byte stream into lines, without their ends; empty ones are passed over. Not thread-safe."""

    def __init__(self) -> None:
        self._rest = b""
        self._is_passing = False  # the line that is open is too large, and the rest of it is passed over
        self.oversized = 0  # lines that were dropped for their size

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that ``data`` completes."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if self._is_passing and lines:
            del lines[0]
            self._is_passing = False
        small = [line for line in lines if len(line) <= MAX_EVENT]
        self.oversized += len(lines) - len(small)
        self._pass_over()
        return [line for line in map(bytes.strip, small) if line]

    def _pass_over(self) -> None:
        if len(self._rest) > MAX_EVENT and not self._is_passing:
            self._is_passing = True
            self.oversized += 1
        if self._is_passing:
            self._rest = b""

    def flush(self) -> list[bytes]:
        """A last line that has no end, if any."""
        line, self._rest, self._is_passing = self._rest.strip(), b"", False
        return [line] if line else []
