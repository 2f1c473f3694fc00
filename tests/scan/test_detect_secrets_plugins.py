"""The rules as plugins of detect-secrets: run with the real one."""

import json
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from detect_secrets.util.code_snippet import get_code_snippet
from found_keys import ANTHROPIC, OPENAI, key_of
from repositories import Repository

from keeptabs.scan.baseline import FILTERS, hashed, kind, new, updated, write
from keeptabs.scan.detect_secrets_plugins import PLUGINS, KeeptabsDetector, main
from keeptabs.scan.examine import Project, examine
from keeptabs.scan.examine import write as write_found
from keeptabs.scan.noted import Names
from keeptabs.scan.tree import Tree
from keeptabs.secrets.form import example
from keeptabs.secrets.rule import Rule
from keeptabs.secrets.rules import every

PLUGIN = Path(__file__).parents[2] / "hooks" / "detect_secrets_plugin.py"
STOCK = [sys.executable, "-c", "import sys; from detect_secrets.main import main; sys.exit(main())"]
STOCK_HOOK = [sys.executable, "-c", "import sys; from detect_secrets.pre_commit_hook import main; sys.exit(main())"]
OURS = [sys.executable, "-m", "keeptabs.scan.detect_secrets_plugins"]
LEAK = f'client = OpenAI(api_key="{key_of()}")\n'


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """One with the commonest leak in it, and the plugin where a project keeps it."""
    made = Repository(tmp_path / "repository")
    made.stage("app.py", LEAK)
    made.stage("hooks/detect_secrets_plugin.py", PLUGIN.read_bytes())
    return made


def run(command: list[str], repository: Repository, *arguments: str, said: str = "") -> tuple[int, str]:
    """A program in a repository: its exit code, and what it prints."""
    ran = subprocess.run(
        [*command, *arguments], cwd=repository.path, input=said, capture_output=True, text=True, check=False
    )
    return ran.returncode, ran.stdout + ran.stderr


def test_a_client_made_with_a_key_is_found_with_the_plugin_and_not_without(repository: Repository) -> None:
    """The filter that takes it for a reference is off in our settings; alone, they find nothing."""
    stock = json.loads(run(STOCK, repository, "scan", "app.py")[1])
    assert stock["results"] == {}
    off = "detect_secrets.filters.heuristic.is_indirect_reference"
    _, printed = run(STOCK, repository, "scan", "-p", str(PLUGIN), "--disable-filter", off, "app.py")
    found = json.loads(printed)["results"]["app.py"]
    assert (kind(OPENAI), hashed(key_of().encode()), 1) in {
        (each["type"], each["hashed_secret"], each["line_number"]) for each in found
    }


def baseline(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A baseline of all that is found, staged as detect-secrets' hook wants it."""
    monkeypatch.chdir(repository.path)
    file, old = repository.path / ".secrets.baseline", new(repository.path)
    made = examine(Tree(["."]), Project(names=Names(".", "."), baseline=old), step=lambda: None)
    write_found(file, old, made, repository.path, all_secrets=False)
    repository.run("add", "--", ".secrets.baseline")
    return file


@pytest.mark.parametrize("hook", [STOCK_HOOK, [*OURS, "hook"]], ids=["stock", "ours"])
def test_their_hook_takes_our_baseline_and_stops_what_is_not_in_it(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, hook: list[str]
) -> None:
    """What is known passes and the file is left alone; another key of the same form does not pass."""
    file = baseline(repository, monkeypatch)
    before = file.read_bytes()
    assert run(hook, repository, "--baseline", ".secrets.baseline", "app.py") == (0, "")
    assert file.read_bytes() == before
    repository.stage("new.py", LEAK.replace(key_of(), key_of(seed=2)))
    code, printed = run(hook, repository, "--baseline", ".secrets.baseline", "new.py")
    assert code == 1
    assert kind(OPENAI) in printed


def test_their_audit_marks_what_is_in_our_baseline(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run through our module, since theirs does not know plugins of a baseline in time; the mark is kept."""
    file = baseline(repository, monkeypatch)
    assert run(STOCK, repository, "audit", ".secrets.baseline", said="y\n")[0] == 1
    code, printed = run(OURS, repository, "audit", ".secrets.baseline", said="y\n")
    assert code == 0, printed
    [entry] = json.loads(file.read_text())["results"]["app.py"]
    assert (entry["type"], entry["is_secret"]) == (kind(OPENAI), False)
    code, printed = run(OURS, repository, "audit", "--stats", ".secrets.baseline")
    assert code == 0
    assert "False Positives: 1" in printed


def test_only_keys_of_several_lines_have_no_plugin() -> None:
    """detect-secrets looks at one line at a time, and has a plugin of its own for them."""
    without = {rule.id for rule in every()} - {plugin.rule.id for plugin in PLUGINS if plugin.rule}
    assert without == {"private-key", "encrypted-private-key"}


RULES = [plugin.rule for plugin in PLUGINS if plugin.rule]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_there_is_a_plugin_for_every_rule(rule: Rule) -> None:
    """It finds the keys of its rule in a line that says whose they are, and no others."""
    [plugin] = [each for each in PLUGINS if each.rule is rule]
    key = example(rule.forms[0], Random(1))
    word = rule.words[0] if rule.words else "key"
    other = key_of(ANTHROPIC if rule is OPENAI else OPENAI)
    found = plugin().analyze_line(filename="a.py", line=f'{word}_api_key = "{key}" "{other}"', line_number=4)
    assert [(secret.type, secret.secret_value, secret.line_number) for secret in found] == [(kind(rule), key, 4)]
    assert plugin.secret_type == kind(rule)


def test_a_word_on_a_line_above_tells_whose_a_weak_key_is() -> None:
    """The context that detect-secrets gives is enough."""
    rule = next(each for each in every() if each.id == "mistral-key")
    lines = [f"# {rule.words[0]}\n", f'key = "{example(rule.forms[0], Random(1))}"\n']
    alone = KeeptabsDetector().analyze_line(filename="a.py", line=lines[1], line_number=1)
    told = KeeptabsDetector().analyze_line("a.py", lines[1], 2, get_code_snippet(lines, 2))
    assert (len(alone), [secret.type for secret in told]) == (0, [kind(rule)])


def test_a_text_alone_can_be_asked_about() -> None:
    """``detect-secrets scan --string`` does."""
    assert list(KeeptabsDetector().analyze_string(LEAK)) == [key_of()]


def test_other_commands_of_theirs_go_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A scan with our baseline knows our plugin without its file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.py").write_text(LEAK)
    write(tmp_path / "b", updated(new(tmp_path), [], types=(), seen=()))
    monkeypatch.setattr(sys, "argv", ["detect-secrets"])
    assert main(["scan", "--baseline", "b", "app.py"]) == 0
    capsys.readouterr()
    held = json.loads((tmp_path / "b").read_text())
    assert [each["type"] for each in held["results"]["app.py"]] == [kind(OPENAI)]
    assert {each["path"] for each in held["filters_used"]} >= set(FILTERS)
