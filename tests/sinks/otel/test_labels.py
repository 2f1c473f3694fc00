"""What metrics tell calls apart by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from keeptabs.sinks.otel import labels
from keeptabs.sinks.otel.labels import OTHER, Labels, environment

if TYPE_CHECKING:
    from collections.abc import Callable

    from keeptabs.store.record import Record

RESOURCES = [
    ("deployment.environment.name=prod,service.name=shop", "prod"),
    ("service.name=shop, deployment.environment=staging ", "staging"),
    ("deployment.environment=old,deployment.environment.name=new", "new"),
    ("deployment.environment.name=eu%20west", "eu west"),
    ("deployment.environment.name=", None),
    ("service.name=deployment.environment", None),
    ("", None),
]


@pytest.mark.parametrize(("said", "expected"), RESOURCES)
def test_the_environment_of_a_resource(said: str, expected: str | None) -> None:
    """The name of today wins over that of yesterday; nothing else is taken for one."""
    assert environment(said) == expected


def test_an_environment_is_on_every_call(record: Callable[..., Record], monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment is an attribute of each metric."""
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=prod")
    assert Labels().of(record().call)["deployment.environment.name"] == "prod"


def test_features_have_a_bound(record: Callable[..., Record], monkeypatch: pytest.MonkeyPatch) -> None:
    """The first features keep their names for good; the ones past the bound are one."""
    monkeypatch.setattr(labels, "_MOST", 2)
    made = Labels()
    names = ["search", "chat", "sum", "search", "mail"]
    found = [made.of(record(tags={"feature": name}).call)["keeptabs.feature"] for name in names]
    assert found == ["search", "chat", OTHER, "search", OTHER]


def test_who_asked_is_no_label(record: Callable[..., Record]) -> None:
    """Users, tenants and sessions are in no metric, and neither is a feature that was not said."""
    said = Labels().of(record(tags={"user": "u-1", "tenant": "t-1", "session": "s-1"}).call)
    assert not {"u-1", "t-1", "s-1"} & set(map(str, said.values()))
    assert "keeptabs.feature" not in said
