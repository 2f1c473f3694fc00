import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from keeptabs.core.errors import UserError
from keeptabs.core.exchange import Exchange, Request, Timing
from keeptabs.meter import recognise
from keeptabs.reconcile import _http, anthropic, openai, openrouter

sys.path.insert(0, str(Path(__file__).parent))
try:
    from billing_server import Answer, BillingServer
finally:
    sys.path.pop(0)

ACCESS = _http.Access(provider="Acme", variables=("ACME_KEY",), kind="an admin key", made_at="https://acme.test/keys")
KEY = "no-real-key"
BUSY: Answer = (429, {"retry-after": "7"}, b"{}")
BROKEN: Answer = (500, {}, b"{}")


@pytest.fixture
def server() -> Iterator[BillingServer]:
    with BillingServer({"/bill": b'{"data": []}'}, key=("authorization", f"Bearer {KEY}")) as running:
        yield running


class Clock:
    """Sleeps no time, and remembers for how long it was to."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


def client(server: BillingServer, clock: Clock, key: str = KEY, jitter: float = 0.0) -> _http.Client:
    return _http.Client(server.url, {"authorization": f"Bearer {key}"}, sleep=clock.sleep, jitter=lambda: jitter)


@pytest.mark.parametrize(
    ("faults", "jitter", "slept"),
    [
        ([], 0.0, []),
        ([BUSY], 0.0, [7.0]),
        ([BUSY], 0.5, [7.5]),
        ([BROKEN, BROKEN, BROKEN], 0.0, [0.25, 0.5, 1.0]),
        ([BROKEN, BROKEN, BROKEN], 1.0, [0.5, 1.0, 2.0]),
        ([(503, {"retry-after-ms": "1500"}, b"")], 0.0, [1.5]),
        ([(429, {"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, b"")], 0.0, [0.25]),
        ([(408, {}, b"")], 0.0, [0.25]),
    ],
)
def test_what_passes_is_waited_for(
    server: BillingServer, faults: list[Answer], jitter: float, slept: list[float]
) -> None:
    """As long as the provider asks for and never less, else twice as long each time, half of it by chance."""
    clock = Clock()
    server.faults.extend(faults)
    with client(server, clock, jitter=jitter) as asking:
        assert _http.get(asking, ACCESS, "/bill", ()) == b'{"data": []}'
    assert clock.slept == slept
    assert len(server.seen) == len(faults) + 1


@pytest.mark.parametrize(
    ("fault", "times", "slept", "message"),
    [
        (BROKEN, _http.ATTEMPTS, 5, "Acme answered 500 to GET /bill"),
        ((429, {"retry-after": "50"}, b"{}"), 3, 2, "answered 429 to GET /bill; it asks to be left alone for 50 s"),
        ((429, {"retry-after": "9999"}, b"{}"), 1, 0, "it asks to be left alone for 9999 s"),
        ((400, {}, b'{"error": {"message": "limit is\\n too large"}}'), 1, 0, "400 to GET /bill: limit is too large"),
        ((302, {"location": "https://elsewhere.test/"}, b""), 1, 0, "Acme answered 302 to GET /bill"),
        ((418, {}, b"<html>"), 1, 0, "Acme answered 418 to GET /bill"),
    ],
)
def test_waiting_has_an_end(server: BillingServer, fault: Answer, times: int, slept: int, message: str) -> None:
    """After some attempts or two minutes the answer stands, and what cannot pass is not waited for at all."""
    clock = Clock()
    server.faults.extend([fault] * _http.ATTEMPTS)
    with client(server, clock) as asking, pytest.raises(UserError, match=message):
        _http.get(asking, ACCESS, "/bill", ())
    assert (len(server.seen), len(clock.slept)) == (times, slept)
    assert sum(clock.slept) <= _http.PATIENCE


def test_a_report_that_does_not_exist_is_told_apart(server: BillingServer) -> None:
    """A 404 is an error of its own kind, for those who can do without the report."""
    with client(server, Clock()) as asking, pytest.raises(_http.NoReportError, match="404 to GET /none: no /none"):
        _http.get(asking, ACCESS, "/none", ())


def test_a_server_that_is_not_there_is_tried_again_and_named() -> None:
    """What cannot be reached is named by its host, after as many attempts as anything else."""
    clock = Clock()
    with BillingServer({}, key=("authorization", "")) as gone:
        asking = client(gone, clock)
    with asking, pytest.raises(UserError, match=r"Acme cannot be reached at 127\.0\.0\.1: .+") as raised:
        _http.get(asking, ACCESS, "/bill", ())
    assert len(clock.slept) == _http.ATTEMPTS - 1
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


@pytest.mark.parametrize(
    ("status", "fault"), [(401, "does not know the key in ACME_KEY"), (403, "shows nothing to the key in ACME_KEY")]
)
def test_a_key_that_is_refused_is_explained(server: BillingServer, status: int, fault: str) -> None:
    """The message names the variable, the kind of key and where it is made, and is tried once."""
    server.faults.append((status, {}, b'{"error": {"message": "You have insufficient permissions"}}'))
    with client(server, Clock()) as asking, pytest.raises(UserError) as raised:
        _http.get(asking, ACCESS, "/bill", ())
    assert str(raised.value) == f"Acme {fault} ({status}): it wants an admin key, made at https://acme.test/keys"
    assert len(server.seen) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500])
@pytest.mark.parametrize("header", ["authorization", "x-api-key"])
def test_no_error_and_no_log_holds_the_key(
    server: BillingServer, header: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even where the provider quotes it."""
    server.faults.extend([(status, {}, f'{{"error": {{"message": "bad key {KEY}"}}}}'.encode())] * _http.ATTEMPTS)
    value = KEY if header == "x-api-key" else f"Bearer {KEY}"
    asking = _http.Client(server.url, {header: value}, sleep=Clock().sleep)
    with caplog.at_level(logging.DEBUG), asking, pytest.raises(UserError) as raised:
        _http.get(asking, ACCESS, "/bill", ())
    assert str(status) in str(raised.value)
    shown = [str(raised.value), repr(raised.value), repr(asking), caplog.text]
    assert all(KEY not in text for text in shown)


