"""``.secrets.baseline``."""

import json
from pathlib import Path

import pytest
from detect_secrets.core import baseline as theirs
from detect_secrets.core.potential_secret import PotentialSecret
from found_keys import OPENAI, key_of
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.scan.baseline import Baseline, BaselineError, Entry, hashed, kind, new, read, text, updated, write
from keeptabs.secrets.rules import every

TYPES = {kind(rule) for rule in every()}


def entry(filename: str = "app.py", line: int = 3, mark: bool | None = None, seed: int = 1) -> Entry:
    """A key of OpenAI in a file."""
    sha1 = hashed(key_of(seed=seed).encode())
    return Entry(type=kind(OPENAI), filename=filename, hashed_secret=sha1, line_number=line, is_secret=mark)


def test_a_key_is_known_by_the_hash_that_detect_secrets_takes() -> None:
    """Its own class makes the same one."""
    assert hashed(key_of().encode()) == PotentialSecret.hash_secret(key_of())


def test_every_rule_has_a_name_of_its_own_in_a_baseline() -> None:
    """Their plugins are told apart by it."""
    assert len(TYPES) == len(every())


def test_what_is_written_is_read_back_and_detect_secrets_reads_it_too(tmp_path: Path) -> None:
    """The marks of an audit are in it, and no time."""
    file = tmp_path / ".secrets.baseline"
    held = updated(new(tmp_path), [entry("b.py", mark=False), entry("a.py")], types=TYPES, seen=set())
    assert write(file, held)
    assert list(read(file).entries()) == [entry("a.py"), entry("b.py", mark=False)]
    raw = json.loads(file.read_text())
    assert list(raw) == ["version", "plugins_used", "filters_used", "results"]
    loaded = theirs.SecretsCollection.load_from_baseline(raw)
    assert [(name, secret.secret_hash, secret.is_secret) for name, secret in loaded] == [
        ("a.py", entry().hashed_secret, None),
        ("b.py", entry().hashed_secret, False),
    ]


def test_writing_again_with_nothing_changed_touches_nothing(tmp_path: Path) -> None:
    """Not even where an audit has put the time into it."""
    file = tmp_path / ".secrets.baseline"
    held = updated(new(tmp_path), [entry()], types=TYPES, seen=set())
    write(file, held)
    file.write_text(json.dumps(json.loads(file.read_text()) | {"generated_at": "2026-11-24T12:00:00Z"}, indent=2))
    before = file.read_bytes()
    again = updated(read(file), [entry()], types=TYPES, seen={"app.py"})
    assert not write(file, again)
    assert file.read_bytes() == before
    assert write(file, updated(again, [entry(line=4)], types=TYPES, seen={"app.py"}))
    assert b"generated_at" not in file.read_bytes()


@pytest.mark.parametrize(
    ("found", "seen", "expected"),
    [
        ([entry(line=9)], {"app.py"}, [entry(line=9, mark=False)]),
        ([], {"app.py"}, []),
        ([], {"other.py"}, [entry(mark=False)]),
        ([entry("other.py")], {"other.py"}, [entry(mark=False), entry("other.py")]),
        ([entry(seed=2)], {"app.py"}, [entry(seed=2)]),
    ],
    ids=["moved", "gone", "not looked into", "another file", "another key"],
)
def test_what_people_said_of_a_key_is_kept_as_long_as_it_is_there(
    found: list[Entry], seen: set[str], expected: list[Entry]
) -> None:
    """The line does not matter, the file and the key do."""
    old = Baseline(results={"app.py": [entry(mark=False)]})
    assert list(updated(old, found, types=TYPES, seen=seen).entries()) == expected


def test_what_others_found_stays() -> None:
    """A scan without their plugins cannot know that it is gone."""
    other = Entry(type="Secret Keyword", filename="app.py", hashed_secret="0" * 40, line_number=1)
    old = Baseline(results={"app.py": [other]})
    assert list(updated(old, [], types=TYPES, seen={"app.py"}).entries()) == [other]
    assert list(updated(old, [], types=TYPES | {"Secret Keyword"}, seen={"app.py"}).entries()) == []


def test_the_plugin_is_named_with_its_file_only_where_there_is_one(tmp_path: Path) -> None:
    """A path that is nowhere would stop detect-secrets."""
    assert new(tmp_path).plugins_used == [{"name": "KeeptabsDetector"}]
    (tmp_path / "hooks").mkdir()
    (tmp_path / "hooks" / "detect_secrets_plugin.py").touch()
    assert new(tmp_path).plugins_used == [
        {"name": "KeeptabsDetector", "path": "file://hooks/detect_secrets_plugin.py"},
    ]


@pytest.mark.parametrize("content", [None, b"", b"[]", b'{"results": 1}', b'{"results": {"a": [{"type": "x"}]}}'])
def test_what_is_no_baseline_is_told_with_its_file(tmp_path: Path, content: bytes | None) -> None:
    """A baseline that is not read must not pass for an empty one."""
    file = tmp_path / "b.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BaselineError, match=r"b\.json"):
        read(file)


def test_a_baseline_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A folder that is not there is a mistake that a person can mend."""
    with pytest.raises(BaselineError, match="cannot be written"):
        write(tmp_path / "no" / "b.json", new(tmp_path))


names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
entries = st.builds(
    Entry,
    type=names,
    filename=names,
    hashed_secret=st.text("0123456789abcdef", min_size=40, max_size=40),
    line_number=st.integers(0, 99),
    is_secret=st.sampled_from([None, True, False]),
)


@given(st.lists(entries, max_size=6))
def test_the_order_in_which_things_are_found_changes_nothing(found: list[Entry]) -> None:
    """The same keys are the same bytes."""
    once = {each.key: each for each in found}.values()
    there = text(updated(Baseline(), once, types=(), seen=()))
    assert there == text(updated(Baseline(), reversed(list(once)), types=(), seen=()))
    assert sorted(json.loads(there)["results"]) == sorted({each.filename for each in once})
