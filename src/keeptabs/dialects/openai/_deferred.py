"""Asking for the result of work that ran elsewhere: it counts when there is one, and is no call otherwise."""

from collections.abc import Callable

from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.exchange import Request, Response

Answer = Callable[[Response, Asked], Answered]


def ask(request: Request) -> Asked:
    """Nothing: what was asked for stood in the request that began the work."""
    return Asked(stream="stream=true" in request.query)


def only_deferred(answer: Answer) -> Answer:
    """``answer`` for a request that only asks: what is no result of deferred work, an error too, is no call."""

    def asked_again(response: Response, asked: Asked) -> Answered:
        answered = answer(response, asked)
        return answered if answered.deferred else Answered(pending=True)

    return asked_again
