"""Rules about the code itself: what may import what, how large it may grow, and what every part must have."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import click
import pytest

import keeptabs.providers
from keeptabs.cli import keeptabs as command_line
from keeptabs.core.discover import constants
from keeptabs.core.provider import Provider

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "keeptabs"
MODULES = sorted(SOURCE.rglob("*.py"))
TESTS = sorted(path for path in (ROOT / "tests").rglob("*.py") if path.name.startswith("test_"))

MOST_LINES = 250  # of a module
MOST_LINES_OF_A_FUNCTION = 60

# Sources without a test module of their own name, by what tests them and why; a folder stands for all that is in it.
TESTED_ELSEWHERE = {
    "store/shipment_schema.py": ("tests/store/test_shipments.py", "a step of the schema, seen in use"),
    "web/problem.py": ("tests/web/test_app.py", "the page of what cannot be answered"),
    "store/overview.py": ("tests/web/pages/test_overview.py", "what the overview asks"),
    "dashboards/clickhouse_query.py": ("tests/dashboards/test_grafana.py", "one query, seen in dashboards"),
    "dashboards/links.py": ("tests/dashboards/test_grafana.py", "addresses, seen in dashboards"),
    "dashboards/panel.py": ("tests/dashboards/test_read.py", "shapes that the files fill"),
    "store/wanted.py": ("tests/web/pages/test_calls.py", "the lists that it chooses"),
    "store/call_pages.py": ("tests/web/pages/test_calls.py", "against plain SQL, page by page"),
    "store/call_search.py": ("tests/web/pages/test_calls.py", "what a search finds"),
    "store/traces.py": ("tests/web/pages/test_traces.py", "against plain SQL, page by page"),
    "store/explore.py": ("tests/web/pages/test_explore.py", "cells and margins against plain SQL"),
    "otlp/names/": ("tests/otlp/test_calls.py", "data: one table of real spans holds for every file"),
    "otlp/naming.py": ("tests/otlp/test_calls.py", "a shape that every scheme fills"),
    "otlp/span.py": ("tests/otlp/test_decode.py", "values that only decoding makes"),
    "store/span_schema.py": ("tests/store/test_told.py", "a step of the schema, seen through what is withdrawn"),
    "__init__.py": ("tests/test_public.py", "the public names"),
    "__main__.py": ("tests/cli/test_main.py", "one line that calls the command line"),
    "version.py": ("tests/test_public.py", "one constant"),
    "core/call.py": ("tests/test_meter.py", "values that only the meter makes"),
    "core/decoding.py": ("tests/core/test_reading.py", "the decoder that every dialect reads with"),
    "core/dialect.py": ("tests/core/test_reading.py", "a shape that every dialect fills"),
    "core/errors.py": ("tests/cli/test_main.py", "one class: how a mistake is shown"),
    "core/limit_headers.py": ("tests/test_meter.py", "the rate limit of a call"),
    "core/wire/__init__.py": ("tests/core/wire/test_encodings.py", "one exception"),
    "dialects/openai/_request.py": ("tests/dialects/openai/test_chat.py", "parts of the requests read there"),
    "dialects/anthropic/routes.py": ("tests/providers/test_google_anthropic.py", "a table that only recognition uses"),
    "dialects/gemini/routes.py": ("tests/providers/test_google_anthropic.py", "a table that only recognition uses"),
    "dialects/openai/routes.py": ("tests/providers/test_recognise.py", "a table that only recognition uses"),
    "providers/": ("tests/providers/test_providers.py", "data: one table of rules holds for every file"),
    "patching/connection.py": ("tests/clients/test_websockets.py", "guards that the websocket clients share"),
    "patching/client.py": ("tests/clients/test_httpx.py", "a shape that every client fills"),
    "patching/recorder.py": ("tests/clients/test_httpx.py", "a shape that the runtime fills"),
    "sinks/otel/routes.py": ("tests/sinks/otel/test_watch.py", "a listener, seen through what it listens to"),
    "store/known.py": ("tests/store/test_writer.py", "ids that only the writer remembers"),
    "recordings/__init__.py": ("tests/recordings/test_read.py", "the names of the package"),
    "recordings/bodies.py": ("tests/recordings/test_har.py", "steps of reading both formats"),
    "recordings/json_items.py": ("tests/recordings/test_read.py", "steps of reading both formats"),
    "recordings/values.py": ("tests/recordings/test_har.py", "steps of reading both formats"),
    "recordings/yaml_items.py": ("tests/recordings/test_vcr.py", "a step of reading cassettes"),
    "audit/rule.py": ("tests/audit/test_run.py", "shapes that rules fill"),
    "audit/said.py": ("tests/audit/test_run.py", "how rules make findings"),
    "cli/_audited.py": ("tests/cli/test_audit.py", "what audit shows"),
    "testing/month/": ("tests/audit/test_run.py", "cases that rules must find"),
    "cli/_export_formats.py": ("tests/cli/test_export.py", "what the command writes"),
    "cli/_pins_look.py": ("tests/cli/test_pins.py", "what pins shows"),
    "pins/manifests/": ("tests/pins/test_manifests.py", "one table for every format"),
    "pins/locks/": ("tests/pins/test_locks.py", "one table for every format"),
    "pins/toml_lock.py": ("tests/pins/test_locks.py", "steps of reading locks"),
    "pins/json_lock.py": ("tests/pins/test_locks.py", "steps of reading locks"),
    "pins/dependency.py": ("tests/pins/test_manifests.py", "values that the formats fill"),
    "pins/pep508.py": ("tests/pins/test_manifests.py", "steps of reading Python's formats"),
    "pins/python_table.py": ("tests/pins/test_manifests.py", "steps of reading Python's formats"),
    "pins/installed.py": ("tests/pins/test_audit.py", "versions, seen through the audit"),
    "secrets/rules/": ("tests/secrets/test_rules.py", "data: one table of rules holds for every file"),
    "secrets/rule.py": ("tests/secrets/test_rules.py", "a shape that every row fills"),
    "secrets/finding.py": ("tests/secrets/test_report.py", "values that only reports make"),
    "pricing/said.py": ("tests/pricing/test_written.py", "shapes of rows, seen through what is read"),
    "pricing/toml_tables.py": ("tests/pricing/test_written.py", "the lines of mistakes, seen through what is read"),
    "reconcile/_openai_days.py": ("tests/reconcile/test_openai.py", "how days are asked for, seen in what is asked"),
    "reconcile/statement.py": ("tests/reconcile/test_openai.py", "values that the sources fill"),
    "runtime/__init__.py": ("tests/runtime/test_install.py", "install, flush and uninstall"),
    "runtime/bootstrap/": ("tests/runtime/test_install.py", "it runs only at the start of another interpreter"),
    "runtime/watching.py": ("tests/sinks/otel/test_watch.py", "when to look on, seen through what is watched"),
    "runtime/recorder.py": ("tests/runtime/test_install.py", "wiring, seen through install"),
    "runtime/instrumentor.py": ("tests/runtime/test_install.py", "wiring, seen through install"),
    "cli/__init__.py": ("tests/cli/test_main.py", "the command line as a whole"),
    "cli/run.py": ("tests/runtime/test_install.py", "it becomes another program, which is seen from outside"),
    "cli/_estimate_given.py": ("tests/cli/test_estimate.py", "what estimate shows"),
    "cli/_estimate_like.py": ("tests/cli/test_estimate.py", "what estimate shows"),
    "cli/_prices_differences.py": ("tests/cli/test_prices_diff.py", "what diff and pull show"),
    "cli/_prices_options.py": ("tests/cli/test_prices_show.py", "what the commands of prices share"),
    "cli/_priced.py": ("tests/cli/test_price.py", "what price shows"),
    "cli/_used.py": ("tests/cli/test_price.py", "what price is told"),
    "cli/_imported.py": ("tests/cli/test_import.py", "what import shows"),
    "cli/_options.py": ("tests/cli/test_main.py", "options that commands share"),
    "cli/_progress.py": ("tests/cli/test_import.py", "what import shows"),
    "testing/mock/__init__.py": ("tests/testing/mock/test_server.py", "the name of the package"),
    "testing/mock/": ("tests/testing/mock/test_server.py", "parts of one server, seen through its answers"),
}

SKIPPED_FOLDERS = {".git", ".venv", ".envs", ".hypothesis", "node_modules"}
# Written in pieces, so that this file holds none itself.
KEY_SHAPES = [
    r"\bsk-(?:proj-|ant-|or-|svcacct-|admin-)?[A-Za-z0-9_-]{20,}",
    r"\bAI" + r"za[A-Za-z0-9_-]{30,}",
    r"\bAK" + r"IA[A-Z0-9]{16}\b",
    r"\bgs" + r"k_[A-Za-z0-9]{20,}",
    r"\bxa" + r"i-[A-Za-z0-9]{20,}",
    r"\bhf" + r"_[A-Za-z0-9]{20,}",
    r"\br8" + r"_[A-Za-z0-9]{20,}",
    r"\bpp" + r"lx-[A-Za-z0-9]{20,}",
    r"\bgh" + r"[opsur]_[A-Za-z0-9]{30,}",
    r"\bgithub" + r"_pat_[A-Za-z0-9_]{30,}",
    r"\bxox" + r"[abprs]-[A-Za-z0-9-]{10,}",
    r"\bey" + r"J[A-Za-z0-9_-]{10,}\.ey" + r"J[A-Za-z0-9_-]{10,}\.",
    r"-----BEGIN [A-Z ]*PRIVATE" + r" KEY-----",
]
KEYS = re.compile("|".join(KEY_SHAPES))


def name_of(path: Path) -> str:
    """A path from the top of the repository."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """A module's syntax."""
    return ast.parse(path.read_text("utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """All functions of a module, methods and inner ones too."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def tracked() -> list[Path]:
    """The files of the repository; without git, all files that are none of a tool's."""
    try:
        ran = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
        found = [ROOT / name for name in ran.stdout.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        found = [path for path in ROOT.rglob("*") if not SKIPPED_FOLDERS & set(path.relative_to(ROOT).parts)]
    return [path for path in found if path.is_file()]


def test_imports_only_go_down() -> None:
    """Every contract in pyproject.toml is kept."""
    ran = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "0 broken" in ran.stdout


@pytest.mark.parametrize("path", TESTS, ids=name_of)
def test_every_test_says_in_one_sentence_what_holds(path: Path) -> None:
    """The first paragraph of its docstring is one sentence; notes may stand below."""
    wrong = []
    for function in functions(path):
        if function.name.startswith("test_"):
            text = " ".join((ast.get_docstring(function) or "").partition("\n\n")[0].split())
            if not text.endswith(".") or re.search(r"[.!?] +[A-Z]", text):
                wrong.append(function.name)
    assert not wrong


def covering(source: str) -> tuple[str, str] | None:
    """What tests a source that has no test module of its own name: the file, or the folder that it is in."""
    folders = [f"{parent.as_posix()}/" for parent in Path(source).parents]
    return next((TESTED_ELSEWHERE[name] for name in [source, *folders] if name in TESTED_ELSEWHERE), None)


def mirrored(source: str) -> Path:
    """Where the tests of a source are: the same path, without leading and trailing underscores."""
    path = Path(source)
    return ROOT / "tests" / path.parent / f"test_{path.stem.strip('_')}.py"


@pytest.mark.parametrize("source", [path.relative_to(SOURCE).as_posix() for path in MODULES])
def test_every_module_has_tests(source: str) -> None:
    """A test module of the same name, or a named one with a reason; a docstring alone needs none."""
    if not mirrored(source).exists() and len(tree(SOURCE / source).body) > 1:
        found = covering(source)
        assert found, f"{name_of(mirrored(source))} is missing"
        test, reason = found
        assert (ROOT / test).exists(), f"{test} is missing: {reason}"


def test_the_list_of_modules_without_tests_of_their_own_is_true() -> None:
    """An entry for a source that is gone or has tests by now is taken out."""
    files = {path.relative_to(SOURCE).as_posix() for path in MODULES}
    stale = [
        name
        for name in TESTED_ELSEWHERE
        if (not name.endswith("/") and (name not in files or mirrored(name).exists()))
        or (name.endswith("/") and not (SOURCE / name).is_dir())
    ]
    assert not stale


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_and_functions_are_small(path: Path) -> None:
    """What does not fit is two things."""
    assert len(path.read_text("utf-8").splitlines()) <= MOST_LINES
    sizes = {function.name: (function.end_lineno or 0) - function.lineno + 1 for function in functions(path)}
    assert {name: size for name, size in sizes.items() if size > MOST_LINES_OF_A_FUNCTION} == {}


def broad(module: ast.Module) -> list[int]:
    """The lines on which a module swallows whatever comes."""
    lines = []
    for node in ast.walk(module):
        caught: list[ast.expr] = []
        if isinstance(node, ast.ExceptHandler):
            caught = [node.type or ast.Name("Exception")]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "suppress":
            caught = list(node.args)
        names = {ast.unparse(part) for each in caught for part in getattr(each, "elts", [each])}
        if names & {"Exception", "BaseException"}:
            lines.append(node.lineno)
    return lines


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_but_the_shield_swallows_our_faults(path: Path) -> None:
    """No broad except anywhere: the shield is a context manager, and every other handler names what it expects."""
    assert broad(tree(path)) == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("try: x\nexcept: y", [2]),
        ("try: x\nexcept Exception: y", [2]),
        ("try: x\nexcept (OSError, BaseException) as e: y", [2]),
        ("with contextlib.suppress(Exception): x", [1]),
        ("try: x\nexcept OSError: y", []),
        ("try: x\nexcept (OSError, ExceptionGroup): y", []),
        ("with suppress(OSError): x", []),
    ],
)
def test_a_broad_handler_is_seen(code: str, expected: list[int]) -> None:
    """The check above has eyes."""
    assert broad(ast.parse(code)) == expected


def test_no_tracked_file_holds_anything_shaped_like_a_key() -> None:
    """A scanner has nothing to find, and nobody gets used to ignoring it."""
    found = []
    for path in tracked():
        text = path.read_bytes().decode("utf-8", "replace")
        found += [f"{name_of(path)}: {match.group()[:8]}…" for match in KEYS.finditer(text)]
    assert not found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sk" + "-" + "a1" * 12, True),
        ("sk" + "-proj-" + "a1" * 12, True),
        ("AI" + "za" + "x" * 35, True),
        ("AK" + "IA" + "ABCDEFGH12345678", True),
        ("gs" + "k_" + "a1" * 20, True),
        ("gh" + "p_" + "a1" * 18, True),
        ("-----BEGIN RSA PRIVATE" + " KEY-----", True),
        ("sk-short", False),
        ("task-" + "a1" * 12, False),
        ("none-is-needed", False),
        ("AIza", False),
    ],
)
def test_a_key_is_known_by_its_shape(text: str, expected: bool) -> None:
    """The check above has eyes, and words that only begin like a key are none."""
    assert bool(KEYS.search(text)) is expected


