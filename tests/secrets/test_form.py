"""A form is text with holes: one text for the pattern that finds keys, and for keys to find."""

import re
from contextlib import suppress
from random import Random

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.secrets.form import ALPHABETS, Hole, anchor, example, parts, pattern, prefix

LITERALS = st.text("abcXYZ019-_.:|=+/ []()^$*?", min_size=1, max_size=8)
COUNTS = st.tuples(st.integers(0, 20), st.integers(1, 40)).map(sorted)
HOLES = st.builds(
    lambda alphabet, counts, written: f"{{{alphabet}:{written.format(*counts)}}}",
    st.sampled_from(sorted(ALPHABETS)),
    COUNTS,
    st.sampled_from(["{1}", "{0}-{1}", "{1}+"]),
)
FORMS = st.lists(LITERALS | HOLES, min_size=1, max_size=6).map("".join)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("plain", ["plain"]),
        ("{hex:32}", [Hole("hex", 32, 32)]),
        ("a-{alnum:20-40}_b", ["a-", Hole("alnum", 20, 40), "_b"]),
        ("{pad:0-2}", [Hole("pad", 0, 2)]),
        ("x{base64:100+}", ["x", Hole("base64", 100, 4_000, open=True)]),
        ("{hex:8}{digit:1}", [Hole("hex", 8, 8), Hole("digit", 1, 1)]),
        ("{hex}", ["{hex}"]),
        ("", []),
    ],
)
def test_a_form_is_its_literal_texts_and_its_holes(form: str, expected: list[object]) -> None:
    """In order, and what is no hole is text."""
    assert list(parts(form)) == expected


@pytest.mark.parametrize("form", ["{octal:8}", "{hex:0}", "{hex:5-4}", "{hex:1001}", "{hex:1-1001}", "a{base63:4}b"])
def test_a_hole_that_makes_no_sense_is_a_mistake(form: str) -> None:
    """An alphabet that is none, counts the wrong way round, none at all, or more than RE2 repeats."""
    with pytest.raises(ValueError, match="is no hole"):
        list(parts(form))


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("ab-{hex:4}", "ab-[0-9a-f]{4}"),
        ("a.b{pad:0-2}", r"a\.b={0,2}"),
        ("{digit:3+}", "[0-9]{3,}"),
        ("a b", "a b"),
    ],
)
def test_a_pattern_says_what_the_form_says(form: str, expected: str) -> None:
    """Dashes and spaces stand for themselves, and other signs are escaped."""
    assert pattern(form) == expected


@pytest.mark.parametrize(
    ("form", "first", "longest"),
    [
        ("sk-{hex:4}", "sk-", "sk-"),
        ("{hex:4}MARK{hex:4}", "", "MARK"),
        ("ab{hex:4}MARK{hex:2}c", "ab", "MARK"),
        ("{hex:4}", "", ""),
        ("", "", ""),
    ],
)
def test_the_text_that_every_key_has_is_known(form: str, first: str, longest: str) -> None:
    """What it begins with, and the longest there is."""
    assert prefix(form) == first
    assert anchor(form) == longest


@given(FORMS, st.integers())
def test_an_example_is_what_the_pattern_matches(form: str, seed: int) -> None:
    """As a whole, for ``re`` and for RE2, with groups or without."""
    made = example(form, Random(seed))
    for expression in (pattern(form), pattern(form, grouped=True)):
        assert re.fullmatch(expression, made)
        assert re2.fullmatch(expression, made)
    assert made.startswith(prefix(form))
    assert anchor(form) in made


@given(FORMS, st.integers())
def test_the_groups_of_a_pattern_are_what_fills_its_holes(form: str, seed: int) -> None:
    """With the literal texts between them they are the key."""
    made = example(form, Random(seed))
    match = re.fullmatch(pattern(form, grouped=True), made)
    assert match is not None
    groups = iter(match.groups())
    assert "".join(part if isinstance(part, str) else next(groups) for part in parts(form)) == made
    assert next(groups, None) is None


@given(st.text(max_size=60) | FORMS)
def test_any_text_is_a_form_or_a_clear_mistake(text: str) -> None:
    """Nothing but a hole that makes no sense is refused, and every literal text of a form stands in it."""
    with suppress(ValueError):
        assert all(isinstance(part, Hole) or part in text for part in parts(text))


@pytest.mark.parametrize("name", sorted(ALPHABETS))
def test_an_alphabet_is_its_characters(name: str) -> None:
    """Its pattern matches each of them, none comes twice, and no other character of ASCII is matched."""
    expression, characters = ALPHABETS[name]
    assert {chr(code) for code in range(128) if re.fullmatch(expression, chr(code))} == set(characters)
    assert len(characters) == len(set(characters))


def test_examples_are_the_same_for_the_same_seed_and_differ_otherwise() -> None:
    """So that a failure can be seen again."""
    assert example("{hex:32}", Random(1)) == example("{hex:32}", Random(1)) != example("{hex:32}", Random(2))
