"""Compacting a conversation: ``POST …/responses/compact``. Request and usage are those of a response.

Source: openai-python 3.54.0 ``types/responses/compacted_response.py``; checked 2026-11-24.
"""

from keeptabs.core.dialect import Dialect
from keeptabs.dialects.openai import responses

DIALECT = Dialect(api="responses_compact", operation="chat", ask=responses.ask, answer=responses.answer)
