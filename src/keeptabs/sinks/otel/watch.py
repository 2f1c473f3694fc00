"""Looking on at the application's own spans: a processor on its tracer provider, which hands them to listeners.

It changes nothing about how the application's spans are sampled, named or exported.
"""

import weakref
from collections.abc import Sequence
from functools import cache
from typing import Any, Protocol

from keeptabs.patching.shield import shield

_EVENTS = ("started", "ending", "ended")


class Listener(Protocol):
    """Who wants to know of spans. ``ending`` comes before any exporter has seen that it ended."""

    def started(self, span: Any) -> None:
        """A span has started."""

    def ending(self, span: Any) -> None:
        """A span ends: its public setters are closed by then (opentelemetry-sdk 1.45)."""

    def ended(self, span: Any) -> None:
        """A span has ended; it is read-only."""


class Watch:
    """Joins listeners to tracer providers, each provider once. ``open`` is False once keeptabs is uninstalled."""

    def __init__(self, listeners: Sequence[Listener]) -> None:
        self.open = True
        self._listeners = {what: tuple(listeners) for what in _EVENTS}
        self._watched: weakref.WeakSet[Any] = weakref.WeakSet()

    def listen(self, listener: Listener, *events: str) -> None:
        """Tell one more listener from now on, of all events or of those that are named."""
        for what in events or _EVENTS:
            self._listeners[what] = (*self._listeners[what], listener)

    def provider(self, provider: Any) -> None:
        """Watch the spans of a provider of the SDK; another kind has nothing to watch."""
        add = getattr(provider, "add_span_processor", None)
        if add is None or provider in self._watched:
            return
        self._watched.add(provider)
        add(_processor()(self))

    def tell(self, what: str, span: Any) -> None:
        """Tell every listener; whatever goes wrong there stays there."""
        if self.open:
            for listener in self._listeners[what]:
                with shield.stage("watch"):
                    getattr(listener, what)(span)


@cache
def _processor() -> type:
    """The class of our span processors, made when there is an SDK to watch."""
    from opentelemetry.sdk.trace import SpanProcessor

    class Processor(SpanProcessor):
        """Hands spans on, and does nothing else."""

        def __init__(self, watch: Watch) -> None:
            self._watch = watch

        def on_start(self, span: Any, parent_context: Any = None) -> None:
            self._watch.tell("started", span)

        def _on_ending(self, span: Any) -> None:
            self._watch.tell("ending", span)

        def on_end(self, span: Any) -> None:
            self._watch.tell("ended", span)

    return Processor
