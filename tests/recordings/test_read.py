"""Recordings by what they hold."""

from __future__ import annotations

import gzip
import io
import json
import os
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core.exchange import Exchange
from keeptabs.recordings import Damaged, EntryError, RecordingError, har, vcr
from keeptabs.recordings.json_items import JsonItems
from keeptabs.recordings.read import NO_TIME, check, digest, entries, exchanges

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://h/v1/embeddings"


def har_text(*urls: str, **more: Any) -> str:
    """A HAR of requests to some URLs."""
    found = [{"request": {"method": "GET", "url": url}, "response": {"status": 200}} for url in urls]
    return json.dumps({"log": {"version": "1.2", "pages": [{"id": "]}"}], "entries": found, **more}, "x": [1]})


CASSETTE = (
    f"interactions:\n- request: {{method: GET, uri: '{URL}'}}\n  response: {{status: {{code: 200}}}}\nversion: 1\n"
)
CASSETTE_JSON = json.dumps(
    {
        "version": 1,
        "interactions": [{"request": {"method": "GET", "uri": URL}, "response": {"status": {"code": 200}}}],
    }
)
KINDS = {
    "har": har_text(URL),
    "har-with-bom": "\ufeff" + har_text(URL),
    "yaml": CASSETTE,
    "yaml-document": f"---\n# a cassette\nversion: 1\n{CASSETTE.replace('version: 1', '')}",
    "json": CASSETTE_JSON,
    "ruby-json": CASSETTE_JSON.replace("interactions", "http_interactions"),
}


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_recording_is_known_by_what_it_holds(kind: str, packed: bool, tmp_path: Path) -> None:
    """Whatever its name says, and gzipped or not."""
    path = tmp_path / "recording.txt"
    data = KINDS[kind].encode()
    path.write_bytes(gzip.compress(data) if packed else data)
    check(path)
    assert [(found.request.host, found.request.path) for found in exchanges(path)] == [("h", "/v1/embeddings")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "{}",
        "[]",
        "[1]",
        "{",
        "plain text",
        '{"log": {}}',
        '{"log": {"entries": {}}}',
        '{"log": [], "entries": []}',
        '{"entries": []}',
        '{"interactions": {}}',
        "a: [",
        "interactions:\n  a: 1",
        "- interactions: []",
        "\x00\x01",
        '{"source": "x", "messages": []}\n{"source": "y"}',
    ],
)
def test_what_is_no_recording_is_refused(text: str, tmp_path: Path) -> None:
    """In one line that names the file."""
    path = tmp_path / "a.har"
    path.write_text(text, "utf-8")
    for read in (check, lambda path: list(entries(path))):
        with pytest.raises(RecordingError) as raised:
            read(path)
        assert str(raised.value).startswith(f"{path}: neither a HAR file nor a VCR cassette")
        assert "\n" not in str(raised.value)


def test_a_recording_may_be_empty(tmp_path: Path) -> None:
    """Nothing was recorded: that is no mistake."""
    path = tmp_path / "a.har"
    for text in (har_text(), "interactions: []\nversion: 1\n"):
        path.write_text(text)
        assert list(entries(path)) == []


def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    """With the system's own word for it."""
    with pytest.raises(RecordingError, match=r"none\.har: no such file or directory$"):
        check(tmp_path / "none.har")
    with pytest.raises(RecordingError, match=r": is a directory$"):
        check(tmp_path)


@pytest.mark.parametrize(
    ("data", "read"),
    [
        (har_text(URL, URL).encode()[:-40], 1),
        (har_text(URL, URL).replace('"status": 200}}]', '"status": 200}]').encode(), 1),
        ((CASSETTE.replace("version: 1", "- a: [}")).encode(), 1),
        (gzip.compress(har_text(*[f"{URL}/{n}" for n in range(40_000)]).encode())[:-9000], None),
    ],
    ids=["cut", "broken", "yaml", "gzip"],
)
def test_what_comes_before_a_break_is_read(data: bytes, read: int | None, tmp_path: Path) -> None:
    """Then the break is an error that says how far we came."""
    path = tmp_path / "a.har"
    path.write_bytes(data)
    found: list[Any] = []
    with pytest.raises(RecordingError) as raised:
        found.extend(_each(path, found))
    assert str(raised.value).startswith(f"{path}: entry {len(found)} is broken, or the file breaks off there: ")
    assert len(found) == read if read is not None else len(found) > 10_000


