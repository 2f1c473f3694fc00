"""Content-encodings (RFC 9110 §8.4), incrementally: gzip and deflate always, br and zstd where one is installed."""

import zlib
from collections.abc import Callable
from importlib import import_module
from typing import Protocol

from keeptabs.core.wire import WireError


class Decoder(Protocol):
    """Turns encoded bytes into plain ones, piece by piece."""

    def feed(self, data: bytes) -> bytes:
        """The plain bytes that ``data`` yields. Raises WireError when it is not in the encoding."""


class _Plain:
    def feed(self, data: bytes) -> bytes:
        return data


class _Zlib:
    """gzip or deflate. Deflate is sent both with and without its zlib header; the first two bytes tell which."""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding
        self._head = b""
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 16) if encoding == "gzip" else None

    def feed(self, data: bytes) -> bytes:
        if self._inflate is None:
            self._head += data
            if len(self._head) < _ZLIB_HEAD:
                return b""
            data = self._head
            self._inflate = zlib.decompressobj(zlib.MAX_WBITS if _has_zlib_head(data) else -zlib.MAX_WBITS)
        try:
            return self._inflate.decompress(data)
        except zlib.error as error:
            raise WireError(f"the body is not {self._encoding}, although content-encoding says so") from error


_ZLIB_HEAD = 2  # bytes


def _has_zlib_head(data: bytes) -> bool:
    """True for the header of RFC 1950 §2.2: method 8, and a check that makes it divisible by 31."""
    return data[0] & 0x0F == 8 and int.from_bytes(data[:_ZLIB_HEAD]) % 31 == 0


class _Foreign:
    """br and zstd through whichever package the environment has; the client that asked for them needs one too."""

    def __init__(self, encoding: str, decompress: Callable[[bytes], bytes]) -> None:
        self._encoding, self._decompress = encoding, decompress

    def feed(self, data: bytes) -> bytes:
        try:
            return self._decompress(data) if data else b""
        except (ValueError, RuntimeError, _foreign_errors(self._encoding)) as error:
            raise WireError(f"the body is not {self._encoding}, although content-encoding says so") from error


def _foreign_errors(encoding: str) -> type[Exception]:
    module = import_module(_installed(encoding))
    errors = (getattr(module, name, None) for name in ("error", "ZstdError"))
    return next((error for error in errors if isinstance(error, type)), ValueError)


def _installed(encoding: str) -> str:
    names = {"br": ("brotli", "brotlicffi"), "zstd": ("compression.zstd", "zstandard", "backports.zstd")}[encoding]
    for name in names:
        try:
            import_module(name)
        except ImportError:
            continue
        return name
    raise WireError(f"content-encoding {encoding}: none of {', '.join(names)} is installed")


def _brotli() -> Decoder:
    made = import_module(_installed("br")).Decompressor()
    return _Foreign("br", made.process if hasattr(made, "process") else made.decompress)


def _zstd() -> Decoder:
    module = import_module(_installed("zstd"))
    if module.__name__ == "zstandard":
        return _Foreign("zstd", module.ZstdDecompressor().decompressobj().decompress)
    return _Foreign("zstd", module.ZstdDecompressor().decompress)


_MAKERS: dict[str, Callable[[], Decoder]] = {
    "gzip": lambda: _Zlib("gzip"),
    "x-gzip": lambda: _Zlib("gzip"),
    "deflate": lambda: _Zlib("deflate"),
    "br": _brotli,
    "zstd": _zstd,
}


class _Chain:
    def __init__(self, decoders: list[Decoder]) -> None:
        self._decoders = decoders

    def feed(self, data: bytes) -> bytes:
        for decoder in self._decoders:
            data = decoder.feed(data)
        return data


def decoder(content_encoding: str | None) -> Decoder:
    """A decoder for the value of a content-encoding header. Raises WireError for a coding that cannot be read here."""
    names = [name.strip().lower() for name in (content_encoding or "").split(",")]
    codings = [name for name in names if name and name != "identity"]
    unknown = [name for name in codings if name not in _MAKERS]
    if unknown:
        raise WireError(f"content-encoding {unknown[0][:20]!r} is not known")
    made = [_MAKERS[name]() for name in reversed(codings)]
    return made[0] if len(made) == 1 else _Chain(made) if made else _Plain()


def decode(body: bytes, content_encoding: str | None) -> bytes:
    """A whole body, decoded. Raises WireError as ``decoder`` does."""
    return decoder(content_encoding).feed(body)
