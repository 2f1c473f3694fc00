from pathlib import Path
from typing import Any

import pytest

from keeptabs.runtime.config import ConfigError, Guarding, OptionError, defaults, load
from keeptabs.sinks.otel.semconv import Profile
from keeptabs.store.pruning import Retention


def test_nothing_set_is_the_default(tmp_path: Path) -> None:
    """Without any setting the ledger is the user's and the names are those that dashboards read."""
    config = load({}, {}, tmp_path)
    assert (config.semconv, config.prices, config.service) == (Profile.V1_41, None, "")
    assert config.store is not None
    assert config.store.parts[-2:] == ("keeptabs", "ledger.db")
    assert config == defaults()


@pytest.mark.parametrize(
    ("options", "environ", "file", "expected"),
    [
        ({}, {}, 'service = "file"', "file"),
        ({}, {"KEEPTABS_SERVICE": "environ"}, 'service = "file"', "environ"),
        ({"service": "code"}, {"KEEPTABS_SERVICE": "environ"}, 'service = "file"', "code"),
        ({"service": None}, {"KEEPTABS_SERVICE": " "}, 'service = "file"', "file"),
        ({}, {"OTEL_SERVICE_NAME": "otel"}, "", "otel"),
        ({}, {"OTEL_RESOURCE_ATTRIBUTES": "a=b, service.name=resource"}, "", "resource"),
        ({}, {"OTEL_SERVICE_NAME": "otel", "KEEPTABS_SERVICE": "environ"}, "", "environ"),
    ],
)
def test_the_nearer_setting_wins(
    tmp_path: Path, options: dict[str, Any], environ: dict[str, str], file: str, expected: str
) -> None:
    """A keyword beats the environment, which beats the file, which beats OpenTelemetry's own names."""
    (tmp_path / "keeptabs.toml").write_text(file)
    assert load(options, environ, tmp_path).service == expected


def test_pyproject_is_read_from_a_directory_above(tmp_path: Path) -> None:
    """The table of the project's pyproject.toml holds in its subdirectories too."""
    (tmp_path / "pyproject.toml").write_text('[tool.keeptabs]\nstore = "off"\n')
    below = tmp_path / "src" / "app"
    below.mkdir(parents=True)
    assert load({}, {}, below).store is None


@pytest.mark.parametrize("word", ["off", "OFF", " off "])
def test_the_ledger_can_be_off(tmp_path: Path, word: str) -> None:
    """``off`` in any case means no ledger."""
    assert load({"store": word}, {}, tmp_path).store is None


