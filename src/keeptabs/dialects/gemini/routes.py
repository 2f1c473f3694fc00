"""The paths of Google's API, by how they end, and the dialect of each. A model that was tuned is an endpoint."""

from keeptabs.core.dialect import Routes
from keeptabs.dialects.gemini import (
    batches,
    caches,
    count_tokens,
    embeddings,
    generate_content,
    images,
    interactions,
    videos,
)

# At the Gemini API and on Vertex AI.
ROUTES: Routes = {
    "{model}:generateContent": generate_content.DIALECT,
    "{model}:streamGenerateContent": generate_content.DIALECT,
    "{model}:countTokens": count_tokens.DIALECT,
    "{model}:embedContent": embeddings.DIALECT,
    "models/{model:embed}:predict": embeddings.DIALECT,
    "models/{model:image}:predict": images.DIALECT,
    "models/{model}:predictLongRunning": videos.DIALECT,
    "cachedContents": caches.DIALECT,
    "interactions": interactions.DIALECT,
    "GET interactions/{id}": interactions.RESULT,
}
# At the Gemini API alone.
DEVELOPER: Routes = {
    "{model}:batchEmbedContents": embeddings.DIALECT,
    "{model}:batchGenerateContent": batches.BEGIN,
    "{model}:asyncBatchEmbedContent": batches.BEGIN_EMBEDDINGS,
    "GET batches/{id}": batches.RESULT,
    "GET files/{id}:download": batches.FILE,
}
# What any host may serve that passes requests on to one of the two.
ANYWHERE: Routes = {
    "models/{model}:generateContent": generate_content.DIALECT,
    "models/{model}:streamGenerateContent": generate_content.DIALECT,
    "models/{model}:countTokens": count_tokens.DIALECT,
    "models/{model}:embedContent": embeddings.DIALECT,
    "models/{model}:batchEmbedContents": embeddings.DIALECT,
}
