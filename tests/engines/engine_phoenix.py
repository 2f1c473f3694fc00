"""What Phoenix has of every span, by its GraphQL API: arize-phoenix 20.26.1, checked 2026-11-24."""

from __future__ import annotations

from typing import Any

from engine_compare import Seen, ask, usd

_UNPRICED: dict[str, Any] = {"total": {"cost": None}}
_PROJECTS = "{ projects { edges { node { id name recordCount } } } }"
_SPANS = """query ($project: ID!) { node(id: $project) { ... on Project { spans(first: 1000) { edges { node {
    spanId statusCode tokenCountPrompt tokenCountCompletion
    costSummary { total { cost } } costDetailSummaryEntries { tokenType value { tokens } } } } } } } }"""


def count(url: str) -> int:
    """How many spans it holds."""
    return sum(project["recordCount"] for project in _projects(url))


def spans(url: str) -> dict[str, Seen]:
    """Every span by its id."""
    found = {}
    for project in _projects(url):
        answer = _ask(url, _SPANS, project=project["id"])
        found.update({edge["node"]["spanId"]: _seen(edge["node"]) for edge in answer["node"]["spans"]["edges"]})
    return found


def _projects(url: str) -> list[dict[str, Any]]:
    return [edge["node"] for edge in _ask(url, _PROJECTS)["projects"]["edges"]]


def _seen(span: dict[str, Any]) -> Seen:
    kinds = {entry["tokenType"]: entry["value"]["tokens"] for entry in span["costDetailSummaryEntries"]}
    return Seen(
        input=span["tokenCountPrompt"] or 0,
        output=span["tokenCountCompletion"] or 0,
        cache_read=int(kinds.get("cache_read") or 0),
        usd=usd((span["costSummary"] or _UNPRICED)["total"]["cost"]),
        failed=span["statusCode"] == "ERROR",
    )


def _ask(url: str, query: str, **variables: str) -> dict[str, Any]:
    answer = ask(f"{url}/graphql", {"query": query, "variables": variables})
    assert "errors" not in answer, answer["errors"]
    data: dict[str, Any] = answer["data"]
    return data
