"""Every provider file: data that is whole, dated and sourced."""

import re
from datetime import date

import pytest

import keeptabs.providers
from keeptabs.core.discover import constants
from keeptabs.core.limits import RateLimit
from keeptabs.core.provider import Provider, Route
from keeptabs.pricing.load import base

PROVIDERS = constants(keeptabs.providers, "PROVIDER", Provider)
OF_OPENTELEMETRY = {  # the values of gen_ai.provider.name in the semantic conventions that a file of ours stands for
    "anthropic",
    "aws.bedrock",
    "azure.ai.inference",
    "azure.ai.openai",
    "cohere",
    "deepseek",
    "gcp.gemini",
    "gcp.gen_ai",
    "gcp.vertex_ai",
    "groq",
    "ibm.watsonx.ai",
    "mistral_ai",
    "moonshot_ai",
    "openai",
    "perplexity",
    "x_ai",
}
METHODS = {"POST", "GET", "WS"}
each = pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
HOST = re.compile(r"\*|:\d+|[a-z0-9*-]+(\.[a-z0-9*-]+)+")


def test_names_are_unique_and_those_of_opentelemetry_are_there() -> None:
    """A name stands for one provider, as the conventions spell it."""
    names = [provider.name for provider in PROVIDERS]
    assert len(set(names)) == len(names)
    assert set(names) >= OF_OPENTELEMETRY


def test_what_stands_for_every_other_host_looks_at_the_path() -> None:
    """An unknown host is anybody's: only a path that says more makes it a call."""
    catch_alls = [provider for provider in PROVIDERS if provider.is_catch_all]
    assert "openai_compatible" in {provider.name for provider in catch_alls}
    assert all(provider.contains or provider.prefix != "/" for provider in catch_alls)


@each
def test_a_provider_is_sourced_and_dated(provider: Provider) -> None:
    """Where its facts come from and when they were read stands beside them."""
    assert provider.source.startswith("https://")
    assert date.fromisoformat(provider.checked) >= date(2026, 1, 1)


@each
def test_a_provider_has_a_name_and_hosts_in_lower_case(provider: Provider) -> None:
    """Hosts are names, suffixes, ports or everything; a name in capitals could never be found."""
    assert re.fullmatch(r"[a-z][a-z0-9_.]*", provider.name)
    assert provider.hosts
    assert all(HOST.fullmatch(host) for host in provider.hosts)


@each
def test_a_provider_s_headers_are_in_lower_case_and_fill_fields_that_exist(provider: Provider) -> None:
    """Headers are looked up in lower case."""
    headers = [*provider.limits.values(), *provider.request_id, *provider.marks]
    assert headers == [header.lower() for header in headers]
    assert set(provider.limits) <= set(RateLimit.__struct_fields__)


@each
def test_a_provider_s_paths_and_prices_exist(provider: Provider) -> None:
    """A path begins at the root, a route is one that can be found, and a price file is there."""
    assert provider.prefix.startswith("/")
    assert provider.routes
    routes = [Route.of(text, dialect) for text, dialect in provider.routes.items()]
    assert {route.method for route in routes} <= METHODS
    assert [route.tail for route in routes if "{" in route.tail or route.tail == "/"] == []
    assert provider.book is None or base(provider.book) is not None
    assert all(base(book) for book in provider.books.values() if book)


@each
def test_only_a_known_host_is_asked_for_what_ran_elsewhere(provider: Provider) -> None:
    """A GET for a file or a job at an unknown host is most likely none of ours, and its body is not kept."""
    methods = {Route.of(text, dialect).method for text, dialect in provider.routes.items()}
    assert not (provider.is_catch_all and "GET" in methods)


def test_no_two_providers_claim_the_same_host_and_path() -> None:
    """Where two share a host, what their paths must begin with or contain tells them apart."""
    claims = [(host, provider.prefix, provider.contains) for provider in PROVIDERS for host in provider.hosts]
    assert len(set(claims)) == len(claims)


def test_only_what_is_priced_by_its_own_list_has_a_book() -> None:
    """Nothing else may be priced by OpenAI's prices."""
    assert {name: book for name, book in ((p.name, p.book) for p in PROVIDERS) if book in {"openai", "azure"}} == {
        "openai": "openai",
        "azure.ai.openai": "azure",
        "azure.ai.inference": "azure",
    }
