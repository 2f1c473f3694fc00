"""``.secrets.baseline``: keys that a project knows of, in the format of detect-secrets.

Read and written as detect-secrets 1.5.0 does (``core/baseline.py``, ``core/potential_secret.py``, checked 2026-11-24),
but slim: without the time of writing, sorted, and the same bytes where nothing has changed. Line numbers are kept, for
``detect-secrets audit`` needs them; nothing is looked up by them. A key is in it as its SHA-1, which is their format's:
enough to know it again, and safe as long as the key is random.
"""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from keeptabs.core.errors import UserError
from keeptabs.secrets.rule import Rule

VERSION = "1.5.0"  # of detect-secrets, whose format this is
PLUGIN = "KeeptabsDetector"
PLUGIN_FILE = Path(
    "hooks/detect_secrets_plugin.py"
)  # where a project keeps the plugin for detect-secrets, from its top

# The filters of detect-secrets, without those that lose keys: is_indirect_reference drops each line of the shape
# x = f(...), with it ``client = OpenAI(api_key="…")``; is_potential_uuid drops what holds a UUID, as Langfuse's keys
# do; is_likely_id_string what stands behind "id"; is_lock_file and is_swagger_file whole files by their name.
FILTERS = (
    "detect_secrets.filters.allowlist.is_line_allowlisted",
    "detect_secrets.filters.heuristic.is_not_alphanumeric_string",
    "detect_secrets.filters.heuristic.is_prefixed_with_dollar_sign",
    "detect_secrets.filters.heuristic.is_sequential_string",
    "detect_secrets.filters.heuristic.is_templated_secret",
)

# What else is passed over where detect-secrets' own plugins look too: the hashes that lock files are made of.
LOCK_FILES = "detect_secrets.filters.heuristic.is_lock_file"


class BaselineError(UserError):
    """A baseline that cannot be used. The message says which file, and why."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A key that is known. ``is_secret`` is what a person said in an audit: False where it is none."""

    type: str
    filename: str
    hashed_secret: str
    is_verified: bool = False
    line_number: int = 0
    is_secret: bool | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same one; the line does not."""
        return self.filename, self.hashed_secret, self.type


class Baseline(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known, by file, with what found it."""

    version: str = VERSION
    plugins_used: list[dict[str, Any]] = []
    filters_used: list[dict[str, Any]] = []
    results: dict[str, list[Entry]] = {}

    def entries(self) -> Iterator[Entry]:
        """All, sorted by file and line."""
        for name in sorted(self.results):
            yield from sorted(self.results[name], key=lambda entry: (entry.line_number, *entry.key))


def kind(rule: Rule) -> str:
    """How a baseline calls the keys of a rule."""
    return f"{rule.provider} {rule.name}".strip()


def hashed(key: bytes) -> str:
    """How a baseline knows a key again: SHA-1, in hex."""
    import hashlib  # with OpenSSL behind it, which a clean commit need not wait for

    return hashlib.sha1(key, usedforsecurity=False).hexdigest()


def new(top: Path, plugins: Iterable[dict[str, Any]] = ()) -> Baseline:
    """An empty baseline; ``plugins`` of detect-secrets looked for keys beside ours. ``top`` is where paths begin."""
    others = list(plugins)
    ours = {"name": PLUGIN} | ({"path": f"file://{PLUGIN_FILE.as_posix()}"} if (top / PLUGIN_FILE).is_file() else {})
    return Baseline(
        plugins_used=sorted([ours, *others], key=lambda plugin: str(plugin["name"]).lower()),
        filters_used=[{"path": path} for path in sorted([*FILTERS, *([LOCK_FILES] if others else [])])],
    )


def read(file: Path) -> Baseline:
    """A baseline.

    Raises:
        BaselineError: there is none, or it is no baseline.
    """
    try:
        return msgspec.json.decode(file.read_bytes(), type=Baseline)
    except OSError as error:
        raise BaselineError(f"{file}: no baseline: {error.strerror}") from error
    except msgspec.DecodeError as error:
        raise BaselineError(f"{file}: no baseline: {error}") from error


def updated(old: Baseline, found: Iterable[Entry], *, types: Collection[str], seen: Collection[str]) -> Baseline:
    """A baseline with what was found now, and what people have said of it before.

    Entries of other ``types`` than were looked for, and of files that were not ``seen``, stay as they are.
    """
    before = {entry.key: entry for entry in old.entries()}
    stay = [entry for entry in before.values() if entry.type not in types or entry.filename not in seen]
    now = {entry.key: _with_marks(entry, before.get(entry.key)) for entry in (*stay, *found)}
    return msgspec.structs.replace(old, version=VERSION, results=_by_file(now.values()))


def _with_marks(entry: Entry, before: Entry | None) -> Entry:
    if before is None:
        return entry
    return msgspec.structs.replace(entry, is_secret=before.is_secret, is_verified=before.is_verified)


def _by_file(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    results: dict[str, list[Entry]] = {}
    for entry in entries:
        results.setdefault(entry.filename, []).append(entry)
    return results


def write(file: Path, baseline: Baseline) -> bool:
    """Write a baseline; whether anything in it has changed. A file that says the same already is left alone.

    Raises:
        BaselineError: it cannot be written.
    """
    try:
        if file.exists() and text(read(file)) == text(baseline):
            return False
        file.write_text(text(baseline), "utf-8")
    except OSError as error:
        raise BaselineError(f"{file}: cannot be written: {error.strerror}") from error
    return True


def text(baseline: Baseline) -> str:
    """A baseline as it is written."""
    results: dict[str, list[dict[str, Any]]] = {}
    for entry in baseline.entries():
        results.setdefault(entry.filename, []).append(_row(entry))
    said = msgspec.structs.asdict(baseline) | {"results": results}
    return msgspec.json.format(msgspec.json.encode(said), indent=2).decode() + "\n"


def _row(entry: Entry) -> dict[str, Any]:
    """An entry without what is not known."""
    said = msgspec.structs.asdict(entry)
    return {name: value for name, value in said.items() if value is not None and (name, value) != ("line_number", 0)}
