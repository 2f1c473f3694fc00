"""The plugins of detect-secrets beside our rules."""

import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from found_keys import Files, key_of

from keeptabs.scan.all_secrets import plugins, types
from keeptabs.scan.baseline import kind, new, read
from keeptabs.scan.examine import Project, examine, write
from keeptabs.scan.noted import Names
from keeptabs.scan.outcome import Outcome

PASSWORD = "".join(Random(1).choices("abcdefghijkmnpqrstuvwxyz23456789", k=11))
CASES = {
    "a.py": f'password = "{PASSWORD}"\n',
    "b.py": f'client = OpenAI(api_key="{key_of()}")\n',
    "c.py": f'password = "{PASSWORD}"  # pragma: allowlist secret\n',
    "package-lock.json": f'{{"password": "{PASSWORD}"}}\n',
}


def scanned(files: dict[str, str | bytes], top: Path, **more: object) -> Outcome:
    """All that is found in some files."""
    project = Project(names=Names(str(top), str(top)), **more)
    return examine(Files(files), project, all_secrets=True, step=lambda: None)


def test_what_our_rules_do_not_know_is_found_too(tmp_path: Path) -> None:
    """A key that both find is told once; their filters for comments and lock files hold."""
    told = scanned(dict(CASES), tmp_path).counted
    assert [(each.finding.path, each.finding.rule.id) for each in told] == [
        ("b.py", "openai-project-key"),
        ("a.py", "detect-secrets-secret-keyword"),
    ]
    secret = told[1].finding
    assert (secret.line, secret.column, secret.length) == (1, 13, len(PASSWORD))
    assert PASSWORD not in secret.shown
    assert kind(secret.rule) == "Secret Keyword"


@pytest.mark.parametrize("other", [PASSWORD[::-1], f"{PASSWORD}22"], ids=["another", "a longer one"])
def test_two_secrets_of_a_line_are_both_taken_out_of_it(tmp_path: Path, other: str) -> None:
    """A key of ours in it, too, and nothing is left of one that another is part of."""
    text = f'password = "{PASSWORD}"; key = "{key_of()}"; url = "ftp://me:{other}@h.test"\n'
    told = [each for each in scanned({"a.py": text}, tmp_path).told if not each.finding.rule.forms]
    assert len(told) >= 3
    for each in told:
        for secret in (PASSWORD, other, key_of()):
            assert secret not in each.finding.shown
        assert "]22@" not in each.finding.shown


def test_the_fingerprint_of_what_people_choose_holds_for_one_run(tmp_path: Path) -> None:
    """A password could be guessed from one that is always the same."""
    first, second = (scanned({"a.py": CASES["a.py"]}, tmp_path).told[0].finding for _ in range(2))
    assert first.sha1 == second.sha1
    assert first.fingerprint != second.fingerprint


def test_a_baseline_names_their_plugins_and_holds_what_they_found(tmp_path: Path) -> None:
    """Without them, it stays in there."""
    file = tmp_path / "b"
    old = new(tmp_path, plugins())
    write(file, old, scanned(dict(CASES), tmp_path, baseline=old), tmp_path, all_secrets=True)
    held = read(file)
    assert {"KeeptabsDetector", "KeywordDetector"} <= {plugin["name"] for plugin in held.plugins_used}
    assert [entry.type for entry in held.entries()] == [
        "Secret Keyword",
        "Base64 High Entropy String",
        "OpenAI project key",
        "Secret Keyword",
    ]
    assert {"Secret Keyword"} <= types()
    assert "OpenAI project key" not in types()
    (tmp_path / "a.py").touch()
    (tmp_path / "b.py").touch()
    ours = examine(
        Files(dict(CASES)), Project(names=Names(str(tmp_path), str(tmp_path)), baseline=held), step=lambda: None
    )
    assert not write(file, held, ours, tmp_path, all_secrets=False)


@pytest.mark.parametrize("text", ["print('hello')", f'key = "{key_of()}"'], ids=["clean", "found"])
def test_a_scan_without_them_does_not_even_import_them(tmp_path: Path, text: str) -> None:
    """A commit must not wait for what it does not need."""
    (tmp_path / "a.py").write_text(text)
    code = (
        "import sys\nfrom keeptabs.cli import main\nsys.argv = ['keeptabs', 'scan', 'a.py']\n"
        "try:\n    main()\nfinally:\n    assert not {'detect_secrets', 'requests', 'httpx'} & set(sys.modules)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ran.returncode, "AssertionError" in ran.stderr) == (0 if "hello" in text else 1, False), ran.stderr
