import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import httpx2
import openai
import pytest

import keeptabs
from keeptabs.store import queries
from keeptabs.store.database import reading

Calls = Callable[[], list[queries.CallLine]]
MESSAGES = [{"role": "user", "content": "hello"}]


def ask(url: str, api_key: str, model: str = "gpt-4o", **options: object) -> object:
    """One chat call through the real SDK."""
    with openai.OpenAI(base_url=url, api_key=api_key) as client:
        return client.chat.completions.create(model=model, messages=MESSAGES, **options)  # type: ignore[call-overload]


def test_a_call_is_in_the_ledger(installed: Path, calls: Calls, mock_url: str, api_key: str) -> None:
    """One line, and a call of the real SDK is kept with model, tokens, cost and the place it came from."""
    ask(mock_url, api_key)
    (call,) = calls()
    assert (call.provider, call.operation, call.model, call.outcome) == ("openai", "chat", "gpt-4o-2024-08-06", "ok")
    assert (call.cost_status, call.streamed, call.attempt) == ("priced", False, 1)
    assert call.input
    assert call.output
    assert call.cost
    assert Path(call.site_file or "").name == "test_install.py"
    assert call.site_function == "ask"


def test_installing_twice_records_once(installed: Path, calls: Calls, mock_url: str, api_key: str) -> None:
    """A second installation, whatever its options, changes nothing."""
    keeptabs.install(store="off")
    ask(mock_url, api_key)
    assert len(calls()) == 1


def test_after_uninstall_nothing_is_recorded(store: Path, mock_url: str, api_key: str) -> None:
    """Uninstalling keeps what was recorded and takes the wrappers off; a later installation works again."""
    before = httpx2.Client.__dict__["send"], httpx.AsyncClient.__dict__["send"]
    keeptabs.install(store=store)
    ask(mock_url, api_key)
    keeptabs.uninstall()
    assert (httpx2.Client.__dict__["send"], httpx.AsyncClient.__dict__["send"]) == before
    ask(mock_url, api_key)
    keeptabs.install(store=store)
    ask(mock_url, api_key)
    keeptabs.uninstall()
    with reading(store) as db:
        assert queries.totals(db, 0).calls == 2


def test_a_clients_own_requests_are_left_alone(installed: Path, calls: Calls, mock_url: str) -> None:
    """What is no LLM call leaves no trace: another path, another method, a body without a model."""
    origin = mock_url.removesuffix("/v1")
    with httpx.Client() as client:
        client.get(f"{mock_url}/models")
        client.post(f"{origin}/anything", json={"model": "m"})
        client.post(f"{origin}/v1/responses", json={"survey": 1})
    assert calls() == []


def test_the_ledger_can_be_off(store: Path, mock_url: str, api_key: str) -> None:
    """Without a ledger calls still work, and no file is made."""
    keeptabs.install(store="off")
    ask(mock_url, api_key)
    assert keeptabs.flush(10)
    assert not store.exists()


def test_tags_reach_the_ledger(installed: Path, calls: Calls, mock_url: str, api_key: str) -> None:
    """What the application says about a call is kept with it."""
    with keeptabs.tag(feature="answers", user="u7"):
        ask(mock_url, api_key)
    assert calls()[0].tags == '{"feature":"answers","user":"u7"}'


def test_attempts_are_numbered_and_linked(installed: Path, calls: Calls, mock_url: str, api_key: str) -> None:
    """Each HTTP attempt is a call; retries share the operation and the trace of the first."""
    ask(mock_url, api_key, "mock-429-then-ok@gpt-4o")
    ask(mock_url, api_key)
    first, second, other = calls()
    assert [(c.attempt, c.outcome) for c in (first, second, other)] == [(1, "rate_limited"), (2, "ok"), (1, "ok")]
    assert (second.operation_id, second.trace_id) == (first.operation_id, first.trace_id)
    assert first.operation_id == first.span_id
    assert other.trace_id != first.trace_id


def test_a_stream_left_open_ends_with_the_process(store: Path, mock_url: str, api_key: str) -> None:
    """Closing keeptabs keeps a call whose stream the application never finished."""
    keeptabs.install(store=store)
    with openai.OpenAI(base_url=mock_url, api_key=api_key) as client:
        stream = client.chat.completions.create(model="gpt-4o", messages=MESSAGES, stream=True)  # type: ignore[call-overload]
        next(iter(stream))
        keeptabs.uninstall()
        list(stream)
    with reading(store) as db:
        (call,) = queries.calls(db, 0, 9, model=None, failed=False)
    assert (call.outcome, call.streamed) == ("cancelled", True)


def test_a_wrong_keyword_is_told_where_it_is_made(store: Path) -> None:
    """A mistake in the code raises at once and installs nothing."""
    with pytest.raises(keeptabs.ConfigError, match="semconv"):
        keeptabs.install(store=store, semconv="nonsense")


def test_a_wrong_environment_does_not_stop_the_application(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A bad variable is one line in the log, and the defaults hold."""
    monkeypatch.setenv("KEEPTABS_SEMCONV", "nonsense")
    keeptabs.install()
    assert "KEEPTABS_SEMCONV" in caplog.text


APP = """
import openai, sys
client = openai.OpenAI(base_url=sys.argv[1], api_key="none-is-needed")
client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "hi"}])
"""


@pytest.fixture
def app(tmp_path: Path) -> Path:
    path = tmp_path / "app.py"
    path.write_text(APP)
    return path


@pytest.mark.parametrize("start", ["keeptabs run", "python -m keeptabs run"])
def test_run_needs_no_change_in_the_application(app: Path, store: Path, mock_url: str, start: str) -> None:
    """``keeptabs run python app.py`` records the calls of an app that knows nothing of it, also at exit."""
    bin_dir = Path(sys.executable).parent
    own = [str(bin_dir / "keeptabs")] if start.startswith("keeptabs") else [sys.executable, "-m", "keeptabs"]
    command = [*own, "run", "--store", str(store), "--service", "desk", "python", str(app), mock_url]
    subprocess.run(command, check=True, timeout=60)
    with reading(store) as db:
        (call,) = queries.calls(db, 0, 9, model=None, failed=False)
    assert (call.outcome, call.service, Path(call.site_file or "").name) == ("ok", "desk", "app.py")


def test_run_makes_way_for_another_sitecustomize(tmp_path: Path, store: Path) -> None:
    """The environment's own start-up module, which ours hides, still runs."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text("print('its own')\n")
    environ = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    command = [sys.executable, "-m", "keeptabs", "run", "--store", str(store), "python", "-c", "print('app')"]
    done = subprocess.run(command, env=environ, check=True, timeout=60, capture_output=True, text=True)
    assert done.stdout.splitlines() == ["its own", "its own", "app"]  # of keeptabs' own process, and of the app's


def test_run_passes_the_exit_code_on(store: Path) -> None:
    """The program's own exit code is what the shell sees."""
    command = [sys.executable, "-m", "keeptabs", "run", "--store", str(store), "python", "-c", "raise SystemExit(7)"]
    assert subprocess.run(command, check=False, timeout=60).returncode == 7
