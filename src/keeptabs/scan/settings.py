"""What a project says of its scans: ``[tool.keeptabs.scan]`` in ``pyproject.toml``, or ``[scan]`` in ``keeptabs.toml``.

[tool.keeptabs.scan]
exclude = ["vendor/**"]                        # never read

[tool.keeptabs.scan.allow]
openai-project-key = ["tests/recorded/**"]     # read, and keys of this kind may be there
"""

import re
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from keeptabs.core.errors import UserError

_WILD = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
_PIECES = re.compile(r"\*\*/|\*\*|\*|\?|[^*?]+")


class SettingsError(UserError):
    """Settings of the scan that cannot be used. The message says which, and in what file."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Paths are patterns as in ``.gitignore``: ``*`` is within a folder, ``**`` across folders."""

    baseline: str = ""
    exclude: tuple[str, ...] = ()
    allow: dict[str, tuple[str, ...]] = {}  # by the id of a rule

    def excludes(self, path: str) -> bool:
        """Whether a file is not read at all."""
        return _any(self.exclude, path)

    def allows(self, rule: str, path: str) -> bool:
        """Whether keys of a rule may be in a file."""
        return _any(self.allow.get(rule, ()), path)


def _any(patterns: Iterable[str], path: str) -> bool:
    return any(expression(pattern).fullmatch(path) for pattern in patterns)


@cache
def expression(pattern: str) -> re.Pattern[str]:
    """The regular expression of a pattern.

    One with a slash in it begins at the top, another holds in any folder; what names a folder holds for all in it.
    """
    path = pattern.rstrip("/")
    pieces = (_WILD.get(piece) or re.escape(piece) for piece in _PIECES.findall(path.removeprefix("/")))
    return re.compile(("" if "/" in path else "(?:.*/)?") + "".join(pieces) + "(?:/.*)?", re.DOTALL)


def load(directory: Path, rules: Collection[str]) -> tuple[Settings, Path]:
    """The nearest settings, from ``directory`` upwards, with the folder that their paths begin in.

    Without any, that is ``directory``. ``rules`` are the ids that there are.

    Raises:
        SettingsError: a file cannot be read, or a setting is unknown or of another type.
    """
    for folder in (directory, *directory.parents):
        for name, keys in (("keeptabs.toml", ("scan",)), ("pyproject.toml", ("tool", "keeptabs", "scan"))):
            file = folder / name
            table = _table(file, keys) if file.is_file() else None
            if table is not None:
                return _settings(file, ".".join(keys), table, rules), folder
    return Settings(), directory


def _table(file: Path, keys: tuple[str, ...]) -> Any:
    """What is under ``keys`` in a TOML file, or None."""
    import tomllib

    try:
        found: Any = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{file}: {error}") from error
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found


def _settings(file: Path, name: str, table: Any, rules: Collection[str]) -> Settings:
    try:
        settings = msgspec.convert(table, Settings)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{file}: [{name}]: {error}") from error
    unknown = sorted(set(settings.allow) - set(rules))
    if unknown:
        raise SettingsError(f"{file}: [{name}.allow]: there is no rule {unknown[0]!r}")
    return settings
