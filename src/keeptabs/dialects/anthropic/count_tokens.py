"""Counting the tokens of a message: ``POST …/messages/count_tokens``.

Sources: anthropic-sdk-python 2.12.0 ``types/message_tokens_count.py``, platform.claude.com/docs/en/build-with-claude/
token-counting; checked 2026-11-24.
"""

from keeptabs.core.counting import counting
from keeptabs.dialects.anthropic import _errors, messages

DIALECT = counting("input_tokens", messages.ask, _errors.failed, needs_model=True)
