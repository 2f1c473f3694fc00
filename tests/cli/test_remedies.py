"""What to do about what was not recorded."""

import pytest

from keeptabs.cli._remedies import is_recordable, remedy


@pytest.mark.parametrize(
    ("via", "recordable", "said"),
    [
        ("grpc", False, "transport='rest'"),
        ("google/grpc", False, "transport='rest'"),
        ("curl_cffi", False, "curl cannot be recorded"),
        ("niquests/urllib3", False, "use requests"),
        ("python", False, "none that keeptabs knows"),
        ("some_sdk", False, "some_sdk uses none of the HTTP clients"),
        ("httpx/httpcore", True, "no path that keeptabs knows"),
        ("openai/httpx/httpcore", True, "no path that keeptabs knows"),
    ],
)
def test_each_way_to_a_provider_has_a_remedy(via: str, recordable: bool, said: str) -> None:
    """One sentence that says what to do, by the innermost thing that cannot be recorded."""
    assert is_recordable(via) is recordable
    assert said in remedy(via)
    assert not remedy(via).endswith(".")
