"""Counting tokens: ``POST …/models/{model}:countTokens``.

Source: google-genai 3.4.0 ``types.CountTokensResponse``, ai.google.dev/gemini-api/docs/tokens; checked 2026-11-24.
"""

from keeptabs.core.counting import counting
from keeptabs.dialects.gemini import _errors, generate_content

DIALECT = counting("totalTokens", generate_content.ask, _errors.failed)
