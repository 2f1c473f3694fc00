from pathlib import Path

import pytest

from keeptabs.pins.aliases import floating, moving
from keeptabs.pricing.catalogue import Catalogue

KNOWN = {
    "gpt-4o": ("gpt-4o-2024-08-06", "gpt-4o-2024-11-20"),
    "o1": ("o1-2024-12-17",),
    "chatgpt-4o-latest": (),
}


@pytest.fixture(scope="module")
def book() -> dict[str, tuple[str, ...]]:
    return dict(moving(Catalogue()))


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ('model="gpt-4o"', ["gpt-4o"]),
        ("model: 'openai/gpt-4o',", ["gpt-4o"]),
        ("const model = `gpt-4o`;", ["gpt-4o"]),
        ('x = "gpt-4o", "chatgpt-4o-latest"', ["gpt-4o", "chatgpt-4o-latest"]),
        ('model = "o1"', ["o1"]),
        ('"o1": "Model"', ["o1"]),
        ('row["o1"]', []),
        ('model="gpt-4o-2024-08-06"', []),
        ('model="gpt-4o-mini"', []),
        ("# gpt-4o is fine", []),
        ("model=\"gpt-4o'", []),
        ('model="gpt-4o"  # keeptabs: unpinned ok', []),
    ],
)
def test_a_moving_name_is_one_in_quotes(tmp_path: Path, line: str, names: list[str]) -> None:
    """The whole of what is quoted, and for a short name beside the word that says what it is."""
    path = tmp_path / "app.py"
    path.write_text(f"first\n{line}\n")
    found = list(floating(path, KNOWN))
    assert [each.name for each in found] == names
    assert all(each.line == 2 and each.snapshots == KNOWN[each.name] for each in found)


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"'gpt-4o\n'"])
def test_a_file_without_one_has_none(tmp_path: Path, data: bytes) -> None:
    """Be it empty, binary or broken; one that is gone, too."""
    path = tmp_path / "app.py"
    path.write_bytes(data)
    assert list(floating(path, KNOWN)) == []
    assert list(floating(tmp_path / "gone.py", KNOWN)) == []


@pytest.mark.parametrize(
    ("name", "snapshot"),
    [
        ("gpt-4o", "gpt-4o-2024-08-06"),
        ("gpt-3.5-turbo", "gpt-3.5-turbo-0125"),
        ("mistral-large-latest", "mistral-large-2411"),
        ("claude-opus-4", "claude-opus-4-20250514"),
    ],
)
def test_the_price_book_knows_what_a_name_stands_for(
    book: dict[str, tuple[str, ...]], name: str, snapshot: str
) -> None:
    """Dated names of each provider's own form."""
    assert snapshot in book[name]


@pytest.mark.parametrize("name", ["gpt-4o-2024-08-06", "o1-2024-12-17", "mistral-large-2411", "text-embedding-3-small"])
def test_a_name_that_does_not_move_is_none(book: dict[str, tuple[str, ...]], name: str) -> None:
    """A dated one, and one that never had another."""
    assert name not in book
