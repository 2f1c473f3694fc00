import pytest

from keeptabs.reconcile.names import common


@pytest.mark.parametrize(
    ("bill", "ledger", "under"),
    [
        (["gpt-4.1"], ["gpt-4.1"], {"gpt-4.1": "gpt-4.1"}),
        (["GPT-4.1"], ["gpt-4.1"], {"GPT-4.1": "gpt-4.1", "gpt-4.1": "gpt-4.1"}),
        (
            ["gpt-4o-2024-08-06", "gpt-4o-2024-05-13"],
            ["gpt-4o-2024-05-13", "gpt-4o-2024-08-06"],
            {"gpt-4o-2024-08-06": "gpt-4o-2024-08-06", "gpt-4o-2024-05-13": "gpt-4o-2024-05-13"},
        ),
        (
            ["gpt-4o"],
            ["gpt-4o-2024-05-13", "gpt-4o-2024-08-06"],
            {"gpt-4o": "gpt-4o", "gpt-4o-2024-05-13": "gpt-4o", "gpt-4o-2024-08-06": "gpt-4o"},
        ),
        (
            ["Claude Haiku 4.5"],
            ["claude-haiku-4-5-20251001"],
            {
                "Claude Haiku 4.5": "claude-haiku-4-5-20251001",
                "claude-haiku-4-5-20251001": "claude-haiku-4-5-20251001",
            },
        ),
        (["a-4.5"], ["a-4-5"], {"a-4.5": "a-4-5", "a-4-5": "a-4-5"}),
        (["Claude Opus 4.7"], [], {"Claude Opus 4.7": "claude-opus-4-7"}),
        ([], ["gpt-4o-2024-08-06"], {"gpt-4o-2024-08-06": "gpt-4o-2024-08-06"}),
        (["gpt-4o"], ["gpt-4o-mini"], {"gpt-4o": "gpt-4o", "gpt-4o-mini": "gpt-4o-mini"}),
        (["ft:gpt-4o-2024-08-06:us::1"], ["gpt-4o"], {"ft:gpt-4o-2024-08-06:us::1": "ft:gpt-4o-2024-08-06:us::1"}),
    ],
    ids=[
        "alike",
        "in capitals",
        "the same snapshots",
        "an alias for two snapshots",
        "a name for people",
        "a point or a dash",
        "a name for people alone",
        "in the ledger alone",
        "another model",
        "a model of one's own",
    ],
)
def test_a_model_has_one_name_on_both_sides(bill: list[str], ledger: list[str], under: dict[str, str]) -> None:
    """Snapshots are one only where a side does not tell them apart, and other models never are."""
    assert common(bill, ledger).items() >= under.items()