def test_a_store_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative name means the directory that the process started in, wherever it goes later."""
    monkeypatch.chdir(tmp_path)
    assert load({"store": "calls.db"}, {}, tmp_path).store == tmp_path / "calls.db"


@pytest.mark.parametrize(
    ("options", "environ", "file", "said"),
    [
        ({}, {"KEEPTABS_SEMCONV": "2.0"}, "", "KEEPTABS_SEMCONV: semconv '2.0' is not one of 1.41, latest, both"),
        ({"semconv": "x"}, {}, "", "semconv=: semconv 'x' is not one of"),
        ({}, {}, "store = 4", "keeptabs.toml: a file name is wanted, not 4"),
        ({}, {}, "colour = 1", "keeptabs.toml: keeptabs has no setting 'colour'"),
        ({}, {}, "store = ", "keeptabs.toml: "),
        ({}, {"KEEPTABS_GUARD": "on"}, "", "KEEPTABS_GUARD: guard 'on' is not one of off, observe"),
        ({}, {}, 'stale_after = "soon"', "keeptabs.toml: a number of days is wanted, not 'soon'"),
        ({"stale_after": 0}, {}, "", "stale_after=: a number of days is wanted, not 0"),
        ({"stale_after": True}, {}, "", "stale_after=: a number of days is wanted, not True"),
    ],
)
def test_a_mistake_is_named_with_its_place(
    tmp_path: Path, options: dict[str, Any], environ: dict[str, str], file: str, said: str
) -> None:
    """The message says which setting, from where, and what would do."""
    (tmp_path / "keeptabs.toml").write_text(file)
    with pytest.raises(ConfigError) as caught:
        load(options, environ, tmp_path)
    assert said in str(caught.value)


def test_settings_of_prices_and_guard(tmp_path: Path) -> None:
    """Prices that were pulled lie beside the ledger, and a book is made of all that is configured."""
    (tmp_path / "keeptabs.toml").write_text('guard = "observe"\nstale_after = 30\nstore = "/there/l.db"\n')
    config = load({}, {}, tmp_path)
    assert (config.guard, config.stale_after, config.pulled) == (Guarding.OBSERVE, 30, Path("/there/prices"))
    assert config.book()._stale_after == 30
    assert load({}, {"KEEPTABS_STALE_AFTER": "7"}, tmp_path).stale_after == 7


def test_settings_of_a_scan_are_none_of_the_app_s(tmp_path: Path) -> None:
    """``keeptabs scan`` reads its table itself."""
    (tmp_path / "pyproject.toml").write_text('[tool.keeptabs]\nstore = "off"\n[tool.keeptabs.scan]\nexclude = ["x"]\n')
    assert load({}, {}, tmp_path).store is None


def test_an_unknown_keyword_is_a_mistake_in_the_code(tmp_path: Path) -> None:
    """A misspelt option is told where it is made, before anything is read."""
    with pytest.raises(OptionError, match="no option 'sotre'"):
        load({"sotre": "off"}, {}, tmp_path)


@pytest.mark.parametrize(
    ("options", "environ", "file", "expected"),
    [
        ({}, {}, "", ()),
        ({"ask_usage": "API.x.ai"}, {}, "", ("api.x.ai",)),
        ({"ask_usage": ["api.x.ai", "*.example"]}, {}, "", ("api.x.ai", "*.example")),
        ({}, {"KEEPTABS_ASK_USAGE": "api.x.ai, *.example ,"}, "", ("api.x.ai", "*.example")),
        ({}, {}, 'ask_usage = ["api.x.ai"]', ("api.x.ai",)),
    ],
)
def test_hosts_are_a_list_or_have_commas_between(
    tmp_path: Path, options: dict[str, Any], environ: dict[str, str], file: str, expected: tuple[str, ...]
) -> None:
    """However they are given, they are patterns in lower case."""
    (tmp_path / "keeptabs.toml").write_text(file)
    assert load(options, environ, tmp_path).ask_usage == expected


@pytest.mark.parametrize("value", [3, [3], {"a": 1}])
def test_what_is_no_list_of_hosts_is_a_mistake(tmp_path: Path, value: Any) -> None:
    """It says what is wanted, and what came."""
    with pytest.raises(OptionError, match="ask_usage=: hosts are wanted"):
        load({"ask_usage": value}, {}, tmp_path)


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, Retention()),
        ({"KEEPTABS_KEEP_DAYS": "90"}, Retention(days=90)),
        ({"KEEPTABS_KEEP_ROWS": "1_000_000"}, Retention(rows=1_000_000)),
        ({"KEEPTABS_KEEP_BYTES": "1500"}, Retention(bytes=1_500)),
        ({"KEEPTABS_KEEP_BYTES": "500 MB"}, Retention(bytes=500_000_000)),
        ({"KEEPTABS_KEEP_BYTES": "2g", "KEEPTABS_KEEP_DAYS": "7"}, Retention(bytes=2 * 10**9, days=7)),
    ],
    ids=str,
)
def test_all_calls_are_kept_unless_told(tmp_path: Path, environ: dict[str, str], expected: Retention) -> None:
    """By days, by number and by size, each with its own limit."""
    assert load({}, environ, tmp_path).kept == expected


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("KEEP_DAYS", "0", "a number of days is wanted"),
        ("KEEP_ROWS", "many", "a number of calls is wanted"),
        ("KEEP_ROWS", "-1", "a number of calls is wanted"),
        ("KEEP_BYTES", "2 TiB", "a size such as 500MB or 2GB is wanted"),
        ("KEEP_BYTES", "0", "a size such as 500MB or 2GB is wanted"),
        ("KEEP_BYTES", "1.5GB", "a size such as 500MB or 2GB is wanted"),
    ],
)
def test_a_limit_that_is_none_is_told(tmp_path: Path, name: str, value: str, said: str) -> None:
    """With the name of the variable."""
    with pytest.raises(ConfigError, match=f"KEEPTABS_{name}: {said}"):
        load({}, {f"KEEPTABS_{name}": value}, tmp_path)
