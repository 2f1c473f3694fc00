"""Reading panels and alerts from the TOML files that they are written in."""

from pathlib import Path
from typing import TypeVar

import msgspec

from keeptabs.core.errors import UserError
from keeptabs.dashboards.panel import Alerts, Group

_T = TypeVar("_T")

ORDER = (
    "overview",
    "cost",
    "tokens-and-cache",
    "latency-and-streaming",
    "errors-and-limits",
    "safety",
    "retrieval",
    "pipeline-health",
)


def data() -> Path:
    """The directory ``dashboards``: in the package where it was installed, else in the repository."""
    installed = Path(__file__).parent / "data"
    return installed if installed.is_dir() else Path(__file__).parents[3] / "dashboards"


def groups(root: Path) -> tuple[Group, ...]:
    """The groups of panels below ``root``, in the order in which they are read. Raises UserError."""
    return tuple(_read(root / "panels" / f"{name}.toml", Group) for name in ORDER)


def alerts(root: Path) -> tuple[Alerts, ...]:
    """The alerts below ``root``, by file name. Raises UserError."""
    return tuple(_read(path, Alerts) for path in sorted((root / "alerts").glob("*.toml")))


def _read(path: Path, kind: type[_T]) -> _T:
    try:
        return msgspec.toml.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.MsgspecError) as error:
        raise UserError(f"{path}: {error}") from error
