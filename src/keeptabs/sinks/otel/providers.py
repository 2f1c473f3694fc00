"""Whose OpenTelemetry SDK to use: the application's own, else a private one that the standard variables ask for.

Never sets a global provider, and never imports OpenTelemetry where neither the application nor the environment has
any use for it.
"""

import os
import sys
import threading
import time
from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Any

from keeptabs.core.errors import UserError
from keeptabs.patching.shield import shield
from keeptabs.version import __version__

_SCOPE = "keeptabs"
_PATIENCE = 5.0  # seconds in which a provider is surely made
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_{}_ENDPOINT")


class Providers:
    """Looks the application's providers up again at each call, since it may set them at any time.

    ``changed`` is called whenever another provider is found, the first one included. ``service`` names the resource of
    those that are made here; without one it is what OpenTelemetry's variables say.
    """

    def __init__(self, service: str = "") -> None:
        self._service = service
        self.changed: Callable[[], None] = lambda: None
        self._lock = threading.RLock()
        self._private: dict[str, Any] = {}
        self._making: set[str] = set()
        self._tracers: tuple[Any, Any] = (None, None)
        self._meters: tuple[Any, Any] = (None, None)

    def tracer(self) -> Any | None:
        """A tracer, or None when nobody would receive its spans."""
        provider = application_tracer_provider() or self._own("TRACES")
        if provider is not self._tracers[0]:
            self._tracers = (provider, provider and provider.get_tracer(_SCOPE, __version__))
            self.changed()
        return self._tracers[1]

    def meter(self) -> Any | None:
        """A meter, or None when nobody would receive its metrics."""
        provider = _application("opentelemetry.metrics", "get_meter_provider") or self._own("METRICS")
        if provider is not self._meters[0]:
            self._meters = (provider, provider and provider.get_meter(_SCOPE, __version__))
            self.changed()
        return self._meters[1]

    def describe(self) -> str:
        """Where spans go, in a word, for the doctor."""
        if application_tracer_provider() is not None:
            return "the application's own SDK"
        return "OTLP, as the environment asks" if exporters("TRACES") else "off"

    def flush(self, timeout: float) -> bool:
        """Export what our own providers hold; False when ``timeout`` seconds do not suffice.

        The application's providers are the application's to flush.
        """
        done: list[bool] = []
        until = time.monotonic() + timeout
        threads = [
            threading.Thread(target=lambda flush=made.force_flush: done.append(flush()), daemon=True)
            for made in self._made()
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(max(until - time.monotonic(), 0))
        return len(done) == len(threads) and all(done)

    def shutdown(self) -> None:
        """Flush and close our own providers. May take as long as an exporter tries: call it where that is bounded."""
        for provider in self._made():
            provider.shutdown()
        self._private.clear()

    def _made(self) -> list[Any]:
        return [provider for provider in self._private.values() if provider is not None]

    def _own(self, signal: str) -> Any | None:
        """Our own provider, made by the first who asks; the others wait for it, so that no span of theirs is lost."""
        if signal not in self._private:
            if not self._lock.acquire(timeout=_PATIENCE):  # held by a thread that a fork has left behind
                return self._private.setdefault(signal, None)
            try:
                self._make_once(signal)
            finally:
                self._lock.release()
        return self._private.get(signal)

    def _make_once(self, signal: str) -> None:
        if signal in self._private or signal in self._making:  # an exporter may call while it is made
            return
        self._making.add(signal)
        made = None  # one that cannot be made is reported once, not at each call
        try:
            with shield.stage("span"):
                made = _make(signal, exporters(signal), self._service)
        finally:
            self._private[signal] = made
            self._making.discard(signal)


def application_tracer_provider() -> Any | None:
    """The tracer provider that the application has set, or None."""
    return _application("opentelemetry.trace", "get_tracer_provider")


def _application(module: str, getter: str) -> Any | None:
    """The provider that the application has set, or None."""
    api = sys.modules.get(module)
    if api is None:
        return None
    provider = getattr(api, getter)()
    return None if type(provider).__name__.strip("_").startswith(("Proxy", "NoOp", "Default")) else provider


def exporters(signal: str) -> tuple[str, ...]:
    """The exporters that the standard variables ask for, as entry points of ``opentelemetry_*_exporter``."""
    if os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return ()
    said = os.environ.get(f"OTEL_{signal}_EXPORTER", "").split(",")
    wanted = [name.strip().lower() for name in said if name.strip()]
    if not wanted and any(os.environ.get(name.format(signal)) for name in _ENDPOINTS):
        wanted = ["otlp"]
    if "none" in wanted:
        return ()
    protocol = os.environ.get(f"OTEL_EXPORTER_OTLP_{signal}_PROTOCOL") or os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL")
    otlp = "otlp_proto_grpc" if protocol == "grpc" else "otlp_proto_http"
    return tuple(otlp if name == "otlp" else name for name in wanted)


def _make(signal: str, names: tuple[str, ...], service: str) -> Any | None:
    if not names:
        return None
    group = f"opentelemetry_{signal.lower()}_exporter"
    made = []
    for name in names:
        found = next(iter(entry_points(group=group, name=name)), None)
        if found is None:
            raise UserError(f"OTEL_{signal}_EXPORTER: no exporter named {name!r} is installed")
        made.append(found.load()())
    return (_tracer_provider if signal == "TRACES" else _meter_provider)(made, _resource(service))


def _resource(service: str) -> Any:
    from opentelemetry.sdk.resources import Resource

    return Resource.create({"service.name": service} if service else None)


def _tracer_provider(made: list[Any], resource: Any) -> Any:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(shutdown_on_exit=False, resource=resource)
    for one in made:
        provider.add_span_processor(BatchSpanProcessor(one))
    return provider


def _meter_provider(made: list[Any], resource: Any) -> Any:
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader

    # One that is asked, as Prometheus asks, is a reader itself; the others are exporters, and push.
    readers = [one if isinstance(one, MetricReader) else PeriodicExportingMetricReader(one) for one in made]
    return MeterProvider(metric_readers=readers, shutdown_on_exit=False, resource=resource)
