"""The paths of Amazon Bedrock's runtime. A model is named by its id, or by an ARN, which has a slash of its own.

The ARN of a foundation model or of a system's inference profile ends with an id like any other; that of an imported
or provisioned model, of an endpoint, or of an application's own profile is all there is to tell it by, and is kept.
Source: botocore 1.44.5 and docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html; checked
2026-11-24.
"""

from keeptabs.core.dialect import Dialect, Routes
from keeptabs.dialects.bedrock import converse, count_tokens, invoke

_OF_AN_ID = ("{arn}:inference-profile/", "{arn}:foundation-model/")
_INVOKE = ("invoke", "invoke-with-response-stream")


def at(verb: str, dialect: Dialect) -> Routes:
    """The routes of a verb, whatever the model is."""
    return {f"{place}{{model}}/{verb}": dialect for place in _OF_AN_ID} | {f"model/{{model+}}/{verb}": dialect}


def invoked(dialect: Dialect, *parts: str) -> Routes:
    """The routes of InvokeModel for models whose ids hold one of these parts."""
    places = (*_OF_AN_ID, "model/")
    return {f"{place}{{model:{part}}}/{verb}": dialect for place in places for part in parts for verb in _INVOKE}


# Of routes that fit equally well the first one counts: a model that embeds images is one that embeds.
ROUTES: Routes = {
    **at("converse", converse.DIALECT),
    **at("converse-stream", converse.DIALECT),
    **at("count-tokens", count_tokens.DIALECT),
    **invoked(invoke.EMBEDDINGS, "embed"),
    **invoked(invoke.RERANK, "rerank"),
    **invoked(invoke.IMAGES, "image", "canvas", "stability."),
    **at("invoke", invoke.TEXT),
    **at("invoke-with-response-stream", invoke.TEXT),
}
