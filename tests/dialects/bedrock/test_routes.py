"""The paths of Bedrock's runtime: ids and ARNs, and the kind of a model by a part of its id."""

import pytest

from keeptabs.core.provider import Route
from keeptabs.dialects.bedrock import converse, invoke
from keeptabs.dialects.bedrock.routes import ROUTES, at, invoked

ARN = "arn:aws:bedrock:us-east-1:1"


def model(path: str, routes: dict[str, invoke.Dialect]) -> str | None:
    """The model that the best of these routes finds in a path."""
    made = sorted((Route.of(text, dialect) for text, dialect in routes.items()), key=lambda route: -route.literal)
    found = next(filter(None, (route.pattern.search(path) for route in made)), None)
    return found["model"] if found else None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("vendor.m-v1:0", "vendor.m-v1:0", id="an id"),
        pytest.param(f"{ARN}:inference-profile/us.vendor.m", "us.vendor.m", id="a profile"),
        pytest.param("arn:aws:bedrock:us-east-1::foundation-model/vendor.m", "vendor.m", id="a model"),
        pytest.param(
            f"{ARN}:application-inference-profile/a1", f"{ARN}:application-inference-profile/a1", id="an own profile"
        ),
        pytest.param(f"{ARN}:imported-model/a1", f"{ARN}:imported-model/a1", id="an imported model"),
        pytest.param(f"{ARN}:provisioned-model/a1", f"{ARN}:provisioned-model/a1", id="a provisioned model"),
    ],
)
def test_an_arn_that_ends_with_an_id_stands_for_it(name: str, expected: str) -> None:
    """Any other is kept as it is."""
    assert model(f"/model/{name}/converse", dict(at("converse", converse.DIALECT))) == expected


def test_a_part_of_an_id_tells_the_kind() -> None:
    """Whole and streamed, by id and by ARN, and of other ids nothing is said."""
    routes = dict(invoked(invoke.IMAGES, "canvas", "image"))
    assert model("/model/x.canvas-v1:0/invoke", routes) == "x.canvas-v1:0"
    assert model(f"/model/{ARN}:inference-profile/us.x.image-v1/invoke-with-response-stream", routes) == "us.x.image-v1"
    assert model("/model/x.text/invoke", routes) is None
    assert model("/model/x.canvas/converse", routes) is None


def test_the_kinds_stand_before_what_fits_every_model() -> None:
    """Of routes that fit equally well the first one counts."""
    order = list(ROUTES)
    kinds = ["model/{model:embed}/invoke", "model/{model:rerank}/invoke", "model/{model:image}/invoke"]
    assert [*sorted(kinds, key=order.index), "model/{model+}/invoke"] == sorted(
        [*kinds, "model/{model+}/invoke"], key=order.index
    )
    assert order.index(kinds[0]) < order.index(kinds[2])
