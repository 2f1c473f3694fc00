"""The files that start the stack: what can be seen of them where nothing starts it."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

HOME = Path(__file__).parents[2] / "dashboards"
FILES = [path for path in sorted(HOME.rglob("*.yaml")) if path.parent.name in ("compose", "kubernetes", "collector")]
_PINNED = re.compile(r"[\w./-]+:v?\d+\.\d+(\.\d+)?")
_VARIABLE = re.compile(r"\$\{env:(KEEPTABS_\w+)")


def documents(path: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(path.read_text("utf-8")))


COMPOSE = documents(HOME / "compose" / "compose.yaml")[0]
PODS = [
    (document["kind"], document["spec"]["template"]["spec"])
    for name in ("agent", "gateway")
    for document in documents(HOME / "kubernetes" / f"{name}.yaml")
    if "template" in document["spec"]
]
CONTAINERS = [container for _, pod in PODS for container in pod["containers"]]


def variables(config: str) -> set[str]:
    return set(_VARIABLE.findall((HOME / "collector" / f"{config}.yaml").read_text("utf-8")))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_it_is_yaml(path: Path) -> None:
    """Each file is one or more mappings."""
    assert all(isinstance(document, dict) for document in documents(path))


def images() -> Iterator[str]:
    yield from (service["image"] for service in COMPOSE["services"].values())
    yield from (container["image"] for container in CONTAINERS)


def test_images_are_pinned() -> None:
    """Each has a version, and the Collector is of the release that is built for the tests."""
    built = documents(HOME / "collector" / "builder.yaml")[0]["dist"]["version"]
    assert all(_PINNED.fullmatch(image) for image in images())
    assert {image for image in images() if "collector" in image} == {f"otel/opentelemetry-collector-contrib:{built}"}


def test_ports_are_on_loopback() -> None:
    """Nothing of the compose file can be reached from another machine."""
    ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", ())]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_what_is_mounted_is_there() -> None:
    """Every file or directory that a service mounts exists, and every volume is declared."""
    mounts = [mount.split(":")[0] for service in COMPOSE["services"].values() for mount in service.get("volumes", ())]
    files = {mount for mount in mounts if mount.startswith(".")}
    assert all((HOME / "compose" / mount).exists() for mount in files)
    assert {mount for mount in mounts if mount not in files} == set(COMPOSE["volumes"])


def test_services_wait_for_services_that_are_there() -> None:
    """No service depends on one that the file does not have."""
    waited = {each for service in COMPOSE["services"].values() for each in service.get("depends_on", ())}
    assert waited <= set(COMPOSE["services"])


@pytest.mark.parametrize("name", ["agent", "gateway"])
def test_what_is_set_is_read(name: str) -> None:
    """Every variable that compose and Kubernetes set is one that the configuration asks for."""
    composed = set(COMPOSE["services"][name]["environment"])
    container = next(
        pod["containers"][0]
        for _, pod in PODS
        if pod["containers"][0]["args"] == [f"--config=/etc/otelcol/{name}.yaml"]
    )
    in_cluster = {each["name"] for each in container["env"] if each["name"].startswith("KEEPTABS")}
    assert composed | in_cluster <= variables(name)


def test_the_memory_of_a_pod_is_above_that_of_the_limiter() -> None:
    """Else the pod is killed before its Collector refuses anything."""
    for container in CONTAINERS:
        name = container["args"][0].removeprefix("--config=/etc/otelcol/")
        limiter = documents(HOME / "collector" / name)[0]["processors"]["memory_limiter"]
        number, unit = re.fullmatch(r"(\d+)(Mi|Gi)", container["resources"]["limits"]["memory"]).groups()  # type: ignore[union-attr]
        assert int(number) * (1024 if unit == "Gi" else 1) > limiter["limit_mib"] * 1.2


def test_a_pod_may_do_little() -> None:
    """No capability, no new privilege, nothing written but the queue, and no account of the cluster."""
    for _, pod in PODS:
        assert pod["automountServiceAccountToken"] is False
    for container in CONTAINERS:
        rights = container["securityContext"]
        assert rights["capabilities"] == {"drop": ["ALL"]}
        assert rights["allowPrivilegeEscalation"] is False
        assert rights["readOnlyRootFilesystem"] is True


@pytest.mark.parametrize("name", ["agent", "gateway"])
def test_the_queue_is_on_disk_and_never_gives_up(name: str) -> None:
    """What waits is bounded by size, not by time, and lies where a restart finds it."""
    config = documents(HOME / "collector" / f"{name}.yaml")[0]
    queued = [each for each in config["exporters"].values() if "sending_queue" in each]
    assert queued
    for exporter in queued:
        assert exporter["sending_queue"]["storage"] == "file_storage"
        assert exporter["retry_on_failure"]["max_elapsed_time"] == 0
    assert "batch" not in config["processors"]


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not installed")
def test_kubectl_renders_the_manifests() -> None:
    """Each pod mounts the very configuration that lies beside it."""
    command = ["kubectl", "kustomize", "--load-restrictor", "LoadRestrictionsNone", str(HOME / "kubernetes")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    made = list(yaml.safe_load_all(done.stdout))
    configs = {each["metadata"]["name"]: each["data"] for each in made if each["kind"] == "ConfigMap"}
    pods = [each["spec"]["template"]["spec"] for each in made if "template" in each.get("spec", {})]
    mounted = [volume["configMap"]["name"] for pod in pods for volume in pod["volumes"] if "configMap" in volume]
    assert sorted(mounted) == sorted(configs)
    for data in configs.values():
        ((name, text),) = data.items()
        assert text == (HOME / "collector" / name).read_text("utf-8")
