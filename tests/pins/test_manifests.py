"""Every format of manifests: what it wants, on which line, and how firmly."""

from pathlib import Path

import pytest

from keeptabs.pins.audit import manifest_of
from keeptabs.pins.dependency import ManifestError

POETRY = """\
[tool.poetry.dependencies]
python = "^3.11"
openai = "^1.2"
# anthropic = "*"
anthropic = { version = "*", extras = ["bedrock"] }
cohere = [{ version = "5.0.0", python = "<3.12" }, { version = ">=5" }]
"Lang_Chain" = { git = "https://host.test/x.git", branch = "main" }
groq = { git = "https://host.test/x.git", rev = "0a1b2c3d" }
[tool.poetry.group.dev.dependencies]
ollama = { path = "../ollama" }
litellm = { url = "https://host.test/litellm-1.2.3.tar.gz" }
[tool.poetry.dev-dependencies.instructor]  # keeptabs: unpinned ok
version = "*"
"""
PEP621 = """\
[project]
dependencies = [
  # "openai>=1",
  "openai>=1",
  "Anthropic[bedrock] ~= 0.4 ; python_version < '3.13'",
  'litellm @ git+https://host.test/litellm.git@main',
]
[project.optional-dependencies]
all = ["cohere==5.0.0", "groq"]  # keeptabs: unpinned ok
[dependency-groups]
dev = ["openai>=1", { include-group = "more" }]
more = ["ollama"]
[tool.uv]
dev-dependencies = ["mistralai<2"]
[tool.uv.sources]
ollama = { git = "https://host.test/ollama", tag = "v1.2.3" }
groq = { index = "own" }
[tool.pdm.dev-dependencies]
test = ["chromadb"]
[tool.hatch.envs.docs]
dependencies = ["tiktoken==0.7.0"]
"""
SETUP = """\
[options]
install_requires =
    openai>=1  # a comment
    # cohere
    groq==0.1.0
[options.extras_require]
all = anthropic
"""
PIPFILE = """\
[[source]]
url = "https://pypi.org/simple"
[packages]
openai = "*"
groq = "==0.1.0"
[dev-packages]
cohere = { version = "~=5.0", extras = ["aws"] }
[requires]
python_version = "3.12"
"""
CONDA = """\
name: app
dependencies:
  - python=3.12
  - openai
  - conda-forge::anthropic>=0.4
  - groq=0.1.0
  - cohere=5
  - litellm 1.2 py_0
  - chromadb=*
  - tiktoken==0.7.0
  - pip:
      - mistralai
      - -r more.txt
"""
PACKAGE = """\
{
  "scripts": { "openai": "x" },
  "dependencies": {
    "openai": "^4.1.0",
    "@anthropic-ai/sdk": "0.30.1",
    "ai": "latest",
    "own": "npm:langchain@>=0.1",
    "old": "npm:cohere-ai",
    "groq-sdk": "github:groq/sdk#main",
    "ollama": "org/ollama#semver:^1.0.0",
    "llamaindex": "file:../llamaindex",
    "langfuse": "catalog:",
    "chromadb": "https://host.test/chromadb-1.2.3.tgz"
  },
  "devDependencies": { "langsmith": "*" },
  "peerDependencies": { "replicate": "*" }
}
"""
OF_POETRY = """
    openai:3-bounded anthropic:5-loose cohere:6-loose lang-chain:7-loose groq:8-pinned instructor:12-loose-ok
    ollama:10-pinned litellm:11-pinned
"""
OF_PEP621 = """
    openai:4-loose anthropic:5-bounded litellm:6-loose cohere:9-pinned-ok groq:9-loose-ok openai:11-loose
    ollama:12-pinned mistralai:14-bounded chromadb:19-loose tiktoken:21-pinned
"""
OF_CONDA = """
    python:3-bounded openai:4-loose anthropic:5-loose groq:6-pinned cohere:7-bounded litellm:8-pinned
    chromadb:9-loose tiktoken:10-pinned mistralai:12-loose
"""
OF_PACKAGE = """
    openai:4-bounded @anthropic-ai/sdk:5-pinned ai:6-loose langchain:7-loose cohere-ai:8-loose groq-sdk:9-loose
    ollama:10-bounded llamaindex:11-pinned langfuse:12-bounded chromadb:13-pinned langsmith:15-loose
"""


