"""Responses that were made in the background: ``GET …/responses/{id}``, as JSON and as the rest of its event stream.

One that was not made in the background was counted when it was made. Source: openai-python 3.54.0
``resources/responses/responses.py``; checked 2026-11-24.
"""

from keeptabs.core.dialect import Dialect
from keeptabs.dialects.openai import responses
from keeptabs.dialects.openai._deferred import ask, only_deferred

DIALECT = Dialect(
    api="responses",
    operation="chat",
    ask=ask,
    answer=only_deferred(responses.answer),
    markers=responses.DIALECT.markers,
    needs_model=False,
)
