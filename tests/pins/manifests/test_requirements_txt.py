from pathlib import Path

import pytest

from keeptabs.pins.manifests.requirements_txt import read


def wanted(tmp_path: Path, text: str, **others: str) -> list[str]:
    """What requirements.txt wants, with other files beside it by their names without ``.txt``."""
    for name, content in {"requirements": text, **others}.items():
        (tmp_path / f"{name}.txt").write_text(content, "utf-8")
    found = read(tmp_path / "requirements.txt")
    return [f"{each.path.stem}:{each.line} {each.name} {each.judged.grade} {each.wants}".rstrip() for each in found]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("openai", "openai loose"),
        ("openai>=1.0", "openai loose >=1.0"),
        ("OpenAI == 1.2.3", "openai pinned ==1.2.3"),
        ("openai[datalib,realtime]~=1.2", "openai bounded ~=1.2"),
        ("openai<2,>=1  # why", "openai bounded <2,>=1"),
        ('openai==1.2 ; python_version < "3.13"', "openai pinned ==1.2"),
        ("openai==1.2 --hash=sha256:00 --hash=sha256:11", "openai pinned ==1.2"),
        ("openai==1.2 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11", "openai pinned ==1.2"),
        ("openai \\\n  >=1", "openai loose >=1"),
        ("Llama_Index.Core==1", "llama-index-core pinned ==1"),
        ("openai @ git+https://host.test/openai.git@main", "openai loose git+https://host.test/openai.git@main"),
        (
            "openai @ https://host.test/openai-1.2-py3-none-any.whl",
            "openai pinned https://host.test/openai-1.2-py3-none-any.whl",
        ),
        ("git+https://host.test/openai.git@v1.2.3", "openai pinned git+https://host.test/openai.git@v1.2.3"),
        ("git+ssh://git@host.test/me/openai.git", "openai loose git+ssh://git@host.test/me/openai.git"),
        ("-e git+https://host.test/x@main#egg=openai", "openai loose git+https://host.test/x@main#egg=openai"),
        ("https://host.test/litellm-1.2.3.tar.gz", "litellm pinned https://host.test/litellm-1.2.3.tar.gz"),
    ],
)
def test_a_requirement(tmp_path: Path, line: str, expected: str) -> None:
    """Names as PyPI has them, versions as they are written, without markers, hashes and comments."""
    assert wanted(tmp_path, f"# first\n{line}\n") == [f"requirements:2 {expected}"]


@pytest.mark.parametrize(
    "line",
    ["", "# openai", "--index-url https://host.test", "-i https://host.test", "--pre", "-e .", ".", "./libs/openai",
     "-f wheels", "../openai-1.2.whl", "-r https://host.test/more.txt", "-c https://host.test/more.txt"],
)  # fmt: skip
def test_what_is_no_requirement(tmp_path: Path, line: str) -> None:
    """Options, comments, paths, and what would have to be fetched."""
    assert wanted(tmp_path, f"{line}\n") == []


def test_included_files_are_read_once(tmp_path: Path) -> None:
    """Where they stand, however they are named, and even if they include each other."""
    found = wanted(tmp_path, "-r base.txt\n--requirement=base.txt\nopenai==1\n", base="-r requirements.txt\ncohere\n")
    assert found == ["base:2 cohere loose", "requirements:3 openai pinned ==1"]


def test_constraints_pin(tmp_path: Path) -> None:
    """As if they stood beside the requirement, of every file; what nobody wants is no dependency."""
    found = wanted(
        tmp_path,
        "-c limits.txt\n-r base.txt\nopenai>=1\nanthropic\n",
        base="cohere\n",
        limits="openai==1.2.3\ncohere<6\ngroq==1\n",
    )
    assert found == [
        "base:1 cohere bounded <6",
        "requirements:3 openai pinned ==1.2.3,>=1",
        "requirements:4 anthropic loose",
    ]


def test_a_variable_is_filled_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As pip does; one that is not set stays as it is."""
    monkeypatch.setenv("REVISION", "v1.2.3")
    monkeypatch.delenv("NONE", raising=False)
    found = wanted(tmp_path, "git+https://host.test/openai@${REVISION}\ngit+https://host.test/cohere@${NONE}\n")
    assert [line.split()[1:3] for line in found] == [["openai", "pinned"], ["cohere", "loose"]]


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("openai  # keeptabs: unpinned ok\n", [True]),
        ("openai \\\n  >=1  # keeptabs: unpinned ok\n", [True]),
        ("# keeptabs: unpinned ok\nopenai\n", [False]),
        ("openai  # keeptabs: unpinned ok\ncohere\n", [True, False]),
        ("openai  # unpinned\n", [False]),
    ],
)
def test_a_comment_on_its_line_allows_it(tmp_path: Path, text: str, allowed: list[bool]) -> None:
    """Its own line, and no other."""
    (tmp_path / "requirements.txt").write_text(text)
    assert [each.allowed for each in read(tmp_path / "requirements.txt")] == allowed
