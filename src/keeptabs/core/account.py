"""Who pays for a call: organisation and project as headers name them, and the key as a fingerprint.

The fingerprint is keyed, so that it says nothing outside the ledger it is kept in. Tokens that change by the hour are
known by the client that they were issued to, where they say it.
"""

import base64
import binascii
import re
from functools import lru_cache
from hashlib import blake2s
from urllib.parse import parse_qs

import msgspec

from keeptabs.core.decoding import readable
from keeptabs.core.exchange import Account, Request, Response

_KEY_HEADERS = ("x-api-key", "api-key", "x-goog-api-key", "ocp-apim-subscription-key", "x-chroma-token")
_ORGANIZATIONS = ("openai-organization", "anthropic-organization-id")
_PROJECTS = ("openai-project", "x-goog-user-project")
_AMAZON = re.compile(r"^AWS4-HMAC-SHA256 Credential=([A-Z0-9]{16,})/")
_PASSING = ("ya29.",)  # how access tokens of Google begin: they live for an hour
_DIGITS = 5  # bytes of a fingerprint


class _Claims(msgspec.Struct):
    appid: str | None = None
    azp: str | None = None
    client_id: str | None = None
    sub: str | None = None


_CLAIMS = msgspec.json.Decoder(_Claims)


def account_of(request: Request, response: Response | None, salt: bytes) -> Account:
    """The account behind a request; what the provider's answer says of it counts for more."""
    said = request.headers.table()
    answered = response.headers.table() if response is not None else {}
    key = _key(said, request.query)
    return Account(
        key=fingerprint(key, salt) if key else None,
        organization=_first(_ORGANIZATIONS, answered, said),
        project=_first(_PROJECTS, answered, said),
    )


@lru_cache(maxsize=256)
def fingerprint(key: str, salt: bytes) -> str:
    """Ten hexadecimal digits that stand for a key wherever the same salt is used."""
    return blake2s(key.encode("utf-8", "replace"), key=salt[:32], digest_size=_DIGITS, person=b"account").hexdigest()


def _key(headers: dict[str, str], query: str) -> str | None:
    named = next((headers[name] for name in _KEY_HEADERS if headers.get(name)), None)
    if named is not None:
        return named
    authorization = headers.get("authorization", "")
    amazon = _AMAZON.match(authorization)
    if amazon is not None:
        return amazon[1]
    token = authorization.partition(" ")[2].strip()
    if token:
        return _lasting(token)
    return next(iter(parse_qs(query).get("key", ())), None) if "key=" in query else None


def _lasting(token: str) -> str | None:
    """What lasts of a bearer token: itself if it is a key, the client of a JSON web token, nothing of others."""
    if token.startswith(_PASSING):
        return None
    parts = token.split(".")
    if len(parts) != 3 or not token.startswith("ey"):
        return token
    try:
        claims = readable(_CLAIMS, base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError):
        return token
    return token if claims is None else claims.appid or claims.azp or claims.client_id or claims.sub


def _first(names: tuple[str, ...], *tables: dict[str, str]) -> str | None:
    return next((table[name] for table in tables for name in names if table.get(name)), None)
