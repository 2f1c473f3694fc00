"""The table of scenarios, filled by the ``scenarios_*`` modules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from world import World

    Run = Callable[[World], Coroutine[Any, Any, None]]

BOTH = ("sync", "async")


class Scenario(NamedTuple):
    """A scenario: what it is called, what it does, in which flavours, and whether with the SDK or a raw client."""

    name: str
    run: Run
    flavours: tuple[str, ...] = BOTH
    raw: bool = False


SCENARIOS: list[Scenario] = []


def scenario(name: str, *flavours: str, raw: bool = False) -> Callable[[Run], Run]:
    """Enter a coroutine function into the table."""

    def enter(run: Run) -> Run:
        SCENARIOS.append(Scenario(name, run, flavours or BOTH, raw))
        return run

    return enter
