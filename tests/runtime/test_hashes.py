from collections.abc import Callable
from pathlib import Path

import httpx
import msgspec
import pytest

import keeptabs
from keeptabs.core.call import Call
from keeptabs.core.digest import Digest
from keeptabs.core.exchange import Headers, Request
from keeptabs.runtime.hashes import hashed
from keeptabs.store import queries
from keeptabs.store.database import reading
from keeptabs.store.record import Record, call_of

BODY = b'{"model":"gpt-4o","messages":[{"role":"user","content":"a secret sentence"}]}'


def request(*headers: tuple[str, str]) -> Request:
    return Request(method="POST", host="h", path="/", headers=Headers.of(headers), body=BODY)


def test_without_a_key_nothing_is_hashed(record: Callable[..., Record]) -> None:
    """A hash that anybody can make tells whoever reads it what was asked, if they guess."""
    call = record().call
    assert hashed(call, request(), b"").digest == Digest()
    assert hashed(call, request(), b"key").digest.body


def test_the_size_is_that_of_the_whole_body(record: Callable[..., Record]) -> None:
    """As its header says, since an upload is recorded in part."""
    assert hashed(record().call, request(), b"key").digest.size == len(BODY)
    assert hashed(record().call, request(("content-length", "25000000")), b"key").digest.size == 25_000_000


def test_a_message_of_a_session_is_not_hashed(record: Callable[..., Record]) -> None:
    """What it means hangs on what was said before."""
    spoken = msgspec.structs.replace(request(), method="WS")
    assert hashed(record().call, spoken, b"key").digest == Digest()


def recorded(path: Path, url: str) -> Call:
    for _ in range(2):
        httpx.post(f"{url}/chat/completions", content=BODY, headers={"content-type": "application/json"})
    keeptabs.flush()
    with reading(path) as db:
        newest, other = queries.calls(db, 0, 2, model=None, failed=False)
    assert call_of(newest.detail).digest == call_of(other.detail).digest
    assert "secret" not in newest.detail
    return call_of(newest.detail)


@pytest.mark.parametrize(("hashes", "parts"), [("on", "u"), ("off", "")])
def test_one_switch_turns_it_off(mock_url: str, tmp_path: Path, hashes: str, parts: str) -> None:
    """What is kept of a recorded call has hashes of its prompt, or nothing of it."""
    keeptabs.install(store=tmp_path / "ledger.db", hashes=hashes)
    digest = recorded(tmp_path / "ledger.db", mock_url).digest
    assert digest.parts == parts
    assert bool(digest.body) is bool(digest.size) is bool(parts)
