"""DeepSeek: OpenAI's chat and responses at the root of the host; Anthropic's messages below /anthropic.

Cache hits are under names of its own. It keeps no response. No header with a limit is known.
"""

from keeptabs.core.provider import Provider
from keeptabs.dialects.anthropic.routes import ROUTES as ANTHROPIC
from keeptabs.dialects.openai.routes import ROUTES

PROVIDER = Provider(
    name="deepseek",
    hosts=("api.deepseek.com",),
    routes={**ROUTES, **ANTHROPIC},
    source="https://api-docs.deepseek.com/api/create-chat-completion",
    checked="2026-11-24",
    book="deepseek",
    limits={},
    marks=("x-ds-trace-id",),
    request_id=("x-ds-trace-id",),
)
