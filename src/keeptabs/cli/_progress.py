"""A bar on stderr while something takes long: after two seconds, and only where a person looks on."""

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress

_PATIENCE = 2.0  # seconds


class Bar:
    """Counts ``unit`` in ``total`` files, or ``of`` so many in all; shown only where ``wanted``, on a terminal."""

    def __init__(self, total: int, unit: str, *, wanted: bool, of: int | None = None) -> None:
        self._total, self._unit, self._of = total, unit, of
        self._wanted = wanted and sys.stderr.isatty()
        self._shown: Progress | None = None
        self._files = self._units = 0
        self._start = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def file(self) -> None:
        """Begin the next file."""
        self._files += 1

    def step(self, count: int = 1) -> None:
        """Count units."""
        self._units += count
        if self._wanted and (self._shown or time.monotonic() - self._start > _PATIENCE):
            self._show()

    def _show(self) -> None:
        if self._shown is None:
            self._shown = _open()
            # How much is left of one file is not known before its end: its bar moves, but does not fill.
            self._shown.add_task("", total=self._of or (self._total if self._total > 1 else None))
            self._shown.start()
        said, done = f"{self._units:,} {self._unit}", self._units if self._of else self._files - 1
        self._shown.update(self._shown.task_ids[0], completed=done, description=said)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown is not None:
            self._shown.stop()


def _open() -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = BarColumn(), TextColumn("{task.description}")
    # Standard output is the command's own: rich must not send it to the bar's console.
    return Progress(
        *columns, console=Console(stderr=True), transient=True, redirect_stdout=False, redirect_stderr=False
    )
