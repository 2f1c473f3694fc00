import re
import sys
from pathlib import Path

import pytest

from keeptabs.secrets.boundary import Shape, begins
from keeptabs.secrets.rule import Rule

sys.path.insert(0, str(Path(__file__).parent))
try:
    from sample_rules import BARE, BLOCK, FIXED, MARKED, PADDED, PROJECT, RULES, SECRET, TOKEN, UUID, WEAK, key
finally:
    sys.path.pop(0)


@pytest.mark.parametrize(
    ("before", "loosely", "strictly"),
    [
        ("", True, True),
        (" ", True, True),
        ('"', True, True),
        ("=", True, True),
        ("%22", True, True),
        ("%3D", True, True),
        (r"\n", True, True),
        (r"\\n", True, True),
        (r"\u0022", True, True),
        (r"\x22", True, True),
        ("\x1b[93m", True, True),
        ("\x1b[1;38;5;200m", True, True),
        (r"\x1b[0m", True, True),
        (r"\033[93m", True, True),
        (r"\e[1m", True, True),
        (r"\u001b[93m", True, True),
        ("é", True, True),
        ("-", True, False),
        ("_", True, False),
        ("ri", False, False),
        ("7", False, False),
        ("[93m", False, False),
        ("u0022", False, False),
        (r"\q", False, False),
        ("%2", False, False),
    ],
)
def test_a_token_begins_behind_what_is_no_part_of_it(before: str, loosely: bool, strictly: bool) -> None:
    """A letter that ends an escape or a colour does not count."""
    data = f"{before}sk-".encode()
    at = len(data) - 3
    assert begins(data, at, strict=False) is loosely
    assert begins(data, at, strict=True) is strictly


@pytest.mark.parametrize(
    ("rule", "behind", "ends"),
    [
        (FIXED, "", True),
        (FIXED, "-old", True),
        (FIXED, "_", True),
        (FIXED, "a", False),
        (PROJECT, ".", True),
        (PROJECT, "&x=1", True),
        (PROJECT, "\\n", True),
        (PROJECT, "\x1b[0m", True),
        (PROJECT, "é", True),
        (PROJECT, "-", False),
        (PROJECT, "_", False),
        (WEAK, "-", False),
        (WEAK, "g", False),
        (PADDED, "/", False),
        (SECRET, "=", False),
        (SECRET, "'", True),
        (TOKEN, "_", False),
        (UUID, "-", False),
        (BLOCK, "aMII", True),
    ],
)
def test_a_key_ends_before_what_is_no_part_of_it(rule: Rule, behind: str, ends: bool) -> None:
    """Its own alphabet goes on with it, and a letter or digit always does."""
    made = key(rule).partition("\n")[0]
    found = Shape(rule, rule.forms[0]).exact.match(f"{made}{behind}".encode())
    assert (found is not None and found.end() == len(made)) is ends


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_what_is_wanted_hits_at_every_key(rule: Rule) -> None:
    """The first look never misses what the second would find."""
    for form, text in enumerate(rule.forms):
        shape = Shape(rule, text)
        made = key(rule, 3, form).partition("\n")[0]
        assert re.compile(shape.wanted.replace(r"\z", r"\Z").encode()).match(made.encode())
        assert shape.exact.match(made.encode())
        assert shape.shortest <= len(made) <= shape.longest


@pytest.mark.parametrize(
    ("rule", "expected"),
    [(MARKED, (b"JQQJ99", 52)), (PROJECT, None), (BARE, None)],
    ids=["marked", "led", "by its words"],
)
def test_a_form_without_prefix_and_words_is_known_by_its_text(rule: Rule, expected: tuple[bytes, int] | None) -> None:
    """Where the text stands at a known distance."""
    assert Shape(rule, rule.forms[0]).anchor == expected
