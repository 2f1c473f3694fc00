"""The paths of OpenAI's API, by their last segments, and the dialect of each."""

from collections.abc import Mapping

from keeptabs.core.dialect import Dialect
from keeptabs.dialects.openai import (
    batches,
    chat,
    compact,
    completions,
    decisions,
    embeddings,
    images,
    input_tokens,
    moderations,
    realtime,
    rerank,
    responses,
    results,
    runs,
    speech,
    transcription,
    videos,
)

# What any host that speaks like OpenAI may serve.
ROUTES: Mapping[str, Dialect] = {
    "chat/completions": chat.DIALECT,
    "responses": responses.DIALECT,
    "responses/compact": compact.DIALECT,
    "responses/input_tokens": input_tokens.DIALECT,
    "completions": completions.DIALECT,
    "embeddings": embeddings.DIALECT,
    "rerank": rerank.DIALECT,
    "images/generations": images.DIALECT,
    "images/edits": images.DIALECT,
    "images/variations": images.DIALECT,
    "audio/transcriptions": transcription.DIALECT,
    "audio/translations": transcription.DIALECT,
    "audio/speech": speech.DIALECT,
    "moderations": moderations.DIALECT,
}
# Websockets.
SOCKETS: Mapping[str, Dialect] = {"WS realtime": realtime.DIALECT, "WS responses": responses.DIALECT}
# Files of batch results. A file may be of any kind, and of any host: it is looked into only at a host that is known.
BATCHES: Mapping[str, Dialect] = {"GET files/{id}/content": batches.FILE}
# Responses that were made in the background.
RESULTS: Mapping[str, Dialect] = {"GET responses/{id}": results.DIALECT}
# What OpenAI and Azure alone serve.
OWN: Mapping[str, Dialect] = {
    **RESULTS,
    **BATCHES,
    **SOCKETS,
    "decisions": decisions.DIALECT,
    "threads/runs": runs.DIALECT,
    "threads/{id}/runs": runs.DIALECT,
    "threads/{id}/runs/{run}/submit_tool_outputs": runs.DIALECT,
    "GET threads/{id}/runs/{run}": runs.RESULT,
    "videos": videos.DIALECT,
    "videos/edits": videos.DIALECT,
    "videos/extensions": videos.DIALECT,
    "videos/{id}/remix": videos.DIALECT,
}