@pytest.mark.parametrize("base_url", ["", "api.openai.com/v1", "ftp://files.test", "https://", "http://[::1"])
def test_what_is_no_url_is_refused(base_url: str) -> None:
    """Before anything is sent."""
    with pytest.raises(UserError, match="is no URL"):
        _http.client(base_url, {})


@pytest.mark.parametrize("key", ["two\nlines", "a\x7f", "“quoted”", "é", " ", ""])
def test_a_key_that_no_header_can_hold_is_refused_without_showing_it(key: str) -> None:
    """A client library would quote it in its error."""
    with pytest.raises(UserError, match="the key is empty, or holds a line break") as raised:
        _http.client("https://acme.test", openai.headers(key))
    assert not key.strip() or key not in str(raised.value)


def test_a_request_that_http_does_not_allow_shows_no_header(server: BillingServer) -> None:
    """The client library's own message has the value, and so the key."""
    asking = _http.Client(server.url, {"x-api-key": f"{KEY}\nsecond-line"}, sleep=Clock().sleep)
    with asking, pytest.raises(UserError, match=r"at 127\.0\.0\.1: LocalProtocolError$"):
        _http.get(asking, ACCESS, "/bill", ())


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"NEW": "a", "OLD": "b"}, "a"),
        ({"OLD": " b\n"}, "b"),
        ({"NEW": " ", "OLD": "b"}, "b"),
        ({"NEWER": "c"}, None),
        ({}, None),
    ],
)
def test_the_key_is_in_the_first_variable_that_is_set(environ: dict[str, str], expected: str | None) -> None:
    """Where none is, the message says which to set and where such keys are made."""
    access = _http.Access(provider="Acme", variables=("NEW", "OLD"), kind="an admin key", made_at="https://acme.test")
    if expected is None:
        wanted = r"^NEW or OLD is not set: Acme shows its bill to an admin key only, made at https://acme\.test$"
        with pytest.raises(UserError, match=wanted):
            access.key(environ)
    else:
        assert access.key(environ) == expected


def test_a_client_keeps_the_path_of_its_base_and_says_who_asks(server: BillingServer) -> None:
    """The default of ``sleep`` is the real one, which a report without faults never calls."""
    with _http.client(f"{server.url}/", {"authorization": f"Bearer {KEY}"}) as asking:
        _http.get(asking, ACCESS, "bill", [("group_by[]", "a"), ("group_by[]", "b")])
        assert asking.headers["user-agent"].startswith("keeptabs/")
    assert server.seen == [("/bill", {"group_by[]": ["a", "b"]})]


PATHS = [
    *(f"{openai.BASE_URL}/organization/{name}" for name in ("costs", "usage/completions", "usage/images")),
    *(f"{openai.BASE_URL}/organization/usage/{name}" for name in ("embeddings", "moderations", "decisions")),
    f"{anthropic.BASE_URL}/v1/organizations/cost_report",
    f"{anthropic.BASE_URL}/v1/organizations/usage_report/messages",
    f"{openrouter.BASE_URL}/activity",
]


@pytest.mark.parametrize(
    ("url", "method", "is_call"),
    [*((url, "GET", False) for url in PATHS), (f"{openai.BASE_URL}/chat/completions", "POST", True)],
)
def test_asking_for_the_bill_is_no_call(url: str, method: str, is_call: bool) -> None:
    """None of the paths is a route of a provider, so that keeptabs does not record itself."""
    parts = httpx.URL(url)
    request = Request(method=method, host=parts.host, path=parts.path)
    assert (recognise(Exchange(request=request, timing=Timing(started_at=0))) is not None) is is_call
