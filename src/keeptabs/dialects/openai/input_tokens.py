"""Counting the tokens of a Responses request: ``POST …/responses/input_tokens``.

Source: openai-python 3.54.0 ``types/responses/input_token_count_response.py``; checked 2026-11-24.
"""

from keeptabs.core.counting import counting
from keeptabs.dialects.openai import responses

DIALECT = counting("input_tokens", responses.ask, api="input_tokens")
