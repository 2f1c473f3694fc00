"""A JSON value a line (NDJSON, "JSON lines"), incrementally: streams of Ollama and Cohere, and batch result files."""

from keeptabs.core.wire import MAX_EVENT


class Splitter:
    """Cuts a byte stream into lines, without their ends; empty ones are passed over. Not thread-safe."""

    def __init__(self) -> None:
        self._rest = b""
        self.oversized = 0  # lines that were dropped for their size

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that ``data`` completes."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > MAX_EVENT:
            self._rest = b""
            self.oversized += 1
        return [line for line in map(bytes.strip, lines) if line]

    def flush(self) -> list[bytes]:
        """A last line that has no end, if any."""
        line, self._rest = self._rest.strip(), b""
        return [line] if line else []
