"""Legacy text completions: ``POST …/completions``. The answer has the fields of a chat completion; so has a stream."""

from keeptabs.core.dialect import Dialect
from keeptabs.dialects.openai import chat

DIALECT = Dialect(
    api="completions",
    operation="text_completion",
    estimates=True,
    usage_on_request=chat.DIALECT.usage_on_request,
    ask=chat.ask,
    answer=chat.answer,
    ends=chat.DIALECT.ends,
    markers=chat.DIALECT.markers,
)
