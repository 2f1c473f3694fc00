"""Settings: keyword, then ``KEEPTABS_*``, then ``[tool.keeptabs]`` or ``keeptabs.toml``, then the default."""

import os
import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from keeptabs.core.errors import UserError
from keeptabs.pricing.book import STALE_AFTER, Book
from keeptabs.sinks.otel.semconv import Profile
from keeptabs.store.database import default_path
from keeptabs.store.pruning import Retention

OFF = "off"
_SCAN = "scan"  # the table of ``keeptabs scan``, which reads it itself: see scan/settings.py
_E = TypeVar("_E", bound=StrEnum)


class ConfigError(UserError):
    """A setting that cannot be used. The message says which, from where, and what would do."""


class OptionError(ConfigError):
    """A keyword of ``install`` that cannot be used: a mistake in the code, which is told where it is made."""


class Guarding(StrEnum):
    """What is done about keys in prompts."""

    OFF = "off"
    OBSERVE = "observe"  # they are noticed and told, and sent all the same


class Hashing(StrEnum):
    """Whether keyed hashes of what is asked are kept, by which an audit finds what is asked again."""

    ON = "on"
    OFF = "off"


class Keeping(StrEnum):
    """Whether the application's own spans are kept, of the traces that hold a call."""

    ON = "on"
    OFF = "off"


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """What a user can set. ``store`` is None when the ledger is off."""

    store: Path | None
    semconv: Profile = Profile.V1_41
    prices: Path | None = None
    service: str = ""
    ask_usage: tuple[str, ...] = ()  # patterns of hosts that are asked for the usage of streams
    guard: Guarding = Guarding.OFF
    stale_after: int = STALE_AFTER  # days after which prices that nobody has checked since are called stale
    hashes: Hashing = Hashing.ON
    spans: Keeping = Keeping.ON
    keep_days: int | None = None  # None: all calls are kept
    keep_rows: int | None = None
    keep_bytes: int | None = None

    @property
    def kept(self) -> Retention:
        """Which calls are kept."""
        return Retention(days=self.keep_days, rows=self.keep_rows, bytes=self.keep_bytes)

    @property
    def pulled(self) -> Path:
        """Where pulled prices lie: ``prices`` beside the ledger, or beside where it would be."""
        return (self.store or default_path()).parent / "prices"

    def book(self, user_file: Path | None = None) -> Book:
        """The prices that are configured, with another file of the user's where one is given."""
        return Book(user_file or self.prices, pulled=self.pulled, stale_after=self.stale_after)


_NAMES = (
    "store",
    "semconv",
    "prices",
    "service",
    "ask_usage",
    "guard",
    "stale_after",
    "hashes",
    "spans",
    "keep_days",
    "keep_rows",
    "keep_bytes",
)


def load(options: Mapping[str, Any], environ: Mapping[str, str] | None = None, cwd: Path | None = None) -> Config:
    """The configuration for ``options``. Raises ConfigError for the first setting that cannot be used."""
    unknown = sorted(set(options) - set(_NAMES))
    if unknown:
        raise OptionError(f"install() has no option {unknown[0]!r}; there are {', '.join(_NAMES)}")
    environ = os.environ if environ is None else environ
    file, table = _file_settings(cwd or Path.cwd())
    in_file = {name: (value, str(file)) for name, value in table.items()}
    in_environ = {
        name: (environ[variable].strip(), variable)
        for name in _NAMES
        if environ.get(variable := f"KEEPTABS_{name.upper()}", "").strip()
    }
    given = {name: (value, f"{name}=") for name, value in options.items() if value is not None}
    found: dict[str, tuple[Any, str]] = {**in_file, **in_environ, **given}
    return _config(found, _service(environ))


def defaults() -> Config:
    """The configuration where nothing is set."""
    return _config({}, "")


