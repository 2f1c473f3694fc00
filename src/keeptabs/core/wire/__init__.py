"""Wire formats as incremental decoders: bytes in, events or fields out, however the bytes are cut."""


class WireError(ValueError):
    """The bytes are not what their headers claim. The message says what and is safe to show: it quotes no content."""
