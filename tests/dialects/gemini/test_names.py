"""A model is known by its own name."""

import pytest

from keeptabs.dialects.gemini import _names


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("gemini-3-flash", "gemini-3-flash"),
        ("models/gemini-3-flash", "gemini-3-flash"),
        ("projects/p/locations/l/publishers/google/models/gemini-3-flash", "gemini-3-flash"),
        ("models/", None),
        ("", None),
        (None, None),
    ],
)
def test_the_collection_is_no_part_of_the_name(name: str | None, expected: str | None) -> None:
    """It differs between the two APIs."""
    assert _names.model(name) == expected
