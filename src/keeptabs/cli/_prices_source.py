"""The bytes of a file of prices: from the disk, or from where a URL says."""

from collections.abc import Mapping
from http.client import HTTPException, HTTPResponse
from ipaddress import ip_address
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from keeptabs.cli._progress import Bar
from keeptabs.core.errors import UserError
from keeptabs.version import __version__

MOST_BYTES = 64 * 1024 * 1024  # the data of genai-prices is some 1 MB
_SECONDS = 30  # without a byte
_BLOCK = 1024


def read(source: str, most: int = MOST_BYTES) -> Mapping[str, bytes]:
    """The contents of a file, of all ``.json`` files of a directory, or of a URL, by their names.

    Raises:
        UserError: there is nothing, or too much of it, or it is to come in a way that others can change.
    """
    if "://" in source:
        return {source: _download(source, most)}
    path = Path(source)
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    if not files:
        raise UserError(f"{source}: there are no .json files in it")
    try:
        if sum(file.stat().st_size for file in files) > most:
            raise UserError(f"{source}: it has more than {most // 1024**2} MiB")
        return {str(file): file.read_bytes() for file in files}
    except OSError as error:
        raise UserError(f"{error.filename or source}: {error.strerror or error}") from error


class _Redirects(HTTPRedirectHandler):
    """Follows only to where a URL may lead."""

    def redirect_request(self, req: Request, fp: IO[bytes], *rest: Any) -> Request | None:
        """The request to where an answer leads, which is the last of the arguments."""
        try:
            _check(rest[-1])
        except UserError:
            fp.close()  # nobody else does
            raise
        return super().redirect_request(req, fp, *rest)


def _download(url: str, most: int) -> bytes:
    _check(url)
    request = Request(url, headers={"user-agent": f"keeptabs/{__version__}"})  # noqa: S310  # _check has seen it
    try:
        with build_opener(_Redirects()).open(request, timeout=_SECONDS) as answer:
            return _read(answer, url, most)
    except HTTPError as error:
        error.close()
        raise UserError(f"{url}: {error.code} {error.reason}") from error
    except URLError as error:
        raise UserError(f"{url}: {error.reason}") from error
    except (OSError, HTTPException) as error:
        raise UserError(f"{url}: {str(error) or type(error).__name__}") from error


def _read(answer: HTTPResponse, url: str, most: int) -> bytes:
    found = bytearray()
    with Bar(1, "KiB", wanted=True) as bar:
        while block := answer.read(_BLOCK):
            found += block
            bar.step()
            if len(found) > most:
                raise UserError(f"{url}: it has more than {most // 1024**2} MiB")
    if answer.length:  # http.client raises for a body that is read at once, not for one that is read in blocks
        raise UserError(f"{url}: it broke off after {len(found):,} bytes")
    return bytes(found)


def _check(url: str) -> None:
    """Raise UserError unless nobody on the way can change what comes."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise UserError(f"{url}: {error}") from error
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme != "http" or not _is_here(parts.hostname or ""):
        raise UserError(f"{url}: prices come over https alone, so that nobody on the way can change them")


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:  # another name, which may lead anywhere
        return False
