import json
from collections.abc import Callable
from pathlib import Path

import pytest

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, with a `.venv` that has openai 1.2.3."""
    folder = tmp_path / "project"
    info = folder / ".venv/lib/python3.12/site-packages/openai-1.2.3.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: openai\nVersion: 1.2.3\n")
    monkeypatch.chdir(folder)
    return folder


def words(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def test_what_is_loose_comes_first(cli: Cli, project: Path) -> None:
    """How many, then where, what is wanted, why that is loose, and what to write; exit code 1."""
    (project / "requirements.txt").write_text(
        "openai>=1.0\ncohere==5\ngroq<1\nanthropic # keeptabs: unpinned ok\nrequests\n"
    )
    code, out, _ = cli("pins")
    assert code == 1
    assert words(out) == [
        "1 of 4 requirements of LLM SDKs is loose",
        "1 pinned · 1 in a range · 1 allowed · 1 manifest",
        "SDK at wants why it is loose installed, to pin",
        "openai requirements.txt:1 >=1.0 no upper bound openai==1.2.3",
        "# keeptabs: unpinned ok on its line lets one be",
    ]


def test_nothing_loose_is_0(cli: Cli, project: Path) -> None:
    """Pinned, in a range, or in a lock file."""
    (project / "pyproject.toml").write_text('[project]\ndependencies = ["openai>=1", "cohere==5"]\n')
    (project / "uv.lock").write_text('[[package]]\nname = "openai"\nversion = "1.2.3"\n')
    code, out, _ = cli("pins")
    assert code == 0
    assert words(out) == ["2 requirements of LLM SDKs, none loose", "1 pinned · 1 in a lock file · 1 manifest"]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "No LLM SDK is wanted in 0 manifests."),
        ({"requirements.txt": "requests\n"}, "No LLM SDK is wanted in 1 manifest."),
        ({"requirements.txt": "", "package.json": "{}"}, "No LLM SDK is wanted in 2 manifests."),
    ],
)
def test_no_sdk_is_said(cli: Cli, project: Path, files: dict[str, str], said: str) -> None:
    """With how many manifests were read."""
    for name, text in files.items():
        (project / name).write_text(text)
    assert cli("pins")[:2] == (0, f"\n  {said}\n\n")


def test_names_that_move_are_a_note(cli: Cli, project: Path) -> None:
    """Each once, with its first place, the dated ones, and how many places there are; no failure."""
    (project / "app.py").write_text('model = "gpt-4o"\nmodel = "gpt-4o"\nmodel = "gpt-4o-2024-08-06"\n')
    code, out, _ = cli("pins")
    assert code == 0
    line = words(out)[-1]
    assert line.startswith("gpt-4o app.py:1 gpt-4o-2024-05-13, ")
    assert line.endswith(" 2")


def test_many_names_are_cut_and_counted(cli: Cli, project: Path) -> None:
    """The rest is in the JSON."""
    names = [
        "gpt-4o",
        "gpt-4.1",
        "gpt-5",
        "gpt-4",
        "gpt-4-turbo",
        "gpt-4o-mini",
        "gpt-5-mini",
        "o3-mini",
        "o1-pro",
        "o1-mini",
    ]
    (project / "app.py").write_text("".join(f"model = '{name}'\n" for name in names))
    assert words(cli("pins")[1])[-1] == "and 2 more: keeptabs pins --json"
    assert [each["name"] for each in json.loads(cli("pins", "--json")[1])["aliases"]] == names


def test_json_has_the_same_facts(cli: Cli, project: Path) -> None:
    """One object, with each requirement and why it is what it is; the same exit code."""
    (project / "package.json").write_text('{"dependencies": {"openai": "latest", "ai": "1.2.3"}}')
    code, out, _ = cli("pins", "--json")
    found = json.loads(out)
    assert (code, found["manifests"], found["loose"]) == (1, 1, 1)
    assert found["pins"][0] == {
        "name": "openai",
        "ecosystem": "npm",
        "path": "package.json",
        "line": 1,
        "wants": "latest",
        "grade": "loose",
        "why": "the tag latest",
        "allowed": False,
        "locked": None,
        "lock": None,
        "installed": None,
        "loose": True,
    }
    assert (found["pins"][1]["grade"], found["pins"][1]["why"]) == ("pinned", None)


def test_files_may_be_named(cli: Cli, project: Path) -> None:
    """A manifest, a file of code, and folders; only they are read."""
    (project / "requirements.txt").write_text("openai\n")
    (project / "requirements-dev.txt").write_text("cohere\n")
    assert "cohere" not in cli("pins", "requirements.txt")[1]
    assert "cohere" in cli("pins", "requirements.txt", ".")[1]


@pytest.mark.parametrize(
    ("argument", "text", "said"),
    [
        ("gone", None, "gone: there is no such file or folder"),
        ("notes.txt", "x", "notes.txt is no manifest that is known"),
        ("requirements.txt", "openai>>1\n", "requirements.txt:1: 'openai>>1' is no requirement"),
        ("package.json", "{", "package.json:1:"),
    ],
)
def test_what_cannot_be_read_is_one_line(cli: Cli, project: Path, argument: str, text: str | None, said: str) -> None:
    """On stderr, with 2."""
    if text is not None:
        (project / argument).write_text(text)
    code, out, error = cli("pins", argument)
    assert (code, out, error.count("\n")) == (2, "", 1)
    assert said in error
