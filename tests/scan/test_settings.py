"""``[tool.keeptabs.scan]``."""

from pathlib import Path

import pytest

from keeptabs.scan.settings import Settings, SettingsError, expression, load

RULES = {"openai-project-key"}


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("vendor/**", "vendor/a/b.js", True),
        ("vendor/**", "my/vendor/a.js", False),
        ("/vendor", "vendor/a.js", True),
        ("/vendor", "my/vendor/a.js", False),
        ("vendor", "my/vendor/a.js", True),
        ("vendor/", "vendor/a.js", True),
        ("vendor", "vendors/a.js", False),
        ("*.md", "docs/a.md", True),
        ("*.md", "docs/a.mdx", False),
        ("docs/*.md", "docs/a.md", True),
        ("docs/*.md", "docs/b/a.md", False),
        ("docs/**/*.md", "docs/a.md", True),
        ("docs/**/*.md", "docs/b/c/a.md", True),
        ("**/fixtures/*", "a/b/fixtures/x", True),
        ("a?.py", "ab.py", True),
        ("a?.py", "a/.py", False),
        ("a.py", "a_py", False),
        ("[a].py", "a.py", False),
    ],
)
def test_a_pattern_is_read_as_gitignore_reads_it(pattern: str, path: str, *, expected: bool) -> None:
    """A star stays in its folder, two cross folders, and a slash ties it to the top."""
    assert bool(expression(pattern).fullmatch(path)) is expected


@pytest.mark.parametrize(
    ("name", "table"), [("pyproject.toml", "tool.keeptabs.scan"), ("keeptabs.toml", "scan")], ids=["pyproject", "own"]
)
def test_the_nearest_file_with_such_a_table_holds(tmp_path: Path, name: str, table: str) -> None:
    """A project file without one is passed over, and paths begin where the file is."""
    (tmp_path / name).write_text(
        f'[{table}]\nexclude = ["vendor/**"]\nbaseline = ".b"\n[{table}.allow]\nopenai-project-key = ["docs/**"]\n'
    )
    below = tmp_path / "sub"
    below.mkdir()
    (below / "pyproject.toml").write_text('[project]\nname = "x"\n')
    settings, top = load(below, RULES)
    assert (top, settings.baseline) == (tmp_path, ".b")
    assert settings.excludes("vendor/a.js")
    assert not settings.excludes("a.js")
    assert settings.allows("openai-project-key", "docs/a.md")
    assert not settings.allows("openai-project-key", "a.md")
    assert not settings.allows("groq-key", "docs/a.md")


def test_without_a_table_nothing_is_set(tmp_path: Path) -> None:
    """Paths begin where the scan was started."""
    assert load(tmp_path, RULES) == (Settings(), tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[tool.keeptabs.scan]\nexcluded = []\n", "unknown field `excluded`"),
        ('[tool.keeptabs.scan]\nexclude = "vendor"\n', "Expected `array`"),
        ('[tool.keeptabs.scan.allow]\nopenai-key = ["x"]\n', "there is no rule 'openai-key'"),
        ('[tool.keeptabs.scan.allow]\nopenai-project-key = "x"\n', "Expected `array`"),
        ("[tool.keeptabs]\nscan = 1\n", "Expected `object`"),
        ("[tool\n", "at line 1"),
    ],
)
def test_a_mistake_is_told_with_its_file(tmp_path: Path, text: str, said: str) -> None:
    """A setting that nothing reads would be a scan that nobody gets."""
    (tmp_path / "pyproject.toml").write_text(text)
    with pytest.raises(SettingsError, match=r"pyproject\.toml") as caught:
        load(tmp_path, RULES)
    assert said in str(caught.value)
