import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.secrets.engine import Scanner
from keeptabs.secrets.fingerprint import Fingerprint
from keeptabs.secrets.redact import Redactor, redact
from keeptabs.secrets.rule import Tier
from keeptabs.secrets.rules import every

sys.path.insert(0, str(Path(__file__).parent))
try:
    from sample_rules import BLOCK, FIXED, PROJECT, RANGED, RULES, key
finally:
    sys.path.pop(0)

MARK = Fingerprint(b"salt")
SCANNER = Scanner(RULES)
REDACTOR = Redactor(MARK, SCANNER)
MADE, OTHER = key(PROJECT), key(FIXED)
SHORT = "abc123"


def mark(name: str, text: str) -> str:
    """What stands for a text."""
    return MARK.placeholder(name, text.encode())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"é {MADE} and {OTHER}.", f"é {mark('project', MADE)} and {mark('fixed', OTHER)}."),
        (f"{MADE}{chr(10)}{MADE}", f"{mark('project', MADE)}{chr(10)}{mark('project', MADE)}"),
        (f"Authorization: Bearer {MADE}", f"Authorization: Bearer {mark('project', MADE)}"),
        (f"authorization: Bearer {SHORT}", f"authorization: Bearer {mark('authorization', SHORT)}"),
        (f"-H 'X-Api-Key: {SHORT}' -v", f"-H 'X-Api-Key: {mark('x-api-key', SHORT)}' -v"),
        (f'{{"api-key": "{SHORT}"}}', f'{{"api-key": "{mark("api-key", SHORT)}"}}'),
        (rf"{{\"api_key\":\"{SHORT}\"}}", rf"{{\"api_key\":\"{mark('api_key', SHORT)}\"}}"),
        (f"GET /v1?x=1&key={SHORT}&y=2", f"GET /v1?x=1&key={mark('key', SHORT)}&y=2"),
        (f"https://acme.test/?key={MADE}", f"https://acme.test/?key={mark('project', MADE)}"),
        (f"k = {key(RANGED).replace('-', '%2D')}", f"k = {mark('ranged', key(RANGED))}"),
        (f"<{key(BLOCK)}>", f"<{mark('block', key(BLOCK))}>"),
    ],
)
def test_keys_are_replaced_in_texts(text: str, expected: str) -> None:
    """By their form, or by the header or parameter that they stand in."""
    assert REDACTOR.text(text) == expected
    assert REDACTOR.data(text.encode()) == expected.encode()


@pytest.mark.parametrize(
    "text",
    ["", "plain", "the api-key is secret", "?keys=many", "openai-organization: org-1", "monkey=banana", "\ud800"],
)
def test_a_text_without_a_key_stays_itself(text: str) -> None:
    """It is the same object: nothing is copied."""
    assert REDACTOR.text(text) is text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": [f"x {OTHER}", 1, None]}, {"a": [f"x {mark('fixed', OTHER)}", 1, None]}),
        ({"headers": {"Cookie": "a=b"}}, {"headers": {"Cookie": mark("cookie", "a=b")}}),
        ({"x-goog-api-key": SHORT.encode()}, {"x-goog-api-key": mark("x-goog-api-key", SHORT).encode()}),
        ([("Authorization", f"Bearer {SHORT}")], [("Authorization", f"Bearer {mark('authorization', SHORT)}")]),
        ([(b"api-key", SHORT.encode())], [(b"api-key", mark("api-key", SHORT).encode())]),
        ([["api-key", OTHER]], [["api-key", mark("fixed", OTHER)]]),
        ({"OpenAI-Organization": "org-1"}, {"OpenAI-Organization": "org-1"}),
        ({OTHER: 1}, {mark("fixed", OTHER): 1}),
        ((OTHER, 2, 3), (mark("fixed", OTHER), 2, 3)),
        ({"authorization": None, "api-key": ""}, {"authorization": None, "api-key": ""}),
    ],
)
def test_nested_values_are_redacted(value: Any, expected: Any) -> None:
    """What belongs to a header that holds a key goes, whatever it looks like."""
    assert REDACTOR.value(value) == expected


SURE = [key(rule) for rule in RULES if rule.tier is Tier.A]


@given(st.lists(st.sampled_from([*SURE, "Authorization: ", "?key=", "é", "\n", '"'])))
def test_no_key_is_left(parts: list[str]) -> None:
    """Redacting again changes nothing."""
    clean = REDACTOR.text(" ".join(parts))
    assert not any(made in clean for made in SURE)
    assert REDACTOR.text(clean) == clean


@given(st.text(), st.binary())
def test_anything_may_be_redacted(text: str, data: bytes) -> None:
    """Nothing raises."""
    REDACTOR.value({text: [data, (text, data)]})


def test_the_function_knows_every_rule() -> None:
    """Its placeholders are the same in every process."""
    rule = next(rule for rule in every() if rule.id == "groq-key")
    made = key(rule)
    assert redact(f"k = {made}") == f"k = {Fingerprint().placeholder(rule.id, made.encode())}"
