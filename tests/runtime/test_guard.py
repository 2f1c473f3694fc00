"""Keys in what calls carry: never kept, and noticed in prompts where that is asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import httpx
import msgspec
import pytest

import keeptabs
from keeptabs.core.call import IN_PROMPT, Call
from keeptabs.core.dialect import Asked
from keeptabs.core.exchange import Headers, Request
from keeptabs.patching.shield import shield
from keeptabs.runtime.guard import Guard, bare
from keeptabs.secrets.form import example
from keeptabs.secrets.rules import every

if TYPE_CHECKING:
    from keeptabs.store import queries
    from keeptabs.store.record import Record

RULE = next(rule for rule in every() if rule.id == "anthropic-api-key")
KEY = example(RULE.forms[0], Random(7))
SALT = b"s" * 32
STANDS = f"[REDACTED:{RULE.id}:"


@pytest.fixture
def call(record: Callable[..., Record]) -> Callable[..., Call]:
    """Makes a call of some fields."""
    return lambda **fields: record(**fields).call


@pytest.mark.parametrize(
    "fields",
    [
        {"tags": {"note": f"key {KEY}"}},
        {"tags": {KEY: "as a name"}},
        {"facts": {"keeptabs.text": [f"x {KEY}"]}},
        {"gaps": (f"not read: {KEY}",)},
        {"path": f"/proxy/{KEY}/v1/chat/completions"},
        {"request": Asked(model="m", metadata={"key": KEY})},
        {"request": Asked(model="m", user=KEY)},
    ],
    ids=["a tag", "the name of a tag", "a fact", "a gap", "the path", "metadata", "the user"],
)
def test_no_key_is_kept_of_a_call(call: Callable[..., Call], fields: dict[str, Any]) -> None:
    """What stands for it is the same wherever it was, so that calls can still be joined by it."""
    made = call(**fields)
    kept = msgspec.json.encode(Guard(lambda: SALT).clean(made)).decode()
    assert KEY not in kept
    assert STANDS in kept


def test_a_call_without_a_key_is_left_as_it_is(call: Callable[..., Call]) -> None:
    """Ids and words that look like keys stay."""
    made = call(
        tags={"feature": "answers", "trace": "0af7651916cd43dd8448eb211c80319c"},
        request=Asked(model="gpt-4o", metadata={"run": "5b8efff7-98a3-4f0f-a1b4-4f4f8a1c2d3e"}, user="user-1"),
    )
    assert Guard(lambda: SALT).clean(made) == made


@pytest.mark.parametrize(
    ("body", "content_type", "prompts", "found"),
    [
        (f'{{"messages": [{{"content": "use {KEY} please"}}]}}', "application/json", True, [RULE.id]),
        (f'{{"messages": [{{"content": "use {KEY} please"}}]}}', None, True, [RULE.id]),
        (f'{{"messages": [{{"content": "use {KEY} please"}}]}}', "application/json", False, None),
        ('{"messages": [{"content": "use no key please"}]}', "application/json", True, None),
        (f"--x\r\n\r\n{KEY}\r\n--x--", "multipart/form-data; boundary=x", True, None),
        ("", "application/json", True, None),
    ],
    ids=["a key", "no content type", "not asked for", "no key", "an upload", "no body"],
)
def test_a_key_in_a_prompt_is_noticed_where_that_is_asked_for(
    call: Callable[..., Call], body: str, content_type: str | None, prompts: bool, found: list[str] | None
) -> None:
    """The kind of it, never the key."""
    headers = Headers.of([("content-type", content_type)] if content_type else [])
    request = Request(method="POST", host="h", path="/", headers=headers, body=body.encode())
    seen = Guard(lambda: SALT, prompts=prompts).noticed(call(), request)
    assert seen.facts.get(IN_PROMPT) == found
    assert KEY not in msgspec.json.encode(seen).decode()


def test_of_a_call_that_cannot_be_looked_at_no_words_are_kept(call: Callable[..., Call]) -> None:
    """What it used and cost is."""
    made = call(tags={"a": KEY}, facts={"b": KEY}, request=Asked(model="m", user=KEY, metadata={"c": KEY}))
    left = bare(made)
    assert KEY not in msgspec.json.encode(left).decode()
    assert (left.cost, left.usage, left.request.model) == (made.cost, made.usage, "m")


def ask(url: str, **more: Any) -> None:
    """A call with a key in its prompt and in what the application says of it."""
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": f"is {KEY} mine?"}], **more}
    with httpx.Client(trust_env=False) as client, keeptabs.tag(feature=KEY):
        assert client.post(f"{url}/chat/completions", json=body, headers={"authorization": "Bearer x"}).is_success


@pytest.mark.parametrize(("guard", "found"), [("observe", [RULE.id]), ("off", None), (None, None)])
def test_a_prompt_is_sent_as_it_is_and_told_of(
    mock_url: str, store: Path, calls: Callable[[], list[queries.CallLine]], guard: str | None, found: list[str] | None
) -> None:
    """In the ledger is the kind of key, and the key in none of its files."""
    keeptabs.install(store=store, guard=guard)
    ask(mock_url, user=KEY, metadata={"m": KEY})
    [line] = calls()
    assert msgspec.json.decode(line.detail).get("facts", {}).get(IN_PROMPT) == found
    keeptabs.uninstall()
    assert not [file for file in store.parent.iterdir() if file.is_file() and KEY.encode() in file.read_bytes()]


def test_a_fault_of_the_guard_keeps_the_call_and_no_words(
    mock_url: str, store: Path, calls: Callable[[], list[queries.CallLine]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One fault is counted, and the application knows nothing of it."""
    monkeypatch.setattr(shield, "raises", False)
    monkeypatch.setattr(Guard, "clean", lambda *_: 1 / 0)
    keeptabs.install(store=store)
    ask(mock_url)
    [line] = calls()
    assert (line.tags, line.cost_status) == ("{}", "priced")


def test_the_table_of_keys_is_not_read_where_there_are_no_words(mock_url: str, store: Path) -> None:
    """An application that tags nothing does not pay for it."""
    for name in [name for name in sys.modules if name.startswith("keeptabs.secrets.rules")]:
        del sys.modules[name]
    keeptabs.install(store=store)
    with httpx.Client(trust_env=False) as client:
        body = {"model": "gpt-4o", "messages": []}
        client.post(f"{mock_url}/chat/completions", json=body, headers={"authorization": "Bearer x"})
    assert keeptabs.flush(20)
    assert not [name for name in sys.modules if name.startswith("keeptabs.secrets.rules")]
