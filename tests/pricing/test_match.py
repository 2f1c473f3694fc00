import msgspec
import pytest

from keeptabs.pricing.match import Clause, dashed, exact, matches, spellings

LEAVES = [
    ({"equals": "gpt-4o"}, "gpt-4o", True),
    ({"equals": "GPT-4o"}, "gpt-4o", True),
    ({"equals": "gpt-4o"}, "gpt-4o-mini", False),
    ({"prefix": "gpt-4o-audio"}, "gpt-4o-audio-preview", True),
    ({"prefix": "gpt-4o-audio"}, "my-gpt-4o-audio", False),
    ({"suffix": ":free"}, "phi-4:free", True),
    ({"suffix": ":free"}, "phi-4:free-trial", False),
    ({"contains": "o4-mini"}, "my-o4-mini-prod", True),
    ({"contains": "o4-mini"}, "o4", False),
    ({"regex": r"^gpt-6-sol-\d{4}-\d{2}-\d{2}$"}, "gpt-6-sol-2026-09-01", True),
    ({"regex": r"^gpt-6-sol-\d{4}-\d{2}-\d{2}$"}, "gpt-6-sol-2026", False),
    ({"or": [{"equals": "a"}, {"equals": "b"}]}, "b", True),
    ({"or": [{"equals": "a"}, {"equals": "b"}]}, "c", False),
    ({"and": [{"prefix": "a"}, {"suffix": "z"}]}, "a-z", True),
    ({"and": [{"prefix": "a"}, {"suffix": "z"}]}, "a-y", False),
    ({"and": [{"prefix": "a"}, {"or": [{"contains": "-"}, {"contains": "_"}]}]}, "a_b", True),
    ({}, "anything", False),
]


@pytest.mark.parametrize(("clause", "name", "expected"), LEAVES)
def test_a_clause_stands_for_the_names_that_it_describes_and_no_others(
    clause: dict[str, object], name: str, expected: bool
) -> None:
    """Every kind of clause has a hit and a near miss."""
    assert expected is matches(msgspec.convert(clause, Clause), name)


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ({"prefix": "ft:gpt-4o-2024-"}, True),
        ({"regex": r"^ft:gpt-4o-.*acme"}, True),
        ({"equals": "ft:gpt-4o-2024-08-06:acme:moderation:x"}, True),
        ({"contains": "moderation"}, False),
        ({"suffix": ":x"}, False),
        ({"regex": "gpt-4o"}, False),
    ],
)
def test_a_fine_tuned_model_is_matched_only_by_a_clause_for_fine_tuned_models(
    clause: dict[str, object], expected: bool
) -> None:
    """The customer's part of the name cannot turn a paid model into a free or cheaper one."""
    assert expected is matches(msgspec.convert(clause, Clause), "ft:gpt-4o-2024-08-06:acme:moderation:x")


def test_exact_names_come_from_all_alternatives() -> None:
    """Names are collected through nested alternatives, and patterns are left out."""
    clause = msgspec.convert({"or": [{"equals": "A"}, {"or": [{"equals": "b"}]}, {"prefix": "c"}]}, Clause)
    assert list(exact(clause)) == ["a", "b"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("gpt-5.2-20251211", "gpt-5.2-2025-12-11"),
        ("gpt-5.2-2025-12-11", "gpt-5.2-2025-12-11"),
        ("gpt-5.2-20251311", "gpt-5.2-20251311"),
        ("gpt-5.2-20251211-mini", "gpt-5.2-2025-12-11-mini"),
        ("gpt-5.2-202512119", "gpt-5.2-202512119"),
    ],
)
def test_a_compact_date_is_spelt_out(name: str, expected: str) -> None:
    """Only real dates at the end of a part of the name are rewritten."""
    assert expected == dashed(name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("gpt-4o", ["gpt-4o"]),
        ("m-20251211", ["m-20251211", "m-2025-12-11"]),
        ("models/gemini-2.5-pro", ["models/gemini-2.5-pro", "gemini-2.5-pro"]),
        ("google/gemini-2.5-pro", ["google/gemini-2.5-pro", "gemini-2.5-pro"]),
        (
            "publishers/anthropic/models/c-20250929",
            ["publishers/anthropic/models/c-20250929", "c-20250929", "c-2025-09-29"],
        ),
        ("arn:aws:bedrock:us-east-1::foundation-model/a.b", ["arn:aws:bedrock:us-east-1::foundation-model/a.b", "a.b"]),
        ("openai/gpt-4o", ["openai/gpt-4o"]),
        ("meta-llama/Llama", ["meta-llama/Llama"]),
    ],
)
def test_a_name_is_looked_up_as_it_stands_and_as_price_lists_have_it(name: str, expected: list[str]) -> None:
    """What is before a model is left out only where it is no part of its name."""
    assert list(spellings(name)) == expected
