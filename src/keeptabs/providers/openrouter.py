"""OpenRouter: OpenAI's and Anthropic's API, in front of many providers. It tells what a call cost.

Where a limit was hit, the error's ``metadata.headers`` tells it; no answer that went well does. The id of an answer is
in ``X-Generation-Id``.
"""

from keeptabs.core.provider import Provider
from keeptabs.dialects.anthropic import messages
from keeptabs.dialects.anthropic.routes import ROUTES as ANTHROPIC
from keeptabs.dialects.openai import decisions, images, video_jobs
from keeptabs.dialects.openai.routes import BATCHES, ROUTES

PROVIDER = Provider(
    name="openrouter",
    hosts=("openrouter.ai",),
    routes={
        **ROUTES,
        **BATCHES,
        **ANTHROPIC,
        "decisions": decisions.DIALECT,
        "images": images.DIALECT,
        "presets/{slug}/messages": messages.DIALECT,
        "videos": video_jobs.BEGIN,
        "GET videos/{id}": video_jobs.RESULT,
    },
    source="https://openrouter.ai/docs/api-reference/overview",
    checked="2026-11-24",
    book="openrouter",
    limits={},
    request_id=("x-generation-id",),
)
