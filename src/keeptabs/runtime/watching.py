"""When to look on at the application's spans: from the moment it sets its tracer provider, or now if it has."""

from collections.abc import Callable
from typing import Any

from keeptabs.patching.patch import Target, Wrapper
from keeptabs.patching.shield import shield
from keeptabs.sinks.otel.providers import application_tracer_provider
from keeptabs.sinks.otel.watch import Watch


def watching(watch: Watch) -> Target:
    """The target that joins ``watch`` to whatever provider the application sets."""

    def look() -> None:
        with shield.stage("watch"):
            provider = application_tracer_provider()
            if provider is not None:
                watch.provider(provider)

    def make(_: Any) -> Wrapper:
        look()

        def wrapper(wrapped: Callable[..., Any], instance: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            result = wrapped(*args, **kwargs)
            look()
            return result

        return wrapper

    return Target("opentelemetry.trace", "set_tracer_provider", make)
