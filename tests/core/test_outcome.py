"""Fingerprints: equal for the same message about another thing, different for different messages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core.outcome import message_fingerprint

WORDS = st.text("abcdefghijklmnopqrstuvwxyz ", min_size=1)
IDS = st.integers(0, 10**12).map(str) | st.from_regex(r"[a-z]{1,3}-[0-9]{1,6}[a-z]{0,3}", fullmatch=True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Try again in 20s.", "Try again in 7s.", id="a duration"),
        pytest.param("Limit 10000, Used 9000", "Limit 200, Used 0", id="counts"),
        pytest.param("in organization org-a1B2 on tokens", "in organization org-9zz9z on tokens", id="an id"),
        pytest.param("The model `gpt-x` does not exist", "The model `my model` does not exist", id="backquotes"),
        pytest.param("Unknown name 'a'", "Unknown name 'something else'", id="single quotes"),
        pytest.param('No such "x"', 'No such "a long prompt that must not be kept"', id="double quotes"),
    ],
)
def test_a_fingerprint_holds_for_other_numbers_ids_and_quotations(one: str, other: str) -> None:
    """What differs between two occurrences of one message does not count."""
    assert message_fingerprint(one) == message_fingerprint(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Rate limit reached", "Quota reached", id="another word"),
        pytest.param("Try again in 20s.", "Try later in 20s.", id="another word beside a number"),
        pytest.param("Unknown name 'a'", "Unknown field 'a'", id="another word beside a quotation"),
        pytest.param("too long", "Too long", id="another case"),
        pytest.param("", "x", id="empty"),
    ],
)
def test_a_fingerprint_differs_for_different_messages(one: str, other: str) -> None:
    """The fixed words of a message count."""
    assert message_fingerprint(one) != message_fingerprint(other)


@given(WORDS, IDS, IDS, WORDS)
def test_a_fingerprint_does_not_depend_on_the_numbers_in_a_message(one: str, this: str, that: str, two: str) -> None:
    """Any two ids in the same place give the same fingerprint."""
    assert message_fingerprint(f"{one} {this} {two}") == message_fingerprint(f"{one} {that} {two}")


@given(st.text())
def test_any_text_has_a_fingerprint_of_eight_hexadecimal_digits(message: str) -> None:
    """Nothing in a message, not even half a surrogate pair, is an exception."""
    found = message_fingerprint(message + "\ud800")
    assert len(found) == 8
    assert set(found) <= set("0123456789abcdef")
