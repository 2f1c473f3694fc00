"""Z.ai: OpenAI's chat below /api/paas, at once or later; Anthropic's messages below /api/anthropic.

``open.bigmodel.cn`` is Zhipu's own host in China: it has prices of its own, and the id of a request in ``x-log-id``
alone. No header with a limit is known.
"""

from keeptabs.core.provider import Provider
from keeptabs.dialects.anthropic.routes import ROUTES as ANTHROPIC
from keeptabs.dialects.openai import later
from keeptabs.dialects.openai.routes import BATCHES, ROUTES

PROVIDER = Provider(
    name="z_ai",
    hosts=("api.z.ai", "open.bigmodel.cn"),
    routes={
        **ROUTES,
        **BATCHES,
        **ANTHROPIC,
        "async/chat/completions": later.BEGIN,
        "async/images/generations": later.BEGIN,
        "GET async-result/{id}": later.RESULT,
    },
    source="https://docs.z.ai/api-reference/llm/chat-completion",
    checked="2026-11-24",
    book="zai",
    books={"open.bigmodel.cn": "zhipuai"},
    limits={},
    request_id=("x-request-id", "x-log-id"),
)