def _each(path: Path, found: list[Any]) -> list[Any]:
    for entry in entries(path):
        found.append(entry)  # noqa: PERF402 - what was read before an exception has to stay
    return []


def test_a_damaged_entry_does_not_lose_the_others(tmp_path: Path) -> None:
    """It stands in its place, with the reason; of the exchanges it is none."""
    path = tmp_path / "a.har"
    path.write_text(har_text(URL, "none", URL))
    first, second, third = entries(path)
    assert isinstance(first, Exchange)
    assert second == Damaged("the URL of the request is not absolute")
    assert isinstance(third, Exchange)
    assert list(exchanges(path)) == [first, third]


def test_an_exchange_without_a_time_has_that_of_the_file(tmp_path: Path) -> None:
    """So that it is priced at about the right date; and it says so."""
    path = tmp_path / "a.har"
    path.write_text(har_text(URL))
    os.utime(path, ns=(0, 1_700_000_000_000_000_000))
    (found,) = exchanges(path)
    assert (found.timing.started_at, found.gaps) == (1_700_000_000_000_000_000, (NO_TIME,))


def test_the_digest_is_of_what_a_file_holds(tmp_path: Path) -> None:
    """Packing a file does not make another one of it; a changed character does."""
    texts = {"a": KINDS["har"].encode(), "b": gzip.compress(KINDS["har"].encode()), "c": KINDS["json"].encode()}
    for name, data in texts.items():
        (tmp_path / name).write_bytes(data)
    a, b, c = (digest(tmp_path / name) for name in texts)
    assert a == b != c


class _Drops(io.StringIO):
    """Text that comes a character at a time."""

    def read(self, size: int | None = -1) -> str:
        """One character, whatever is asked for."""
        return super().read(1)


def test_json_is_read_however_it_is_cut() -> None:
    """Numbers, strings and spaces may be cut anywhere."""
    items = [1234, -1.5e3, 1e22, 2, 'a\\" ]', {"b": [None, True]}, [], ""]
    text = json.dumps({"a": {"log": [0]}, "log": {"x": 12, "entries": items}}, indent=1)
    found = JsonItems(_Drops(text))
    assert found.seek([("other",), ("log", "entries")]) == ("log", "entries")
    assert list(found) == items


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
REQUESTS = st.fixed_dictionaries(
    {"method": st.text() | ANY},
    optional=dict.fromkeys(("url", "uri", "headers", "body", "postData", "parsed_body"), ANY),
)
ANSWERS = st.fixed_dictionaries(
    {"status": ANY | st.integers(100, 599) | st.fixed_dictionaries({"code": st.integers(0, 999)})},
    optional=dict.fromkeys(("headers", "content", "body", "parsed_body", "_error"), ANY),
)


@given(
    st.fixed_dictionaries(
        {"request": REQUESTS | ANY, "response": ANSWERS | ANY},
        optional=dict.fromkeys(("startedDateTime", "time", "timings", "recorded_at"), ANY),
    )
)
def test_an_entry_is_an_exchange_or_damaged(entry: dict[str, Any]) -> None:
    """Nothing else comes out of it, whatever is in it."""
    for read in (har.exchange, vcr.exchange):
        for with_url in (entry, _with_url(entry)):
            try:
                found = read(with_url)
            except EntryError:
                continue
            assert isinstance(found, Exchange)


def _with_url(entry: dict[str, Any]) -> dict[str, Any]:
    request = entry["request"]
    return {
        **entry,
        "request": {**request, "method": "GET", "url": URL, "uri": URL} if isinstance(request, dict) else 1,
    }
