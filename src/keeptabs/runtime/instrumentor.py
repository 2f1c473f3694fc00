"""The entry point for ``opentelemetry-instrument``: the shape of a BaseInstrumentor, without depending on one."""

from collections.abc import Collection
from typing import Any

from keeptabs.runtime import install, uninstall


class KeeptabsInstrumentor:
    """Installs keeptabs on the providers that auto-instrumentation has set up."""

    def instrumentation_dependencies(self) -> Collection[str]:
        """None: a client is patched when, and if, the application imports it."""
        return ()

    def instrument(self, **kwargs: Any) -> None:
        """Install; the keywords of auto-instrumentation mean nothing here."""
        install()

    def uninstrument(self, **kwargs: Any) -> None:
        """Undo it."""
        uninstall()
