"""Whose OpenTelemetry SDK to use: the application's own, else a private one that the standard variables ask for.

Never sets a global provider, and never imports OpenTelemetry where neither the application nor the environment has
any use for it.
"""

import os
import sys
from importlib.metadata import entry_points
from typing import Any

_SCOPE = "keeptabs"
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_{}_ENDPOINT")


class Providers:
    """Looks the application's providers up again at each call, since it may set them at any time."""

    def __init__(self) -> None:
        self._private: dict[str, Any] = {}
        self._tracers: tuple[Any, Any] = (None, None)
        self._meters: tuple[Any, Any] = (None, None)

    def tracer(self) -> Any | None:
        """A tracer, or None when nobody would receive its spans."""
        provider = self._application("opentelemetry.trace", "get_tracer_provider") or self._own("TRACES")
        if provider is not self._tracers[0]:
            self._tracers = (provider, provider and provider.get_tracer(_SCOPE))
        return self._tracers[1]

    def meter(self) -> Any | None:
        """A meter, or None when nobody would receive its metrics."""
        provider = self._application("opentelemetry.metrics", "get_meter_provider") or self._own("METRICS")
        if provider is not self._meters[0]:
            self._meters = (provider, provider and provider.get_meter(_SCOPE))
        return self._meters[1]

    def describe(self) -> str:
        """Where spans go, in a word, for the doctor."""
        if self._application("opentelemetry.trace", "get_tracer_provider") is not None:
            return "the application's own SDK"
        return "OTLP, as the environment asks" if exporter("TRACES") else "off"

    def flush(self) -> None:
        """Export what our own providers hold. The application's providers are the application's to flush."""
        for provider in self._private.values():
            if provider is not None:
                provider.force_flush(5000)

    def shutdown(self) -> None:
        """Flush and close our own providers."""
        for provider in self._private.values():
            if provider is not None:
                provider.shutdown()
        self.__init__()  # type: ignore[misc]

    def _application(self, module: str, getter: str) -> Any | None:
        api = sys.modules.get(module)
        if api is None:
            return None
        provider = getattr(api, getter)()
        return None if type(provider).__name__.strip("_").startswith(("Proxy", "NoOp", "Default")) else provider

    def _own(self, signal: str) -> Any | None:
        if signal not in self._private:
            self._private[signal] = None  # a provider that cannot be made is reported once, not at each call
            name = exporter(signal)
            if name is not None:
                self._private[signal] = _make(signal, name)
        return self._private[signal]


def exporter(signal: str) -> str | None:
    """The exporter that the standard variables ask for: an ``opentelemetry_*_exporter`` entry point, or None."""
    if os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return None
    wanted = os.environ.get(f"OTEL_{signal}_EXPORTER", "").split(",")[0].strip().lower()
    asked = any(os.environ.get(name.format(signal)) for name in _ENDPOINTS)
    if wanted == "none" or not (wanted or asked):
        return None
    if wanted not in ("", "otlp"):
        return wanted
    protocol = os.environ.get(f"OTEL_EXPORTER_OTLP_{signal}_PROTOCOL") or os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL")
    return "otlp_proto_grpc" if protocol == "grpc" else "otlp_proto_http"


def _make(signal: str, name: str) -> Any | None:
    group = f"opentelemetry_{signal.lower()}_exporter"
    found = next(iter(entry_points(group=group, name=name)), None)
    if found is None:
        raise LookupError(f"OTEL_{signal}_EXPORTER: no exporter named {name!r} is installed")
    made = found.load()()
    return _tracer_provider(made) if signal == "TRACES" else _meter_provider(made)


def _tracer_provider(made: Any) -> Any:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(made))
    return provider


def _meter_provider(made: Any) -> Any:
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader

    return MeterProvider(metric_readers=[PeriodicExportingMetricReader(made)], shutdown_on_exit=False)