def read(tmp_path: Path, name: str, text: str) -> list[str]:
    """What a manifest wants: name, line, grade, and whether it may."""
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    manifest = manifest_of(path)
    assert manifest is not None
    return [f"{each.name}:{each.line}-{each.judged.grade}{'-ok' * each.allowed}" for each in manifest.read(path)]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "pyproject.toml",
            POETRY,
            OF_POETRY,
        ),
        (
            "pyproject.toml",
            PEP621,
            OF_PEP621,
        ),
        ("setup.cfg", SETUP, "openai:3-loose groq:5-pinned anthropic:7-loose"),
        ("Pipfile", PIPFILE, "openai:4-loose groq:5-pinned cohere:7-bounded"),
        (
            "environment.yml",
            CONDA,
            OF_CONDA,
        ),
        (
            "package.json",
            PACKAGE,
            OF_PACKAGE,
        ),
        ("pyproject.toml", "[tool.ruff]\nline-length = 120\n", ""),
        ("package.json", "{}", ""),
        ("environment.yml", "", ""),
        ("setup.cfg", "", ""),
    ],
    ids=["poetry", "pep 621", "setup.cfg", "pipfile", "conda", "npm", "toml, none", "json, none", "yaml, none", "cfg"],
)
def test_a_manifest_says_what_it_wants(tmp_path: Path, name: str, text: str, expected: str) -> None:
    """Each dependency with its line; of tables, lists, groups and extras."""
    assert read(tmp_path, name, text) == expected.split()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("requirements.txt", "requests\nopenai>>1\n", "requirements.txt:2: 'openai>>1' is no requirement"),
        ("requirements.txt", "-r gone.txt\n", "gone.txt: No such file"),
        ("pyproject.toml", "[project\n", "pyproject.toml: Expected"),
        ("pyproject.toml", '[project]\ndependencies = [\n  "openai>>1",\n]\n', "pyproject.toml:3: 'openai>>1'"),
        ("pyproject.toml", '[tool.poetry.dependencies]\nopenai = "newest"\n', "pyproject.toml:2: openai:"),
        ("setup.cfg", "no section\n", "setup.cfg: File contains no section headers"),
        ("setup.cfg", "[options]\ninstall_requires = openai>>1\n", "setup.cfg:2: 'openai>>1'"),
        ("Pipfile", "[packages\n", "Pipfile: Expected"),
        ("environment.yml", "a: [\n", "environment.yml: while parsing"),
        ("environment.yml", "dependencies:\n  - a=b=c=d=e>\n", "environment.yml:2: 'a=b=c=d=e>'"),
        ("package.json", "{\n  x\n}", "package.json:2: Expecting"),
    ],
)
def test_a_broken_manifest_is_one_clear_line(tmp_path: Path, name: str, text: str, said: str) -> None:
    """It says which file, and where in it as far as that is known."""
    with pytest.raises(ManifestError) as caught:
        read(tmp_path, name, text)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("requirements.txt", True),
        ("requirements-dev.txt", True),
        ("dev-requirements.txt", True),
        ("requirements/base.txt", True),
        ("requirements.in", True),
        ("constraints.txt", False),
        ("docs/notes.txt", False),
        ("environment-gpu.yaml", True),
        ("docker-compose.yml", False),
        ("package-lock.json", False),
        ("pyproject.toml", True),
        ("other.toml", False),
    ],
)
def test_manifests_are_known_by_name(name: str, is_one: bool) -> None:
    """And near misses are not."""
    assert (manifest_of(Path("project") / name) is not None) is is_one
