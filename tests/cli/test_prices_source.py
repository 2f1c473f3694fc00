"""The bytes of a file of prices, from the disk and from loopback."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from keeptabs.cli import _prices_source as sources
from keeptabs.core.errors import UserError

BODY = b"x" * 5_000


class Site(BaseHTTPRequestHandler):
    """Answers as the path says."""

    def do_GET(self) -> None:
        if self.path == "/data":
            self.send_response(200)
            self.send_header("content-length", str(len(BODY)))
            self.end_headers()
            self.wfile.write(BODY)
        elif self.path == "/endless":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(BODY * 10)
        elif self.path == "/short":
            self.send_response(200)
            self.send_header("content-length", str(len(BODY) + 1))
            self.end_headers()
            self.wfile.write(BODY)
        elif self.path == "/rubbish":
            self.wfile.write(b"rubbish\r\n\r\n")
        elif self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("location", self.path.removeprefix("/to/"))
            self.end_headers()
        else:
            self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The URL of a server on loopback."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("path", ["/data", "/to//data"])
def test_a_url_on_loopback_is_read(site: str, path: str) -> None:
    """Also by way of a redirect."""
    assert sources.read(f"{site}{path}") == {f"{site}{path}": BODY}
    local = site.replace("127.0.0.1", "localhost")
    assert sources.read(f"{local}{path}") == {f"{local}{path}": BODY}


@pytest.mark.parametrize(
    "url",
    [
        "http://prices.example/data.json",
        "http://127.0.0.1.prices.example/data.json",
        "http://127.example/data.json",
        "http://localhost.example/data.json",
        "http://localhost@prices.example/data.json",
        "ftp://127.0.0.1/data.json",
        "file:///etc/passwd",
        "http://10.0.0.1/data.json",
        "http://[::2]/data.json",
        "https://",
        "://x",
    ],
)
def test_what_others_can_change_on_the_way_is_refused(url: str) -> None:
    """Nothing is asked of anybody."""
    with pytest.raises(UserError, match=r"prices come over https alone") as caught:
        sources.read(url)
    assert str(caught.value).startswith(url)


def test_a_url_that_is_none_is_one_line() -> None:
    """What is wrong with it is said in the words of the parser."""
    with pytest.raises(UserError, match=r"^http://\[::1/x: Invalid IPv6 URL$"):
        sources.read("http://[::1/x")


@pytest.mark.parametrize("to", ["http://prices.example/data.json", "file:///etc/passwd", "ftp://127.0.0.1/x"])
def test_a_redirect_leads_to_no_place_that_could_not_be_asked_for(site: str, to: str) -> None:
    """The first URL may be good; each that follows is looked at too."""
    with pytest.raises(UserError, match=r"prices come over https alone|is not allowed"):
        sources.read(f"{site}/to/{to}")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/nowhere", "404 Not Found"),
        ("/short", "it broke off after 5,000 bytes"),
        ("/rubbish", "rubbish"),
        ("/endless", "more than 0 MiB"),
    ],
)
def test_an_answer_that_cannot_be_used_is_one_line(site: str, path: str, said: str) -> None:
    """What is too much is not read to its end."""
    with pytest.raises(UserError) as caught:
        sources.read(f"{site}{path}", most=len(BODY))
    assert str(caught.value).startswith(f"{site}{path}: ")
    assert said in str(caught.value)


def test_a_server_that_is_not_there_is_one_line() -> None:
    """A port that nobody listens on."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        url = f"http://127.0.0.1:{server.server_port}/data"
    with pytest.raises(UserError, match=rf"^{url}: .*refused"):
        sources.read(url)


def test_a_file_and_a_directory_are_read(tmp_path: Path) -> None:
    """Of a directory the .json files, in their order."""
    for name in ("b.json", "a.json", "LICENSE"):
        (tmp_path / name).write_text(name)
    one = tmp_path / "a.json"
    assert sources.read(str(one)) == {str(one): b"a.json"}
    assert list(sources.read(str(tmp_path)).values()) == [b"a.json", b"b.json"]
    assert sources.read(str(one), most=6) == sources.read(str(one))
    with pytest.raises(UserError, match="more than"):
        sources.read(str(one), most=5)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """And a directory without any is no set of prices."""
    with pytest.raises(UserError, match=r"x\.json: No such file or directory$"):
        sources.read(str(tmp_path / "x.json"))
    with pytest.raises(UserError, match=r"there are no \.json files in it$"):
        sources.read(str(tmp_path))
