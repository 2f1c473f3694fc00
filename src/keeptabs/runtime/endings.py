"""Ends of a process that run no exit handler: what was recorded is kept before them.

``os._exit`` is how the children of Celery, RQ and any ``os.fork`` leave; uvicorn, once its server has shut down, kills
itself with the signal that stopped it (``Server.capture_signals``, uvicorn 0.54, read 2026-11-24).
"""

from collections.abc import Callable
from typing import Any

from keeptabs.patching.patch import Target, Wrapper
from keeptabs.patching.shield import shield

PATIENCE = 2.0  # seconds that an end is put off at most

Keep = Callable[[float], object]


def endings(close: Keep, flush: Keep) -> list[Target]:
    """The targets: ``close`` is called before a process ends for good, ``flush`` where it may go on."""
    return [
        Target("os", "_exit", lambda _: _before(close)),
        Target("uvicorn.server", "Server.shutdown", lambda _: _after(flush)),
    ]


def _before(keep: Keep) -> Wrapper:
    def wrapper(wrapped: Callable[..., Any], instance: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        with shield.stage("end"):
            keep(PATIENCE)
        return wrapped(*args, **kwargs)

    return wrapper


def _after(keep: Keep) -> Wrapper:
    async def wrapper(wrapped: Callable[..., Any], instance: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        try:
            return await wrapped(*args, **kwargs)
        finally:
            with shield.stage("end"):  # the loop serves nobody any more
                keep(PATIENCE)

    return wrapper
