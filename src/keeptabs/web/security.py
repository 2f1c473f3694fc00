"""What guards the pages: who may ask, how much, and what a browser may do with the answer.

The ledger is private. A page of another site must not read it through the browser of its owner: names that only lead
to this machine are refused (DNS rebinding), so is what another site posts, and no answer runs or loads anything that
is not our own. Beyond the loopback interface a token is asked for besides.
"""

import hmac
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode

import msgspec
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
COOKIE = "keeptabs_token"
LONGEST_URL = 8_000  # bytes, which RFC 9110 §4.1 wants to be taken at least
LARGEST_BODY = 16 * 2**20  # bytes
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_STATIC = "/static/"
_TOO_LARGE = f"the body is larger than {LARGEST_BODY:,} bytes"


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """By which names the pages may be asked for, in lower case and without a port, and the token that is needed."""

    hosts: frozenset[str] = frozenset(LOOPBACK)
    token: str | None = None


def access(names: Iterable[str] = (), token: str | None = None) -> Access:
    """By the names of the loopback interface and these."""
    return Access(hosts=frozenset((*LOOPBACK, *(name.lower() for name in names))), token=token)


class Guard:
    """ASGI middleware that lets through what may be asked, and puts ``HEADERS`` on every answer."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app, self._access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; websockets there are none."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            answer = refusal(scope, self._access) or self._app
            await answer(scope, _bounded(receive), _guarding(scope, send))


def refusal(scope: Scope, access: Access) -> Response | None:
    """The answer to a request that goes no further; None for one that may be answered."""
    headers, method = Headers(scope=scope), scope["method"]
    if host(headers.get("host", "")) not in access.hosts:
        return _said(421, "this is not a name of these pages; start keeptabs ui with --name where it is")
    if method not in {"GET", "HEAD", "POST"}:
        return Response(status_code=405, headers={"Allow": "GET, HEAD"})
    if method == "POST" and _is_foreign(headers):
        return _said(403, "another site may not post here")
    if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > LONGEST_URL:
        return _said(414, f"the address is longer than {LONGEST_URL:,} bytes")
    if int(length if (length := headers.get("content-length", "0")).isdecimal() else 0) > LARGEST_BODY:
        return _said(413, _TOO_LARGE)
    return None if access.token is None else _token(scope, headers, access.token)


def host(value: str) -> str:
    """The name in a Host header, without its port."""
    name, colon, port = value.strip().lower().rpartition(":")
    return name if colon and port.isdecimal() else value.strip().lower()


def _is_foreign(headers: Headers) -> bool:
    """True for what a browser posts for a page that is not ours (w3.org/TR/fetch-metadata, checked 2026-11-24)."""
    origin = headers.get("origin")
    if origin is not None and origin.partition("://")[2] != headers.get("host"):
        return True
    return headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}


def _token(scope: Scope, headers: Headers, token: str) -> Response | None:
    """Whether the token was shown: in the address once, which becomes a cookie, or as a bearer's."""
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    shown = next((value for name, value in query if name == "token"), None)
    if shown is not None and _is_same(shown, token):
        rest = urlencode([(name, value) for name, value in query if name != "token"])
        clean = RedirectResponse(f"/{scope['path'].lstrip('/')}{'?' if rest else ''}{rest}", 303)
        clean.set_cookie(COOKIE, token, httponly=True, samesite="strict")
        return clean
    held = cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
    bearer = headers.get("authorization", "").removeprefix("Bearer ")
    if _is_same(held, token) or _is_same(bearer, token) or scope["path"].startswith(_STATIC):
        return None
    return _said(401, "open the address that keeptabs ui has printed: it holds the token")


def _is_same(shown: str, token: str) -> bool:
    return hmac.compare_digest(shown.encode("utf-8", "replace"), token.encode())


def _said(status: int, message: str) -> Response:
    return PlainTextResponse(f"{status}: {message}\n", status)


def _bounded(receive: Receive) -> Receive:
    """Also a body that does not say how large it is ends at ``LARGEST_BODY``."""
    taken = 0

    async def bounded() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > LARGEST_BODY:
            raise HTTPException(413, _TOO_LARGE)
        return message

    return bounded


def _guarding(scope: Scope, send: Send) -> Send:
    kept = "no-cache" if scope["path"].startswith(_STATIC) else "no-store"

    async def guarding(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update({**HEADERS, "Cache-Control": kept})
        await send(message)

    return guarding
