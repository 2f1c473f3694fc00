"""The judge has eyes: what would be wrong with a case is told, and a case with which nothing is wrong is not."""

from __future__ import annotations

import sys
from copy import deepcopy
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent

sys.path.insert(0, str(HERE))
try:
    JUDGE, TABLE, SERVED, ORACLE = (import_module(name) for name in ("judge", "table", "served", "oracle"))
    CASES = {case.name: case for case in TABLE.cases()}
finally:
    sys.path.remove(str(HERE))

CASE = CASES["groq/chat.completions/stream/sync"]
ERROR = CASES["groq/chat.completions/error/sync"]
OFF: dict[str, Any] = {"name": CASE.name, "notes": ["Hi"], "requests": [{"line": "POST"}]}
ROW: dict[str, Any] = {
    "provider": "groq",
    "server": "api.groq.com",
    "client": "httpx",
    "status": 200,
    "streamed": True,
    "gaps": [],
    "outcome": "ok",
    "error_type": None,
    "input": 42,
    "output": 14,
    "units": {},
    "estimated": False,
}
SERVED_OK = {"status": 200, "streamed": True, "failed": False, "usage": {"input": 42, "output": 14}}
ON: dict[str, Any] = {**OFF, "served": SERVED_OK, "ledger": [ROW]}


def test_nothing_is_wrong_with_what_is_right() -> None:
    """A case that is the same in both runs, with one row for its one request, is well."""
    assert JUDGE.wrong(CASE, OFF, ON) == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"notes": ["Ho"]}, "notes without keeptabs"),
        ({"requests": [{"line": "GET"}]}, "requests without keeptabs"),
        ({"ledger": []}, "1 attempts made 0 calls"),
        ({"ledger": [ROW, ROW]}, "1 attempts made 2 calls"),
        ({"ledger": [{**ROW, "provider": "openai"}]}, "provider is 'openai'"),
        ({"ledger": [{**ROW, "client": "httpcore"}]}, "client is 'httpcore'"),
        ({"ledger": [{**ROW, "streamed": False}]}, "streamed is False"),
        ({"ledger": [{**ROW, "gaps": ["unread"]}]}, "gaps is ['unread']"),
        ({"ledger": [{**ROW, "error_type": "x"}]}, "the outcome is ok, and the error x"),
        ({"ledger": [{**ROW, "input": 41}]}, "input is 41"),
        ({"ledger": [{**ROW, "output": None}]}, "output is None"),
        ({"ledger": [{**ROW, "estimated": True}]}, "input is None"),
        ({"ledger": [{**ROW, "units": {"images": "1"}}]}, "units are"),
    ],
    ids=lambda value: "" if isinstance(value, dict) else value,
)
def test_what_is_wrong_is_told(changed: dict[str, Any], told: str) -> None:
    """Each thing that can differ is seen."""
    found = JUDGE.wrong(CASE, OFF, deepcopy({**ON, **changed}))
    assert any(told in one for one in found), found


@pytest.mark.parametrize(
    ("case", "notes", "told"),
    [
        (CASE, [{"raised": {}}], "the SDK raised"),
        (CASE, [], "nothing came"),
        (ERROR, ["Hi"], "the SDK raised nothing"),
    ],
    ids=["a success that raises", "an empty one", "an error that does not raise"],
)
def test_a_case_that_is_not_what_it_is_meant_to_be_is_told(case: Any, notes: list[Any], told: str) -> None:
    """A success that raises in both runs would be equal, and prove nothing."""
    off = {**OFF, "name": case.name, "notes": notes}
    assert any(told in one for one in JUDGE.wrong(case, off, {**ON, "notes": notes}))


def test_every_answer_is_served_in_some_case() -> None:
    """No answer is missing, and none lies about unused."""
    used: dict[str, set[str]] = {}
    for case in CASES.values():
        used.setdefault(case.sdk.file, set()).add(case.answer)
    assert used == {file.stem: SERVED.names(file.stem) for file in SERVED.ANSWERS.glob("*.json")}


@pytest.mark.parametrize("case", [case for case in CASES.values() if case.endpoint.usage != "none"], ids=str)
def test_every_answer_says_what_was_used(case: Any) -> None:
    """A success carries usage that the oracle can read, so that the comparison is one."""
    answer = SERVED.answer(case.sdk.file, case.answer)
    said = ORACLE.said(case.endpoint.usage, answer)
    assert bool(said) is (case.flow != "error") or case.answer == "embed.plain", said
