"""A scan from end to end."""

from pathlib import Path

import msgspec
import pytest
from found_keys import OPENAI, Files, found, key_of

from keeptabs.scan.baseline import Baseline, Entry, hashed, kind, new, read
from keeptabs.scan.examine import Project, examine, judged, write
from keeptabs.scan.noted import Names
from keeptabs.scan.outcome import BASELINE, SETTINGS, Told
from keeptabs.scan.settings import Settings
from keeptabs.scan.sources import Skipped, Unread
from keeptabs.secrets.finding import Finding

LINE = f'key = "{key_of()}"\n'
NAMES = Names("/top", "/top")
KNOWN = Entry(type=kind(OPENAI), filename="app.py", hashed_secret=hashed(key_of().encode()), line_number=99)


def baseline(entry: Entry = KNOWN) -> Baseline:
    """One with one key."""
    return Baseline(results={entry.filename: [entry]})


def test_everything_is_read_counted_and_told() -> None:
    """What could not be read is in it, and how long it took."""
    steps: list[int] = []
    source = Files({"app.py": LINE, "b.py": "x"}, [Skipped("part", "a submodule"), Unread("c", "broken")])
    made = examine(source, Project(names=NAMES), step=lambda: steps.append(1))
    assert [(told.finding.path, told.finding.line, told.allowed, told.known) for told in made.told] == [
        ("app.py", 1, "", None)
    ]
    assert (made.files, made.bytes, len(steps)) == (2, len(LINE) + 1, 4)
    assert (made.skipped, made.unread) == ((Skipped("part", "a submodule"),), (Unread("c", "broken"),))
    assert 0 < made.started <= made.ended


@pytest.mark.parametrize(
    ("finding", "project", "expected"),
    [
        (found(), Project(), Told(finding=found())),
        (found(), Project(baseline=Baseline()), Told(finding=found(), known=False)),
        (found(), Project(baseline=baseline()), Told(finding=found(), allowed=BASELINE, known=True)),
        (found(name="b.py"), Project(baseline=baseline()), Told(finding=found(name="b.py"), known=False)),
        (found(sha1="0"), Project(baseline=baseline()), Told(finding=found(sha1="0"), known=False)),
        (
            found(),
            Project(settings=Settings(allow={OPENAI.id: ("*.py",)})),
            Told(finding=found(), allowed=SETTINGS),
        ),
        (
            found(comment="gitleaks:allow"),
            Project(settings=Settings(allow={OPENAI.id: ("*.py",)}), baseline=baseline()),
            Told(finding=found(comment="gitleaks:allow"), allowed="gitleaks:allow", known=True),
        ),
        (
            found(),
            Project(baseline=baseline(msgspec.structs.replace(KNOWN, is_secret=True))),
            Told(finding=found(), allowed=BASELINE, known=True, confirmed=True),
        ),
    ],
    ids=["none", "empty", "known", "other file", "other key", "settings", "comment first", "audited"],
)
def test_what_allows_a_finding_is_told(finding: Finding, project: Project, expected: Told) -> None:
    """By a comment, the settings or the baseline, which knows it whatever line it is on."""
    assert list(judged([finding], project)) == [expected]


def test_a_finding_that_nobody_noted_is_a_mistake_of_ours() -> None:
    """Without its hash no baseline would know it."""
    plain = {name: getattr(found(), name) for name in Finding.__struct_fields__}
    with pytest.raises(TypeError):
        list(judged([Finding(**plain)], Project()))


def test_a_baseline_is_written_of_what_nothing_else_allows(tmp_path: Path) -> None:
    """And what is in it is known in the next scan; a file that is gone is taken out."""
    file = tmp_path / ".secrets.baseline"
    allowed = f"{LINE.strip()}  # gitleaks:allow\n"
    gone = msgspec.structs.replace(KNOWN, filename="gone.py")
    old = msgspec.structs.replace(new(tmp_path), results={"gone.py": [gone]})
    source = Files({"app.py": LINE, "b.py": allowed})
    names = Names(str(tmp_path), str(tmp_path))
    made = examine(source, Project(names=names, baseline=old), step=lambda: None)
    assert write(file, old, made, tmp_path, all_secrets=False)
    assert [(each.filename, each.line_number) for each in read(file).entries()] == [("app.py", 1)]
    again = examine(source, Project(names=names, baseline=read(file)), step=lambda: None)
    assert [told.allowed for told in again.told] == [BASELINE, "gitleaks:allow"]
    assert not write(file, read(file), again, tmp_path, all_secrets=False)
