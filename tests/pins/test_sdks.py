import pytest

from keeptabs.pins.dependency import Ecosystem, normalised
from keeptabs.pins.sdks import SDKS, is_sdk

PYPI, NPM = Ecosystem.PYPI, Ecosystem.NPM


@pytest.mark.parametrize(
    ("name", "ecosystem", "expected"),
    [
        ("openai", PYPI, True),
        ("openai", NPM, True),
        ("langchain-openai", PYPI, True),
        ("llama-index-llms-anthropic", PYPI, True),
        ("pydantic-ai-slim", PYPI, True),
        ("@ai-sdk/openai", NPM, True),
        ("ai", NPM, True),
        ("ai", PYPI, False),
        ("openai-clone", PYPI, False),
        ("langchain4j", NPM, False),
        ("pydantic", PYPI, False),
        ("boto3", PYPI, False),
        ("ai-sdk", NPM, False),
    ],
)
def test_sdks_are_known_by_name(name: str, ecosystem: Ecosystem, expected: bool) -> None:
    """Families too; what only begins alike, or is of another registry, is none."""
    assert is_sdk(name, ecosystem) is expected


def test_the_names_are_as_pypi_compares_them() -> None:
    """Else they would never be found."""
    plain = {name.removesuffix("*") for name in SDKS[PYPI]}
    assert {name for name in plain if normalised(name) != name} == set()
