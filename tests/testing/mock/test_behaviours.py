"""Reading the behaviours a request asks for."""

from __future__ import annotations

import pytest

from keeptabs.testing.mock.behaviours import ALWAYS, BEHAVIOURS, PLAIN, Behaviour, plan, read_model
from keeptabs.testing.mock.problems import PROBLEMS, ApiError, rate_limited


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", PLAIN),
        ("ok", PLAIN),
        ("429", Behaviour(problem=rate_limited(20), failures=ALWAYS)),
        ("429:5", Behaviour(problem=rate_limited(5), failures=ALWAYS)),
        ("429-then-ok", Behaviour(problem=rate_limited(20), failures=1)),
        ("429-twice-7", Behaviour(problem=rate_limited(7), failures=2)),
        ("400", Behaviour(problem=PROBLEMS["400"])),
        ("chunks:500", Behaviour(chunks=500)),
        ("chunks-500", Behaviour(chunks=500)),
        ("slow", Behaviour(pause=0.02)),
        ("slow:5", Behaviour(pause=0.005)),
        ("hang:0.5", Behaviour(hang=0.5)),
        ("deflate", Behaviour(encoding="deflate")),
        ("raw-deflate", Behaviour(encoding="raw-deflate")),
        ("GZIP, split", Behaviour(encoding="gzip", split=True)),
        ("no-usage+length", Behaviour(usage=False, finish="length")),
    ],
)
def test_a_list_of_words_becomes_one_behaviour(words: str, expected: Behaviour) -> None:
    """Words apply in order, with their parameters, whatever joins them."""
    assert plan(words) == expected


def test_lists_from_the_model_and_the_header_add_up() -> None:
    """Several lists make one behaviour together."""
    assert plan("split", "gzip") == Behaviour(split=True, encoding="gzip")


@pytest.mark.parametrize("word", ["nonsense", "4000", "429-later", "chunks:many", "slow:", "slow:-1"])
def test_an_unknown_word_names_the_known_ones(word: str) -> None:
    """A near miss is a 400 that lists every behaviour there is."""
    with pytest.raises(ApiError) as raised:
        plan(word)
    assert raised.value.problem.status == 400
    assert all(name in raised.value.problem.message for name in BEHAVIOURS)


@pytest.mark.parametrize(
    ("name", "behaviours", "model"),
    [
        ("gpt-4o", "", "gpt-4o"),
        ("mock-slow:5", "slow:5", "mock-slow:5"),
        ("mock-slow:5@gpt-4o", "slow:5", "gpt-4o"),
        ("my-mock-slow", "", "my-mock-slow"),
        ("mockery", "", "mockery"),
    ],
)
def test_only_a_mock_model_name_asks_for_behaviours(name: str, behaviours: str, model: str) -> None:
    """The name says what to do and, after an @, whom to answer as."""
    assert read_model(name) == (behaviours, model)


def test_every_row_has_a_summary_and_takes_its_default() -> None:
    """Every row of the table can be listed and applied by its bare name."""
    for name, entry in BEHAVIOURS.items():
        assert entry.summary
        assert plan(name) == entry.apply(PLAIN, entry.default)
