"""Chat completions that are made later: a request that begins one, and requests for its result.

xAI: ``GET …/chat/deferred-completion/{id}`` is 202 until it is the completion (docs.x.ai/docs/guides/
deferred-chat-completions). Perplexity: ``POST …/async/chat/completions`` wraps the request, ``GET`` the completion
(perplexityai 0.46.1 ``types/async_/chat``). Z.ai: ``GET …/async-result/{id}`` (zai-sdk 0.2.3). Checked 2026-11-24.
"""

import msgspec

from keeptabs.core import reading
from keeptabs.core.decoding import readable
from keeptabs.core.dialect import Answered, Asked, Dialect
from keeptabs.core.exchange import Request, Response
from keeptabs.dialects.openai import _deferred, chat


class _Request(msgspec.Struct):
    request: msgspec.Raw = msgspec.Raw()


class _Wrapped(msgspec.Struct):
    response: msgspec.Raw = msgspec.Raw()


_REQUEST = msgspec.json.Decoder(_Request)
_WRAPPED = msgspec.json.Decoder(_Wrapped)


def ask(request: Request) -> Asked:
    """What the request for a completion says, bare or wrapped."""
    said = reading.request(_REQUEST, request.body)
    inner = bytes(said.request) if said else b""
    return chat.ask(msgspec.structs.replace(request, body=inner) if inner else request)


def begun(response: Response, asked: Asked) -> Answered:
    """An error, or nothing yet."""
    return reading.failed(response) or Answered(pending=True)


def answer(response: Response, asked: Asked) -> Answered:
    """The completion, once there is one."""
    said = readable(_WRAPPED, response.body)
    inner = bytes(said.response) if said else b""
    whole = msgspec.structs.replace(response, body=inner) if inner.startswith(b"{") else response
    answered = chat.answer(whole, asked)
    is_there = answered.usage is not None or bool(answered.finish_reasons)
    return msgspec.structs.replace(answered, deferred=is_there)


BEGIN = Dialect(api="chat_completions", operation="chat", ask=ask, answer=begun)
RESULT = Dialect(
    api="chat_completions",
    operation="chat",
    ask=_deferred.ask,
    answer=_deferred.only_deferred(answer),
    needs_model=False,
)
