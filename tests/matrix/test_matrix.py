"""The promise: an application's results are the same with and without keeptabs, and every call of it is recorded.

Each environment plays the scenarios three times, in processes of its own: without keeptabs, with it, and with it and
an OpenTelemetry SDK of the application's own.
"""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
import time
from collections import Counter
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

pytestmark = pytest.mark.slow

HERE = Path(__file__).resolve().parent
ENVS: dict[str, Any] = runpy.run_path(str(HERE.parent.parent / "scripts" / "envs.py"))
THIS = "this"
MODES = ("off", "on", "otel")
SEEN = ("notes", "warnings", "unexpected", "requests")
PLAY_SECONDS = 300
NO_FRAME = ("many.to_thread",)  # the SDK's own method is what a pool's thread runs: nothing there is the application's
NOT_OURS = ("KEEPTABS_", "OTEL_", "OPENAI_", "PYTHON")  # variables of the person who runs the tests

Document = dict[str, Any]


def _module(name: str) -> Any:
    """A module that stands beside this one, and is no part of any package."""
    sys.path.insert(0, str(HERE))
    try:
        return import_module(name)
    finally:
        sys.path.remove(str(HERE))


EXPECTED: Mapping[str, Any] = {**_module("expected").SDK, **_module("expected_raw").RAW}
NOT_ONE_FOR_ONE: Mapping[str, str] = _module("expected_raw").NOT_ONE_FOR_ONE
Row: Any = _module("rows").Row


def _environ() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(NOT_OURS)}
    return {name: value for name, value in kept.items() if not name.lower().endswith("_proxy")}


def _played(python: Path, directory: Path) -> dict[str, Document]:
    """What the scenarios tell in each mode. Played by the first worker that asks; the others wait for it."""
    done = directory / "done"
    try:
        directory.mkdir()
    except FileExistsError:
        _wait_for(done)
    else:
        failures = [failure for mode, process in _start(python, directory) if (failure := _failure(mode, process))]
        (directory / "doing").write_text("\n".join(failures), "utf-8")
        (directory / "doing").rename(done)
    failed = done.read_text("utf-8")
    assert not failed, failed
    return {mode: json.loads((directory / f"{mode}.json").read_text("utf-8")) for mode in MODES}


def _wait_for(file: Path) -> None:
    until = time.monotonic() + PLAY_SECONDS
    while not file.exists():
        assert time.monotonic() < until, f"nobody has finished {file.parent.name}"
        time.sleep(0.1)


def _start(python: Path, directory: Path) -> list[tuple[str, subprocess.Popen[str]]]:
    """All modes at once: they wait more than they work."""
    started = []
    for mode in MODES:
        store = directory / f"{mode}.db"
        command = [str(python), str(HERE / "drive.py"), "--keeptabs", mode, "--store", str(store)]
        environ = {**_environ(), "KEEPTABS_STORE": str(store)}
        with (directory / f"{mode}.json").open("w") as out:
            process = subprocess.Popen(
                command, stdout=out, stderr=subprocess.PIPE, env=environ, cwd=directory, text=True
            )
        started.append((mode, process))
    return started


def _failure(mode: str, process: subprocess.Popen[str]) -> str:
    with process:
        _, said = process.communicate(timeout=PLAY_SECONDS)
    return f"{mode} ended with {process.returncode}: {said[-3000:]}" if process.returncode else ""


