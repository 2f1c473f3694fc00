from collections.abc import Callable
from pathlib import Path

import pytest
from ledgers import filled, made
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from keeptabs.web.app import create
from keeptabs.web.security import COOKIE, HEADERS, LARGEST_BODY, LONGEST_URL, Access, Guard, access, host

_TOKEN = "a-token-of-a-test"


async def taken(request: Request) -> Response:
    return PlainTextResponse(f"{len(await request.body())} bytes")


def guarded(given: Access) -> TestClient:
    """A client of one route that takes everything, behind the guard."""
    app = Guard(Starlette(routes=[Route("/{path:path}", taken, methods=["GET", "POST", "DELETE"])]), given)
    return TestClient(app, base_url="http://localhost", follow_redirects=False)


@pytest.fixture
def client() -> TestClient:
    return guarded(access(["Desk.Example"]))


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("localhost", "localhost"),
        ("LOCALHOST:8610", "localhost"),
        ("127.0.0.1:1", "127.0.0.1"),
        ("[::1]:8610", "[::1]"),
        ("[::1]", "[::1]"),
        ("a:b", "a:b"),
        ("", ""),
    ],
)
def test_host_is_the_name_without_its_port(value: str, name: str) -> None:
    """A Host header is a name and perhaps a port, in any case."""
    assert host(value) == name


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("127.0.0.1", 200),
        ("localhost:8610", 200),
        ("[::1]:8610", 200),
        ("desk.example", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost.evil.example:8610", 421),
        ("127.0.0.1@evil.example", 421),
        ("127.0.0.2", 421),
        ("", 421),
    ],
)
def test_a_name_of_another_site_is_refused(client: TestClient, name: str, status: int) -> None:
    """A site whose name was made to lead here (DNS rebinding) is asked for by its own name, and gets nothing."""
    assert client.get("/", headers={"Host": name}).status_code == status


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(client: TestClient, method: str) -> None:
    """Pages are read; also what a browser asks before it posts for another site is refused."""
    assert client.request(method, "/").status_code == 405


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "http://localhost:1"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_another_site_may_not_post(client: TestClient, headers: dict[str, str], status: int) -> None:
    """What is posted comes from a program, or from our own pages."""
    assert client.post("/v1/traces", content=b"x", headers=headers).status_code == status


@pytest.mark.parametrize(("length", "status"), [(LONGEST_URL - 3, 200), (LONGEST_URL, 414)])
def test_addresses_are_bounded(client: TestClient, length: int, status: int) -> None:
    """A path and a query together have so many bytes at most."""
    assert client.get(f"/?{'x' * length}").status_code == status


@pytest.mark.parametrize(("size", "status"), [(LARGEST_BODY, 200), (LARGEST_BODY + 1, 413)])
@pytest.mark.parametrize("is_told", [True, False], ids=["told", "chunked"])
def test_bodies_are_bounded(client: TestClient, size: int, status: int, *, is_told: bool) -> None:
    """A body that is too large is refused, whether it says so or is only found out."""
    body = b"x" * size
    assert client.post("/", content=body if is_told else iter([body])).status_code == status


@pytest.mark.parametrize("path", ["/", "/nothing", "/?period=x", "/static/keeptabs.css", "/live"])
def test_every_answer_has_the_headers(tmp_path: Path, path: str) -> None:
    """Pages, files and errors alike: nothing runs or loads that is not ours, and no page is kept."""
    client = TestClient(create(filled(tmp_path / "ledger.db", [made(1)])), base_url="http://127.0.0.1")
    got = client.get(path).headers
    assert {name: got.get(name) for name in HEADERS} == HEADERS
    assert got["Cache-Control"] == ("no-cache" if path.startswith("/static") else "no-store")


def test_the_policy_allows_only_our_own() -> None:
    """Nothing inline, nothing foreign, no frames."""
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert not {"unsafe-inline", "unsafe-eval", "*", "http:", "https:"} & set(policy.replace(";", "").split())


def test_without_the_token_nothing_is_told() -> None:
    """Where a token is needed, a page without it is refused; how it looks is no secret."""
    client = guarded(access(token=_TOKEN))
    assert client.get("/").status_code == 401
    assert client.get("/static/keeptabs.css").status_code == 200


def test_the_token_in_the_address_becomes_a_cookie() -> None:
    """It is taken out of the address, which is seen and kept in too many places, and scripts cannot read it."""
    client = guarded(access(token=_TOKEN))
    answer = client.get(f"/calls?model=o3&token={_TOKEN}")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/calls?model=o3")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}={_TOKEN};")
    assert {"HttpOnly", "SameSite=strict"} <= set(cookie.split("; "))
    assert client.get("/calls").status_code == 200


def test_the_redirect_stays_here() -> None:
    """A path that begins with two slashes is no way to another host."""
    answer = guarded(access(token=_TOKEN)).get(f"http://localhost//evil.example/?token={_TOKEN}")
    assert answer.headers["Location"] == "/evil.example/"


def _bearer(token: str) -> Callable[[TestClient], Response]:
    return lambda client: client.post("/v1/traces", headers={"Authorization": f"Bearer {token}"})  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("ask", "status"),
    [
        (_bearer(_TOKEN), 200),
        (_bearer(_TOKEN + "x"), 401),
        (_bearer(""), 401),
        (lambda client: client.get("/?token="), 401),
        (lambda client: client.get("/?token=other"), 401),
        (lambda client: client.get("/", headers={"Cookie": f"{COOKIE}=other"}), 401),
        (lambda client: client.get("/", headers={"Cookie": f"{COOKIE}=ü".encode()}), 401),
    ],
    ids=["bearer", "wrong bearer", "no bearer", "empty", "wrong", "wrong cookie", "odd cookie"],
)
def test_only_the_token_itself_opens(ask: Callable[[TestClient], Response], status: int) -> None:
    """A program shows it as a bearer's; anything else is refused."""
    assert ask(guarded(access(token=_TOKEN))).status_code == status
