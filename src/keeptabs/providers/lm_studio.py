"""LM Studio: OpenAI's and Anthropic's API below /v1, known by the port that it listens on.

It serves chat, responses, completions, embeddings and messages. No header with a limit or an id is known.
"""

from keeptabs.core.provider import Provider
from keeptabs.dialects.anthropic.routes import ROUTES as ANTHROPIC
from keeptabs.dialects.openai.routes import ROUTES

PROVIDER = Provider(
    name="lm_studio",
    hosts=(":1234",),
    routes={**ROUTES, **ANTHROPIC},
    source="https://lmstudio.ai/docs/developer/openai-compat",
    checked="2026-11-24",
    prefix="/v1/",
    limits={},
    request_id=(),
)
