"""Where pulled prices are kept: as a whole, or not at all."""

import re
from pathlib import Path

import pytest

from keeptabs.cli import _prices_pulled as kept
from keeptabs.core.errors import UserError
from keeptabs.pricing.load import pulled

TODAY = "2026-11-24"


def names(folder: Path) -> set[str]:
    """What is in a folder."""
    return {path.name for path in folder.iterdir()}


def texts(directory: Path | None) -> dict[str, str]:
    """The files of a directory."""
    assert directory is not None
    return {path.name: path.read_text("utf-8") for path in directory.iterdir()}


def test_what_is_put_is_what_holds(tmp_path: Path) -> None:
    """The folder is made, and has nothing but the directory and the file that names it."""
    folder = tmp_path / "a" / "prices"
    made = kept.put(folder, {"acme": "1", "b": "ü"}, TODAY)
    assert pulled(folder) == made
    assert texts(made) == {"acme.json": "1", "b.json": "ü"}
    assert re.fullmatch(rf"{TODAY}-[0-9a-f]{{12}}", made.name)
    assert names(folder) == {"current", made.name}


def test_a_second_set_lies_over_the_first(tmp_path: Path) -> None:
    """Earlier files of other providers stay, and the directory before is left for those who read in it."""
    first = kept.put(tmp_path, {"a": "1", "b": "1"}, TODAY)
    second = kept.put(tmp_path, {"b": "2"}, TODAY)
    assert texts(second) == {"a.json": "1", "b.json": "2"}
    assert texts(first) == {"a.json": "1", "b.json": "1"}
    third = kept.put(tmp_path, {"b": "3"}, TODAY)
    assert names(tmp_path) == {"current", second.name, third.name}


def test_the_same_set_has_the_same_name(tmp_path: Path) -> None:
    """Its name is of its content: what a book says that it was made of can be told apart."""
    assert kept.put(tmp_path, {"a": "1"}, TODAY) == kept.put(tmp_path, {"a": "1"}, TODAY)
    assert kept.put(tmp_path, {"a": "1"}, TODAY) != kept.put(tmp_path, {"a": "2"}, TODAY)


def test_a_write_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither what holds nor what is in the folder."""
    first = kept.put(tmp_path, {"a": "1"}, TODAY)
    write = Path.write_bytes

    def failing(self: Path, data: bytes) -> int:
        if self.name == "b.json":
            raise OSError(28, "No space left on device", str(self))
        return write(self, data)

    monkeypatch.setattr(Path, "write_bytes", failing)
    with pytest.raises(UserError, match=r"b\.json: No space left on device$"):
        kept.put(tmp_path, {"a": "2", "b": "2"}, TODAY)
    assert pulled(tmp_path) == first
    assert names(tmp_path) == {"current", first.name}
    assert texts(first) == {"a.json": "1"}


def test_the_name_of_what_holds_is_replaced_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped just before that, the old set holds, and the same pull goes through afterwards."""
    first = kept.put(tmp_path, {"a": "1"}, TODAY)
    with monkeypatch.context() as patched:
        patched.setattr(kept, "_replace", lambda file, text: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            kept.put(tmp_path, {"a": "2"}, TODAY)
    assert pulled(tmp_path) == first
    second = kept.put(tmp_path, {"a": "2"}, TODAY)
    assert pulled(tmp_path) == second
    assert texts(second) == {"a.json": "2"}


def test_a_reset_removes_what_was_pulled_and_nothing_else(tmp_path: Path) -> None:
    """The folder may be anybody's."""
    for name in ("2026", "2026-11-24", "mine", "2026-11-24-0123456789abc", "2026-11-24-0123456789AB"):
        (tmp_path / name).mkdir()
    theirs = names(tmp_path)
    kept.put(tmp_path, {"a": "1"}, TODAY)
    kept.put(tmp_path, {"a": "2"}, TODAY)
    assert kept.reset(tmp_path)
    assert names(tmp_path) == theirs
    assert pulled(tmp_path) is None
    assert not kept.reset(tmp_path)
    assert not kept.reset(tmp_path / "nowhere")


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    """One line, not a traceback."""
    (tmp_path / "prices").write_text("")
    with pytest.raises(UserError, match=r"prices.*: (Not a directory|File exists)$"):
        kept.put(tmp_path / "prices", {"a": "1"}, TODAY)