def _config(found: Mapping[str, tuple[Any, str]], service: str) -> Config:
    return Config(
        store=_store(*found.get("store", ("", ""))),
        semconv=_one_of(Profile, "semconv", *found.get("semconv", (Profile.V1_41, ""))),
        prices=_path(*found["prices"]) if "prices" in found else None,
        service=str(found["service"][0]) if "service" in found else service,
        ask_usage=_hosts(*found["ask_usage"]) if "ask_usage" in found else (),
        guard=_one_of(Guarding, "guard", *found.get("guard", (Guarding.OFF, ""))),
        stale_after=_days(*found["stale_after"]) if "stale_after" in found else STALE_AFTER,
        hashes=_one_of(Hashing, "hashes", *found.get("hashes", (Hashing.ON, ""))),
        spans=_one_of(Keeping, "spans", *found.get("spans", (Keeping.ON, ""))),
        keep_days=_days(*found["keep_days"]) if "keep_days" in found else None,
        keep_rows=_number(*found["keep_rows"], "calls") if "keep_rows" in found else None,
        keep_bytes=_bytes(*found["keep_bytes"]) if "keep_bytes" in found else None,
    )


def _file_settings(cwd: Path) -> tuple[Path | None, dict[str, Any]]:
    """The nearest ``keeptabs.toml``, or ``pyproject.toml`` with a ``[tool.keeptabs]`` table, from here upwards."""
    for directory in (cwd, *cwd.parents):
        own, project = directory / "keeptabs.toml", directory / "pyproject.toml"
        if own.is_file():
            return own, _known(own, _read(own))
        if project.is_file():
            table = _read(project).get("tool", {}).get("keeptabs")
            if isinstance(table, dict):
                return project, _known(project, table)
    return None, {}


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{file}: {error}") from error


def _known(file: Path, table: dict[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(table) - {*_NAMES, _SCAN})
    if unknown:
        raise ConfigError(f"{file}: keeptabs has no setting {unknown[0]!r}; there are {', '.join(_NAMES)}")
    return table


def _store(value: Any, source: str) -> Path | None:
    if str(value).strip().lower() == OFF:
        return None
    return _path(value, source) if value else default_path()


def _path(value: Any, source: str) -> Path:
    if not isinstance(value, str | Path):
        raise _mistake(source, f"a file name is wanted, not {value!r}")
    return Path(value).expanduser().absolute()


def _hosts(value: Any, source: str) -> tuple[str, ...]:
    """Patterns of hosts: a list of them, or a text with commas between."""
    named = value.split(",") if isinstance(value, str) else value
    if not isinstance(named, list | tuple) or not all(isinstance(name, str) for name in named):
        raise _mistake(source, f"hosts are wanted, as a list or with commas between, not {value!r}")
    return tuple(name.strip().lower() for name in named if name.strip())


def _days(value: Any, source: str) -> int:
    return _number(value, source, "days")


def _number(value: Any, source: str, of: str) -> int:
    text = str(value).strip().replace("_", "")
    if isinstance(value, bool) or not text.isdecimal() or not int(text):
        raise _mistake(source, f"a number of {of} is wanted, not {value!r}")
    return int(text)


def _bytes(value: Any, source: str) -> int:
    """A size as bytes, or with a unit of 1000 as disks have it: ``500MB``."""
    found = re.fullmatch(r"(\d[\d_]*)\s*([kmgt]?)b?", str(value).strip().lower())
    if isinstance(value, bool) or found is None or not int(found[1]):
        raise _mistake(source, f"a size such as 500MB or 2GB is wanted, not {value!r}")
    return int(found[1]) * int(1000 ** " kmgt".index(found[2] or " "))


def _one_of(kind: type[_E], name: str, value: Any, source: str) -> _E:
    try:
        return kind(str(value))
    except ValueError:
        known = ", ".join(each.value for each in kind)
        raise _mistake(source, f"{name} {str(value)!r} is not one of {known}") from None


def _mistake(source: str, what: str) -> ConfigError:
    """The error for a setting from ``source``: a keyword, a variable or a file."""
    kind = OptionError if source.endswith("=") else ConfigError
    return kind(f"{source}: {what}")


def _service(environ: Mapping[str, str]) -> str:
    """The service's name as OpenTelemetry has it: its own variable, else the resource attribute."""
    if environ.get("OTEL_SERVICE_NAME"):
        return environ["OTEL_SERVICE_NAME"]
    pairs = (pair.partition("=") for pair in environ.get("OTEL_RESOURCE_ATTRIBUTES", "").split(","))
    return next((value.strip() for name, _, value in pairs if name.strip() == "service.name"), "")
