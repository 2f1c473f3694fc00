"""The paths of Anthropic's API, by how they end, and the dialect of each."""

from keeptabs.core.dialect import Routes
from keeptabs.dialects.anthropic import batches, complete, count_tokens, messages

# What any host that speaks like Anthropic may serve.
ROUTES: Routes = {
    "v1/messages": messages.DIALECT,
    "v1/messages/count_tokens": count_tokens.DIALECT,
}
# What Anthropic alone serves.
OWN: Routes = {
    "v1/complete": complete.DIALECT,
    "GET v1/messages/batches/{id}/results": batches.RESULTS,
}
# Claude on Vertex AI: the count is asked for under the name of a model that is none.
VERTEX: Routes = {
    "publishers/anthropic/models/{model}:rawPredict": messages.DIALECT,
    "publishers/anthropic/models/{model}:streamRawPredict": messages.DIALECT,
    "publishers/anthropic/models/count-tokens:rawPredict": count_tokens.DIALECT,
}
