"""How ``keeptabs pins`` looks: what is loose, where and what to write; then names of models that move."""

from collections.abc import Sequence

from rich.text import Text

from keeptabs.cli import _look as look
from keeptabs.pins.aliases import Floating
from keeptabs.pins.audit import Pin
from keeptabs.pins.dependency import ALLOWED, Grade

_LONGEST = 40  # characters of what a manifest wants
_MODELS = 8


def show(manifests: int, pins: Sequence[Pin], aliases: Sequence[Floating]) -> None:
    """The answer, the loose ones as a table, and moving names as another."""
    out, loose = look.Screen(), [pin for pin in pins if pin.is_loose]
    out.print()
    out.print(look.line(_headline(manifests, pins, len(loose))))
    if pins:
        out.print(look.line((_counts(manifests, pins), look.SOFT)))
    out.print()
    if loose:
        columns = ("SDK", "at", "wants", "why it is loose", "installed, to pin")
        out.print(look.table(columns, [_row(pin) for pin in loose], left=5, optional=("wants",)))
        out.print()
    if aliases:
        _show_aliases(out, aliases)
    if loose:
        out.print(look.line(f"# {ALLOWED}", ("   on its line lets one be", look.SOFT)))


def _show_aliases(out: look.Screen, aliases: Sequence[Floating]) -> None:
    names = list(dict.fromkeys(each.name for each in aliases))
    rows = [_model(name, aliases) for name in names[:_MODELS]]
    out.print(look.table(("model name that moves", "at", "fixed", "places"), rows, left=3))
    if len(names) > _MODELS:
        out.print(look.line((f"and {len(names) - _MODELS:,} more: keeptabs pins --json", look.SOFT)))
    out.print()


def _headline(manifests: int, pins: Sequence[Pin], loose: int) -> tuple[str, str]:
    wanted = f"{len(pins)} requirement{'' if len(pins) == 1 else 's'} of LLM SDKs"
    if not pins:
        return f"No LLM SDK is wanted in {_files(manifests)}.", ""
    if loose:
        return f"{loose} of {wanted} {'is' if loose == 1 else 'are'} loose", look.ATTENTION
    return f"{wanted}, none loose", "bold"


def _counts(manifests: int, pins: Sequence[Pin]) -> str:
    counts = (
        ("pinned", sum(pin.dependency.judged.grade is Grade.PINNED for pin in pins)),
        ("in a lock file", sum(bool(pin.locked) for pin in pins)),
        ("in a range", sum(pin.dependency.judged.grade is Grade.BOUNDED and not pin.locked for pin in pins)),
        ("allowed", sum(pin.dependency.judged.grade is Grade.LOOSE and pin.dependency.allowed for pin in pins)),
    )
    said = [f"{number} {what}" for what, number in counts if number]
    return " · ".join([*said, _files(manifests)])


def _files(manifests: int) -> str:
    return f"{manifests} manifest{'' if manifests == 1 else 's'}"


def _row(pin: Pin) -> tuple[str | Text, ...]:
    wanted = pin.dependency
    wants = wanted.wants if len(wanted.wants) <= _LONGEST else f"{wanted.wants[: _LONGEST - 1]}…"
    why = Text(wanted.judged.why, style=look.ATTENTION)
    return wanted.name, look.place(str(wanted.path), wanted.line), wants, why, pin.advice or look.UNKNOWN


def _model(name: str, aliases: Sequence[Floating]) -> tuple[str, ...]:
    places = [each for each in aliases if each.name == name]
    first = places[0]
    return name, look.place(str(first.path), first.line), ", ".join(first.snapshots) or look.UNKNOWN, f"{len(places):,}"
