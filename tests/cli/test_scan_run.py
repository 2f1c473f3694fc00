"""Settings and baselines of a scan on the command line."""

import json
from pathlib import Path
from random import Random

import pytest

from keeptabs.cli._scan_run import run
from keeptabs.cli._scan_source import Wanted
from keeptabs.scan.baseline import BaselineError
from keeptabs.scan.outcome import BASELINE
from keeptabs.secrets.form import example
from keeptabs.secrets.rules import every

OPENAI = next(rule for rule in every() if rule.id == "openai-project-key")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one key in it, in no repository, which is the current directory."""
    (tmp_path / "app.py").write_text(f'key = "{example(OPENAI.forms[0], Random(1))}"\n')
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_baseline_that_is_written_knows_all_that_was_found(folder: Path) -> None:
    """It is not looked into itself: it is full of hashes."""
    file = folder / ".secrets.baseline"
    first = run(Wanted(), write_baseline=file)
    second = run(Wanted(), write_baseline=file)
    assert [told.allowed for told in (*first.told, *second.told)] == [BASELINE, BASELINE]
    assert (first.files, second.files) == (1, 1)
    assert run(Wanted(), baseline=file).exit_code() == 0
    assert run(Wanted()).exit_code() == 1


def test_the_baseline_of_the_settings_holds_where_none_is_named(folder: Path) -> None:
    """One that is set and not there is a mistake, for it would be a scan with more findings than are new."""
    (folder / "keeptabs.toml").write_text('[scan]\nbaseline = "known"\n')
    with pytest.raises(BaselineError, match="known"):
        run(Wanted())
    run(Wanted(), write_baseline=folder / "known")
    assert run(Wanted()).exit_code() == 0


def test_one_baseline_can_be_read_and_another_one_written(folder: Path) -> None:
    """Marks go over."""
    known, written = folder / "known", folder / "written"
    run(Wanted(), write_baseline=known)
    known.write_text(known.read_text().replace('"is_verified": false', '"is_verified": false, "is_secret": false'))
    run(Wanted(), baseline=known, write_baseline=written)
    [entry] = json.loads(written.read_text())["results"]["app.py"]
    assert entry["is_secret"] is False


def test_with_all_secrets_the_new_baseline_names_their_plugins(folder: Path) -> None:
    """So that detect-secrets looks for the same with it."""
    run(Wanted(), write_baseline=folder / "b", all_secrets=True)
    assert len(json.loads((folder / "b").read_text())["plugins_used"]) > 20
