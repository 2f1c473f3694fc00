"""CountTokens: ``POST …/model/{id}/count-tokens``.

Source: docs.aws.amazon.com/bedrock/latest/userguide/count-tokens.html; checked 2026-11-24.
"""

from keeptabs.core.counting import counting
from keeptabs.core.dialect import Asked
from keeptabs.core.exchange import Request
from keeptabs.dialects.bedrock import _errors


def ask(request: Request) -> Asked:
    """Nothing: the model is in the path."""
    return Asked()


DIALECT = counting("inputTokens", ask, _errors.failed)
