"""Decisions: ``POST …/decisions``, answers to questions about an input. Its usage is that of a response.

Source: openai-python 3.54.0 ``types/decision.py``; checked 2026-11-24.
"""

from keeptabs.core.dialect import Dialect
from keeptabs.dialects.openai import responses

DIALECT = Dialect(api="decisions", operation="chat", ask=responses.ask, answer=responses.answer)
