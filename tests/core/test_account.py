"""Who pays: what headers say, and keys as fingerprints only."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core.account import account_of, fingerprint
from keeptabs.core.exchange import Account, Headers, Request, Response

SALT = b"a salt of this ledger"
KEY = "key-" + "x1" * 12


def request(*headers: tuple[str, str], query: str = "") -> Request:
    """A request with these headers."""
    return Request(method="POST", host="h", path="/", query=query, headers=Headers.of(headers))


def account(*headers: tuple[str, str], query: str = "", answered: tuple[tuple[str, str], ...] = ()) -> Account:
    """The account behind a request that was answered with these headers."""
    response = Response(status=200, headers=Headers.of(answered))
    return account_of(request(*headers, query=query), response, SALT)


def token(**claims: str) -> str:
    """A JSON web token that says these things, unsigned."""
    parts = [json.dumps({"alg": "none"}), json.dumps(claims)]
    return ".".join([base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts] + ["s"])


@pytest.mark.parametrize(
    ("headers", "query", "known"),
    [
        pytest.param([("Authorization", f"Bearer {KEY}")], "", KEY, id="OpenAI and most others"),
        pytest.param([("x-api-key", KEY)], "", KEY, id="Anthropic"),
        pytest.param([("api-key", KEY)], "", KEY, id="Azure"),
        pytest.param([("x-goog-api-key", KEY)], "", KEY, id="Gemini"),
        pytest.param([], f"alt=sse&key={KEY}", KEY, id="Gemini, in the query"),
        pytest.param([("x-api-key", KEY), ("authorization", "Bearer other")], "", KEY, id="a key before a token"),
        pytest.param(
            [("authorization", f"AWS4-HMAC-SHA256 Credential={'A' * 20}/20261124/eu-west-1/bedrock/aws4_request, S=1")],
            "",
            "A" * 20,
            id="Amazon: the id of the key, since each signature is another",
        ),
        pytest.param([("authorization", f"Bearer {token(appid='app-1', sub='s')}")], "", "app-1", id="Entra"),
        pytest.param([("authorization", f"Bearer {token(sub='user-1')}")], "", "user-1", id="a token of somebody"),
        pytest.param([("authorization", f"Bearer {token()}")], "", None, id="a token of nobody"),
        pytest.param([("authorization", "Bearer ya29.abc")], "", None, id="Google's, which lives for an hour"),
        pytest.param([("authorization", "Bearer ey.no!base64.x")], "", "ey.no!base64.x", id="only like a token"),
        pytest.param([("authorization", "Bearer ")], "", None, id="no token"),
        pytest.param([], "monkey=1", None, id="a query of another kind"),
        pytest.param([], "", None, id="nothing"),
    ],
)
def test_a_key_is_found_where_its_provider_wants_it(
    headers: list[tuple[str, str]], query: str, known: str | None
) -> None:
    """What lasts of a credential is fingerprinted, and nothing of what changes by the hour."""
    assert account(*headers, query=query).key == (fingerprint(known, SALT) if known else None)


def test_the_answer_knows_better_than_the_request() -> None:
    """An organisation in the headers of the answer is the one that pays."""
    said = account(
        ("OpenAI-Organization", "org-asked"),
        ("OpenAI-Project", "proj-asked"),
        answered=(("openai-organization", "org-billed"),),
    )
    assert (said.organization, said.project) == ("org-billed", "proj-asked")
    assert account_of(request(("openai-organization", "org-asked")), None, SALT).organization == "org-asked"


def test_a_fingerprint_depends_on_the_salt_and_hides_the_key() -> None:
    """Ten digits that are equal for equal keys of a ledger, and say nothing beyond it."""
    assert fingerprint(KEY, SALT) == fingerprint(KEY, SALT)
    assert fingerprint(KEY, SALT) != fingerprint(KEY, b"another")
    assert fingerprint(KEY, SALT) != fingerprint(KEY + "y", SALT)
    assert len(fingerprint(KEY, SALT)) == 10
    assert fingerprint(KEY, b"")


@given(st.text(max_size=60), st.text(max_size=60), st.binary(max_size=80))
def test_any_header_makes_an_account(value: str, query: str, salt: bytes) -> None:
    """Nothing in a header or a query is an exception."""
    account_of(request(("authorization", value.encode("ascii", "replace").decode()), query=query), None, salt)
    account_of(request(("authorization", "Bearer ey" + query)), None, salt)
