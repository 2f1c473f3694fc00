"""``keeptabs report --html``: the pages as one file."""

import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from keeptabs.cli import _look as look
from keeptabs.cli._options import ledger, store_path
from keeptabs.cli._progress import Bar
from keeptabs.core.errors import UserError

if TYPE_CHECKING:
    from keeptabs.web.ask import Ask
    from keeptabs.web.audited import Audits

_MINUTE = 60_000_000_000  # nanoseconds: a command may take so long until it asks what time it is
_A_MOMENT = 0.1  # seconds


def write(path: Path, since: int, store: Path | None, *, as_json: bool) -> None:
    """Write the file, and say where it is and how large."""
    if find_spec("jinja2") is None:
        raise UserError("--html needs jinja2: pip install 'keeptabs[ui]'")
    from keeptabs.web import single
    from keeptabs.web.ask import Ask
    from keeptabs.web.audited import Audits, configured
    from keeptabs.web.page import State

    now = time.time_ns()
    ask = Ask(path="/", now=now, period=period(since, now))
    with ledger(store) as db:
        state = State(file=store_path(store), audits=Audits(store_path(store), configured))
        _audit(state.audits, ask)
        size = single.write(path, single.single(db, ask, state))
    if as_json:
        look.json_line({"path": str(path), "bytes": size, "period": ask.period})
    else:
        look.Screen().print(look.line((str(path), "bold"), f"   {size / 1000:,.0f} kB"))


def period(since: int, now: int) -> str:
    """The period of the pages that begins at ``since``. Raises UserError where there is none."""
    from keeptabs.web.ask import PERIODS

    if since == 0:
        return "all"
    lengths = {name: length for name, length in PERIODS.items() if length is not None}
    found = next((name for name, length in lengths.items() if abs(now - since - length) < _MINUTE), None)
    if found is None:
        raise UserError(f"--html shows one of {', '.join(PERIODS)}: name it with --since")
    return found


def _audit(audits: "Audits", ask: "Ask") -> None:
    """Make the audit that stands in the file."""
    audits.want(ask.period, ask.now)
    with Bar(1, "calls looked at", wanted=True) as bar:
        shown = 0
        while not audits.wait(_A_MOMENT):
            running = audits.running
            if running is not None:
                bar.step(running.seen - shown)
                shown = running.seen
    if audits.failed is not None:
        raise UserError(audits.failed)
