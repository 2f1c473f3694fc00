"""``keeptabs scan``, as it is typed."""

import io
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from keeptabs.cli._scan_tell import FORMATS
from keeptabs.secrets.engine import Scanner
from keeptabs.secrets.form import example, prefix
from keeptabs.secrets.rules import every

Cli = Callable[..., tuple[int, str, str]]

RULES = {rule.id: rule for rule in every()}
OPENAI = RULES["openai-project-key"]
KEY = example(OPENAI.forms[0], Random(1))
LEAK = f'client = OpenAI(api_key="{KEY}")\n'


def git(*arguments: str) -> None:
    """git, quiet, in the current directory."""
    subprocess.run(["git", *arguments], check=True, capture_output=True)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one commit that is clean, which is the current directory."""
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Dev")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "dev@example.test")
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        monkeypatch.delenv(name, raising=False)
    path = tmp_path / "project"
    path.mkdir()
    monkeypatch.chdir(path)
    git("init", "--quiet", "--initial-branch=main")
    (path / "README.md").write_text("A project.\n")
    git("add", ".")
    git("commit", "--quiet", "--message=begin")
    return path


def test_a_clean_tree_says_how_much_of_it_was_scanned(cli: Cli, project: Path) -> None:
    """One line, and exit code 0."""
    assert cli("scan") == (0, "\n  scanned 1 file, 11 B: no keys\n", "")


def test_a_key_is_told_with_its_place_and_what_to_do(cli: Cli, project: Path) -> None:
    """The answer first; the key is in none of it."""
    (project / "app.py").write_text(LEAK)
    code, out, err = cli("scan")
    assert (code, err) == (1, "")
    lines = out.splitlines()
    assert lines[1] == "  1 key must not leave"
    assert lines[3] == "  app.py:1:26   OpenAI project key   openai-project-key"
    assert lines[4].startswith('    client = OpenAI(api_key="[REDACTED:openai-project-key:')
    assert out.index(OPENAI.revoke) < out.index("make a new one") < out.index("usage page")
    assert "filter-repo" not in out
    assert f"  scanned 2 files, {len(LEAK) + 11} B" in lines
    assert KEY not in out


def test_the_index_is_what_counts_for_a_commit(cli: Cli, project: Path) -> None:
    """A file that was cleaned after it was staged is still staged with its key."""
    (project / "app.py").write_text(LEAK)
    git("add", ".")
    (project / "app.py").write_text("clean\n")
    assert cli("scan", "--staged")[0] == 1
    assert cli("scan")[0] == 0


def test_only_what_a_commit_adds_counts_unless_the_whole_file_is_wanted(cli: Cli, project: Path) -> None:
    """What was there before is for another day."""
    (project / "app.py").write_text(LEAK)
    git("add", ".")
    git("commit", "--quiet", "--message=leak")
    (project / "app.py").write_text(f"{LEAK}more = 1\n")
    git("add", ".")
    assert cli("scan", "--staged")[0] == 0
    assert cli("scan", "--staged", "--whole-file")[0] == 1


def test_a_commit_keeps_what_was_taken_out_after_it(cli: Cli, project: Path) -> None:
    """A range and the history have it, and say that HEAD has it no longer, and how it is taken out."""
    (project / "app.py").write_text(LEAK)
    git("add", ".")
    git("commit", "--quiet", "--message=leak")
    (project / "app.py").unlink()
    git("commit", "--quiet", "--all", "--message=oops")
    assert cli("scan")[0] == 0
    for arguments in (("--history",), ("--range", "HEAD~2..HEAD")):
        code, out, _ = cli("scan", *arguments)
        assert code == 1
        assert "by Dev <dev@example.test>, no longer in HEAD" in out
        assert "git filter-repo" in out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--staged",), 0, "nothing is staged: nothing was scanned"),
        (("--range", "HEAD..HEAD"), 0, "no commit in HEAD..HEAD: nothing was scanned"),
        (("empty",), 3, "nothing was scanned"),
    ],
    ids=["index", "range", "folder"],
)
def test_a_scan_of_nothing_never_passes_for_a_clean_one(
    cli: Cli, project: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    """Where there could be nothing it is no fault; where there should be something, it is."""
    (project / "empty").mkdir()
    assert cli("scan", *arguments) == (code, f"\n  {said}\n", "")


@pytest.mark.parametrize(("text", "code"), [(LEAK, 1), ("clean", 0), ("", 3)], ids=["key", "clean", "empty"])
def test_standard_input_is_scanned(
    cli: Cli, project: Path, monkeypatch: pytest.MonkeyPatch, text: str, code: int
) -> None:
    """An empty one is a program that failed before."""

    class Stdin:
        buffer = io.BytesIO(text.encode())

    monkeypatch.setattr("sys.stdin", Stdin())
    assert cli("scan", "--stdin")[0] == code


def test_what_is_allowed_is_counted_and_told_by_what(cli: Cli, project: Path) -> None:
    """By a comment, by the settings, by the baseline: none of them in silence."""
    (project / "a.py").write_text(f"{LEAK.strip()}  # pragma: allowlist secret\n")
    (project / "docs").mkdir()
    (project / "docs" / "b.md").write_text(LEAK)
    (project / "c.py").write_text(LEAK)
    (project / "vendor").mkdir()
    (project / "vendor" / "d.py").write_text(LEAK)
    (project / "pyproject.toml").write_text(
        '[tool.keeptabs.scan]\nbaseline = "known.json"\nexclude = ["vendor"]\n'
        '[tool.keeptabs.scan.allow]\nopenai-project-key = ["docs/*"]\n'
    )
    code, out, _ = cli("scan", "--write-baseline", "known.json")
    assert code == 0
    code, out, _ = cli("scan")
    assert code == 0
    assert "1 file left out by the settings" in out
    assert "3 findings allowed: 1 by pragma: allowlist secret, 1 by the baseline, 1 by the settings" in out
    assert "no other keys" in out


def test_a_baseline_holds_wherever_the_scan_is_started(
    cli: Cli, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a folder of the project, of a file by its full path, and for what is staged."""
    (project / "sub").mkdir()
    (project / "sub" / "a.py").write_text(LEAK)
    (project / "pyproject.toml").write_text('[tool.keeptabs.scan]\nbaseline = ".known"\n')
    assert cli("scan", "--write-baseline", ".known")[0] == 0
    assert list(json.loads((project / ".known").read_text())["results"]) == ["sub/a.py"]
    git("add", "sub")
    monkeypatch.chdir(project / "sub")
    for arguments in ((), ("--staged",), (str(project / "sub" / "a.py"),), ("a.py",)):
        code, out, _ = cli("scan", *arguments)
        assert (code, "1 by the baseline" in out) == (0, True), arguments


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--staged", "--history"), "--staged and --history exclude each other"),
        (("README.md", "--stdin"), "PATHS and --stdin exclude each other"),
        (("nowhere",), "nowhere: no such file or directory"),
        (("--range", "no..where"), "no..where"),
        (("--baseline", "nowhere.json"), "nowhere.json: no baseline"),
        (("--format", "xml"), "'xml' is not one of"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(cli: Cli, project: Path, arguments: tuple[str, ...], said: str) -> None:
    """It says what and where."""
    code, out, err = cli("scan", *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 1


def test_a_scan_can_be_made_to_exit_with_0(cli: Cli, project: Path) -> None:
    """To look on without standing in the way."""
    (project / "app.py").write_text(LEAK)
    assert cli("scan", "--exit-zero")[0] == 0


def test_colours_can_be_turned_off(cli: Cli, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the variable that every terminal program reads."""
    monkeypatch.setenv("NO_COLOR", "")
    cli("scan", "--no-color")
    assert os.environ["NO_COLOR"] == "1"


def outputs(cli: Cli, *arguments: str) -> dict[str, str]:
    """What is printed in each format."""
    return {form: "".join(map(str, cli("scan", *arguments, "--format", form)[1:])) for form in FORMATS}


SCANNER = Scanner(every())
KEYS = [
    (rule, form)
    for rule in every()
    for form in rule.forms[:1]
    if rule.tier == "a" and not form.startswith("-----") and len(example(form, Random(1))) - len(prefix(form)) >= 16
]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    chosen=st.lists(st.sampled_from(KEYS), min_size=1, max_size=3),
    seed=st.integers(0, 1_000_000),
    around=st.lists(st.sampled_from(['"', " ", "=", "\n", "x = ", "é", "\u2028", "\x1b[31m", "&", ", "]), max_size=6),
    in_path=st.booleans(),
)
def test_no_output_holds_a_key_or_eight_characters_of_its_random_part(
    cli: Cli, project: Path, chosen: list[tuple[object, str]], seed: int, around: list[str], in_path: bool
) -> None:
    """Whatever stands around it, in every format, even where a file is called after it."""
    random = Random(seed)
    keys = [(form, example(form, random)) for _, form in chosen]
    text = "".join(f"{''.join(around)} '{key}' {''.join(reversed(around))}" for _, key in keys)
    assume(len(SCANNER.matches(text.encode())) >= len(keys))  # what is not found cannot be taken out
    file = project / (f"{keys[0][1]}.txt" if in_path and "/" not in keys[0][1] else "plain.txt")
    file.write_text(text, "utf-8")
    try:
        said = outputs(cli, file.name)
    finally:
        file.unlink()
    assert "REDACTED" in said["json"]
    for form, key in keys:
        secret = key[len(prefix(form)) :]
        parts = [secret[at : at + 8] for at in range(len(secret) - 7) if secret[at : at + 8] not in form]
        for name, printed in said.items():
            assert not [part for part in parts if part in printed], name
