"""xAI: OpenAI's and Anthropic's API; sound, videos and batches of its own. It tells what a call cost.

Its reference lists Anthropic's messages as deprecated. No header is known that tells when a limit is full again.
"""

from keeptabs.core.provider import Provider
from keeptabs.dialects.anthropic.routes import ROUTES as ANTHROPIC
from keeptabs.dialects.openai import batches, later, video_jobs
from keeptabs.dialects.openai.routes import RESULTS, ROUTES, SOCKETS
from keeptabs.dialects.xai import speech, transcription

PROVIDER = Provider(
    name="x_ai",
    hosts=("api.x.ai", "*.api.x.ai"),
    routes={
        **ROUTES,
        **SOCKETS,
        **RESULTS,
        **ANTHROPIC,
        "GET batches/{id}/results": batches.PAGE,
        "GET chat/deferred-completion/{id}": later.RESULT,
        "stt": transcription.DIALECT,
        "tts": speech.DIALECT,
        "videos/edits": video_jobs.BEGIN,
        "videos/extensions": video_jobs.BEGIN,
        "videos/generations": video_jobs.BEGIN,
        "GET videos/{id}": video_jobs.RESULT,
    },
    source="https://docs.x.ai/docs/api-reference",
    checked="2026-11-24",
    book="x-ai",
    limits={
        "limit_requests": "x-ratelimit-limit-requests",
        "remaining_requests": "x-ratelimit-remaining-requests",
        "limit_tokens": "x-ratelimit-limit-tokens",
        "remaining_tokens": "x-ratelimit-remaining-tokens",
    },
)