@pytest.fixture(scope="module")
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Document]:
    """What the scenarios told in the environment of the parameter."""
    name = request.param
    python = Path(sys.executable) if name == THIS else ENVS["python_of"](name)
    if name == THIS and find_spec("openai") is None:
        pytest.skip("openai is not installed here")
    if name != THIS and not ENVS["is_current"](name):
        pytest.skip(f"the environment is not made, or not current: python scripts/envs.py {name}")
    base = tmp_path_factory.getbasetemp()
    return _played(python, (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"matrix-{name}")


MATRIX = [name for name in ENVS["ENVIRONMENTS"] if name.startswith(("openai-", "httpx"))]
everywhere = pytest.mark.parametrize("played", [THIS, *MATRIX], indirect=True)


def differences(path: str, one: Any, other: Any) -> Iterator[str]:
    """Where two documents differ, a line for each place."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in {**one, **other}:
            yield from differences(f"{path}.{key}", one.get(key, "absent"), other.get(key, "absent"))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, pair in enumerate(zip(one, other, strict=True)):
            yield from differences(f"{path}[{index}]", *pair)
    elif one != other:
        yield f"{path}:\n    without: {json.dumps(one)[:400]}\n    with:    {json.dumps(other)[:400]}"


def _seen(document: Document) -> dict[str, Any]:
    return {name: {key: told[key] for key in SEEN} for name, told in document["scenarios"].items()}


@everywhere
@pytest.mark.parametrize("mode", ["on", "otel"])
def test_the_application_sees_no_difference(played: dict[str, Document], mode: str) -> None:
    """Values, types, bytes, exceptions, warnings and the requests on the wire are the same."""
    found = list(differences("", _seen(played["off"]), _seen(played[mode])))
    assert not found, "\n".join([f"{len(found)} differences", *found])


@everywhere
def test_every_scenario_does_what_it_should(played: dict[str, Document]) -> None:
    """No scenario fails by itself, nothing is left to a finaliser to complain of, and each has its expectation."""
    told = played["off"]["scenarios"]
    assert not {name: one["unexpected"] for name, one in told.items() if one["unexpected"]}
    assert {name.split("/", 2)[2] for name in told} <= set(EXPECTED)


def _row(row: dict[str, Any]) -> Any:
    fields = {name: row[name] for name in Row._fields}
    return Row(
        **{
            **fields,
            **{name: tuple(fields[name]) for name in ("finish_reasons", "gaps")},
            "streamed": bool(row["streamed"]),
        }
    )


@everywhere
@pytest.mark.parametrize("mode", ["on", "otel"])
def test_the_ledger_has_every_call(played: dict[str, Document], mode: str) -> None:
    """The rows of each scenario are those expected, no more and no fewer."""
    wrong = []
    for name, told in played[mode]["scenarios"].items():
        wanted, got = Counter(EXPECTED[name.split("/", 2)[2]]), Counter(map(_row, told["ledger"]))
        wrong += [f"{name}: missing {row} x{count}" for row, count in (wanted - got).items()]
        wrong += [f"{name}: too much {row} x{count}" for row, count in (got - wanted).items()]
    assert not wrong, "\n".join(wrong)


@everywhere
def test_one_row_for_each_request(played: dict[str, Document]) -> None:
    """The server saw as many requests as the ledger has rows, but where the table says why not."""
    for name, told in played["on"]["scenarios"].items():
        seen = [request for request in told["requests"] if request["line"].startswith("POST")]
        same = len(seen) == len(told["ledger"])
        assert same or name.split("/", 2)[2] in NOT_ONE_FOR_ONE, name


@everywhere
def test_rows_say_whose_they_are(played: dict[str, Document]) -> None:
    """Each row names the client module, the application's own code, and the id of the answer."""
    for name, told in played["on"]["scenarios"].items():
        client = name.split("/")[0]
        for row in told["ledger"]:
            assert row["client"] == client or (client == "openai" and row["client"] in ("httpx", "httpx2")), name
            assert (row["site_file"] or "").startswith(str(HERE)) or name.endswith(NO_FRAME), name
            assert row["server"] in ("127.0.0.1", "api.openai.com"), name
            served = row["status"] is not None and row["server"] == "127.0.0.1"
            assert (row["request_id"] or "").startswith("req_") or not served, name


@everywhere
@pytest.mark.parametrize("mode", ["on", "otel"])
def test_attempts_are_linked(played: dict[str, Document], mode: str) -> None:
    """A first attempt begins an operation; each later one shares its id and trace with the one before."""
    for name, told in played[mode]["scenarios"].items():
        rows = {(row["operation_id"], row["attempt"]): row for row in told["ledger"]}
        assert len(rows) == len(told["ledger"]), name
        for (operation, attempt), row in rows.items():
            assert row["resend_count"] in (0, attempt - 1), name  # 0: it is the application that tries again
            if attempt == 1:
                assert row["span_id"] == operation, name
            elif mode == "on":  # with an SDK, the application decides about traces
                assert row["trace_id"] == rows[operation, attempt - 1]["trace_id"], name


@everywhere
def test_every_row_is_a_span(played: dict[str, Document]) -> None:
    """With an SDK, each row is one span, with the same outcome; a later attempt's links to the one before."""
    for name, told in played["otel"]["scenarios"].items():
        spans = {span["span_id"]: span for span in told["spans"]}
        assert set(spans) == {row["span_id"] for row in told["ledger"]}, name
        rows = {(row["operation_id"], row["attempt"]): row for row in told["ledger"]}
        for (operation, attempt), row in rows.items():
            span = spans[row["span_id"]]
            before = [rows[operation, attempt - 1]["span_id"]] if attempt > 1 else []
            assert (span["trace_id"], span["operation_id"]) == (row["trace_id"], operation), name
            assert (span["outcome"], span["links"]) == (row["outcome"], before), name


@everywhere
@pytest.mark.parametrize("mode", ["on", "otel"])
def test_no_fault_but_what_the_server_spoils(played: dict[str, Document], mode: str) -> None:
    """keeptabs counts what it could not read, and nothing of its own goes wrong."""
    faults = {(stage, cause) for stage, cause, _ in played[mode]["faults"]}
    assert {stage for stage, _ in faults} <= {"wire"}, faults
