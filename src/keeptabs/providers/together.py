"""Together: OpenAI's API over open models. Limits are requests and tokens by the second; resets are in seconds."""

from keeptabs.core.provider import Provider
from keeptabs.dialects.openai import video_jobs
from keeptabs.dialects.openai.routes import BATCHES, ROUTES

PROVIDER = Provider(
    name="together",
    hosts=("api.together.xyz", "api.together.ai"),
    routes={
        **ROUTES,
        **BATCHES,
        "videos": video_jobs.BEGIN,
        "GET videos/{id}": video_jobs.RESULT,
    },
    source="https://docs.together.ai/docs/rate-limits",
    checked="2026-11-24",
    book="together",
    limits={
        "limit_requests": "x-ratelimit-limit",
        "remaining_requests": "x-ratelimit-remaining",
        "reset_requests": "x-ratelimit-reset",
        "limit_tokens": "x-tokenlimit-limit",
        "remaining_tokens": "x-tokenlimit-remaining",
    },
)
