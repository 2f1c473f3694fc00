"""The paths of OpenAI's API, by their last segments, and the dialect of each."""

from collections.abc import Mapping

from keeptabs.core.dialect import Dialect
from keeptabs.dialects.openai import (
    chat,
    completions,
    embeddings,
    images,
    moderations,
    responses,
    speech,
    transcription,
)

ROUTES: Mapping[str, Dialect] = {
    "chat/completions": chat.DIALECT,
    "responses": responses.DIALECT,
    "completions": completions.DIALECT,
    "embeddings": embeddings.DIALECT,
    "images/generations": images.DIALECT,
    "images/edits": images.DIALECT,
    "images/variations": images.DIALECT,
    "audio/transcriptions": transcription.DIALECT,
    "audio/translations": transcription.DIALECT,
    "audio/speech": speech.DIALECT,
    "moderations": moderations.DIALECT,
}
