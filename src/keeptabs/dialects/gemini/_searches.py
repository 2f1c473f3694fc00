"""Searches that ground an answer: from Gemini 3 on each query is billed, before it each answer that was grounded.

Source: ai.google.dev/gemini-api/docs/google-search; checked 2026-11-24.
"""

import re
from collections.abc import Iterable
from decimal import Decimal

import msgspec

from keeptabs.core.usage import Unit, Usage

_BY_ANSWER = re.compile(r"gemini-[12]\b")


class Grounding(msgspec.Struct, rename="camel"):
    """What an answer was grounded with."""

    web_search_queries: list[str] | None = None


def counted(usage: Usage | None, groundings: Iterable[Grounding], model: str | None) -> Usage | None:
    """The usage with the searches that are billed."""
    queries = {query for grounding in groundings for query in grounding.web_search_queries or () if query.strip()}
    if not queries:
        return usage
    searches = 1 if _BY_ANSWER.match(model or "") else len(queries)
    return msgspec.structs.replace(usage or Usage(), units={Unit.WEB_SEARCHES: Decimal(searches)})
