"""Real SDKs, end to end, against hand-written and recorded answers: what they return, and what is recorded of it."""

from __future__ import annotations

import os
import runpy
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.slow

HERE = Path(__file__).resolve().parent
ENVS: dict[str, Any] = runpy.run_path(str(HERE.parents[1] / "scripts" / "envs.py"))
WAIT_SECONDS = 400
TRIED_AGAIN = {"anthropic", "boto3", "cohere", "google-genai", "groq", "langchain-openai", "mistralai", "openai"}

# The modules beside this one are no part of any package: the driver has them by their names, and so have we.
sys.path.insert(0, str(HERE))
try:
    PLAY, JUDGE, TABLE = (import_module(name) for name in ("play", "judge", "table"))
    CASES = list(TABLE.cases())
finally:
    sys.path.remove(str(HERE))

ENVIRONMENTS = sorted({case.sdk.environment for case in CASES})


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Any]:
    """What an environment told. Played by the first worker that asks; the others wait for it."""
    found: dict[str, Any] = {}
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "replay"

    def ask(environment: str) -> Any:
        if not ENVS["is_current"](environment):
            pytest.skip(f"the environment is not made, or not current: python scripts/envs.py {environment}")
        if environment not in found:
            found[environment] = _played(environment, shared / environment)
        return found[environment]

    return ask


def _played(environment: str, directory: Path) -> Any:
    done = directory / "done"
    directory.parent.mkdir(exist_ok=True)
    try:
        directory.mkdir()
    except FileExistsError:
        until = time.monotonic() + WAIT_SECONDS
        while not done.exists():
            assert time.monotonic() < until, f"nobody has finished {environment}"
            time.sleep(0.1)
    else:
        try:
            PLAY.play(ENVS["python_of"](environment), environment, directory)
        finally:
            done.touch()
    return PLAY.read(environment, directory)


def _marked(case: Any) -> Any:
    marks = [pytest.mark.xfail(reason=case.known, strict=True, raises=AssertionError)] if case.known else []
    return pytest.param(case, id=case.name, marks=marks)


@pytest.mark.parametrize("case", [_marked(case) for case in CASES])
def test_an_sdk_works_as_without_and_each_attempt_is_recorded(case: Any, told: Callable[[str], Any]) -> None:
    """The results are the same, each attempt is one call, and its usage is what the answer carries."""
    found = told(case.sdk.environment)
    if case.sdk.name in found.missing:
        pytest.skip(f"not installed: {found.missing[case.sdk.name]}")
    played = {name: modes for name, modes in found.cases.items() if f"{name}/".startswith(f"{case.name}/")}
    assert case.name in played
    assert {name: why for name, modes in played.items() if (why := JUDGE.wrong(case, **modes))} == {}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_nothing_of_ours_goes_wrong(environment: str, told: Callable[[str], Any]) -> None:
    """keeptabs counts no fault."""
    assert told(environment).faults == []


def test_errors_are_tried_again(told: Callable[[str], Any]) -> None:
    """The SDKs that try again by themselves do so in these cases, so that attempts are more than calls of theirs."""
    again = {
        name.partition("/")[0]
        for environment in ENVIRONMENTS
        for name, modes in told(environment).cases.items()
        if "/error/" in name and len(modes["off"]["requests"]) > 1
    }
    assert again >= TRIED_AGAIN


def test_recordings_of_every_flow_are_played(told: Callable[[str], Any]) -> None:
    """Where there are recordings, each flow has some."""
    names = {name for environment in ENVIRONMENTS for name in told(environment).cases if "/recorded-" in name}
    if not names:
        pytest.skip("there is no directory of recordings beside the repository")
    assert {name.split("/")[2] for name in names} == set(TABLE.FLOWS)
