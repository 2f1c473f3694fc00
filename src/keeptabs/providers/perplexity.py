"""Perplexity: OpenAI's responses, and its chat with web search built in, at once or later.

No header with a limit is known.
"""

from keeptabs.core.provider import Provider
from keeptabs.dialects.openai import decisions, embeddings, later
from keeptabs.dialects.openai.routes import BATCHES, RESULTS, ROUTES

PROVIDER = Provider(
    name="perplexity",
    hosts=("api.perplexity.ai",),
    routes={
        **ROUTES,
        **RESULTS,
        **BATCHES,
        "async/chat/completions": later.BEGIN,
        "GET async/chat/completions/{id}": later.RESULT,
        "contextualizedembeddings": embeddings.DIALECT,
        "decisions": decisions.DIALECT,
    },
    source="https://docs.perplexity.ai/api-reference",
    checked="2026-11-24",
    book="perplexity",
    marks=("x-ppl-region",),
    limits={},
)