@pytest.mark.parametrize(
    "provider", constants(keeptabs.providers, "PROVIDER", Provider), ids=lambda provider: provider.name
)
def test_every_provider_says_where_its_facts_come_from_and_when_they_were_read(provider: Provider) -> None:
    """A fact about the world is data with its source and an ISO date."""
    assert re.match(r"https://\S+\.\S+$", provider.source)
    assert date.fromisoformat(provider.checked).isoformat() == provider.checked


@pytest.mark.parametrize("name", command_line.list_commands(click.Context(command_line)))
def test_every_command_has_a_help_text(name: str) -> None:
    """The first line is a sentence that stands in the list of commands."""
    command = command_line.get_command(click.Context(command_line), name)
    assert command is not None
    first = (command.help or "").partition("\n")[0]
    assert first.endswith((".", ":"))
    assert command.get_short_help_str(limit=500)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_module_says_what_it_is(path: Path) -> None:
    """Its docstring is the first thing that a reader sees."""
    assert (ast.get_docstring(tree(path)) or "").partition("\n")[0].rstrip().endswith((".", ":", ","))


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/design.md"])
def test_every_local_link_of_the_documentation_leads_somewhere(name: str) -> None:
    """A page that links to a file that is gone is mended with it."""
    page = ROOT / name
    if not page.exists():
        pytest.skip(f"there is no {name} yet")
    links = re.findall(r"\]\((?!https?://|mailto:|#)([^)#\s]+)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
