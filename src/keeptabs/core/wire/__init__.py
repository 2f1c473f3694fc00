"""Wire formats as incremental decoders: bytes in, events or fields out, however the bytes are cut."""

MAX_EVENT = 16 * 1024 * 1024  # bytes; a larger event is passed over, so that a hostile stream cannot fill memory


class WireError(ValueError):
    """The bytes are not what their headers claim. The message says what and is safe to show: it quotes no content."""
