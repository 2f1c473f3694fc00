"""What calls are told apart by in metrics. Users, tenants and sessions are not among it: they have no bound."""

import os
from typing import Any
from urllib.parse import unquote

from keeptabs.core.call import Call

OTHER = "_OTHER"  # as OpenTelemetry names what it does not tell apart (error.type, http.request.method)
_MOST = 100  # features that are told apart by one process

_ENVIRONMENTS = ("deployment.environment.name", "deployment.environment")


class Labels:
    """The attributes that every metric of a call has: the conventions' own, the feature and the environment."""

    def __init__(self) -> None:
        self._features: set[str] = set()
        self._environment = environment(os.environ.get("OTEL_RESOURCE_ATTRIBUTES", ""))

    @property
    def of_process(self) -> dict[str, Any]:
        """What all metrics of this process have."""
        return {"deployment.environment.name": self._environment} if self._environment else {}

    def of(self, call: Call) -> dict[str, Any]:
        """The attributes of a call; one that is not known is not there."""
        found = {
            "gen_ai.operation.name": call.operation,
            "gen_ai.provider.name": call.provider,
            "gen_ai.request.model": call.request.model,
            "gen_ai.response.model": call.response_model,
            "server.address": call.server,
            "server.port": call.port,
            "keeptabs.feature": self._feature(call.tags.get("feature")),
            **self.of_process,
        }
        return {name: value for name, value in found.items() if value is not None}

    def _feature(self, name: str | None) -> str | None:
        if name is None or name in self._features:
            return name
        if len(self._features) >= _MOST:
            return OTHER
        self._features.add(name)
        return name


def environment(said: str) -> str | None:
    """The deployment's environment, from the value of OTEL_RESOURCE_ATTRIBUTES.

    It is an attribute of each metric, since the Prometheus exporter puts those of the resource on no series.
    """
    pairs = (pair.partition("=") for pair in said.split(","))
    named = {name.strip(): unquote(value.strip()) for name, _, value in pairs}
    return next((named[name] for name in _ENVIRONMENTS if named.get(name)), None)
