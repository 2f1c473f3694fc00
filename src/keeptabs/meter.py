"""The one sentence of the product: bytes and times in, a measured and priced call out. No I/O, no exception."""

from collections.abc import Mapping

import msgspec

from keeptabs.charges import SERVED_BY, charged
from keeptabs.core.call import Call
from keeptabs.core.classify import classify
from keeptabs.core.cost import Cost, CostStatus
from keeptabs.core.dialect import Answered, Asked
from keeptabs.core.estimate import estimated
from keeptabs.core.exchange import Ending, Exchange, Response
from keeptabs.core.limit_headers import rate_limit
from keeptabs.core.limits import RateLimit, resends
from keeptabs.core.provider import Match, Provider
from keeptabs.core.usage import Bucket
from keeptabs.pricing.book import Book
from keeptabs.providers import recogniser

_NOT_YET = Cost(status=CostStatus.UNPRICED, why="not priced yet")


def measure(exchange: Exchange, book: Book | None) -> Call | None:
    """Recognise, parse, price. None when the exchange is no call to an LLM API; without a book nothing is priced.

    Whatever the bytes are, a recognised exchange becomes a call: what could not be read stands in its ``gaps``. A
    question whether deferred work is done yet is no call until it is.
    """
    match = recognise(exchange)
    if match is None:
        return None
    asked = match.ask(exchange.request)
    if match.is_chance(exchange.request, asked) and exchange.ending is Ending.COMPLETE:
        return None
    answered = _answer(exchange, match, asked)
    if answered.pending and answered.error is None:
        return None
    call = _call(exchange, match, asked, answered)
    return msgspec.structs.replace(call, cost=charged(call, book))


def recognise(exchange: Exchange) -> Match | None:
    """Who was called, in which dialect: by host and path, else by what the headers of the answer give away."""
    request = exchange.request
    match = recogniser().match(request.method, request.host, request.port, request.path)
    if match is None or exchange.response is None or not match.provider.is_catch_all:
        return match
    provider = recogniser().behind(exchange.response.headers)
    return match if provider is None else Match(provider, match.dialect, match.deployment)


def _answer(exchange: Exchange, match: Match, asked: Asked) -> Answered:
    response = exchange.response
    if response is None:
        return Answered()
    answered = match.dialect.answer(response, asked)
    if exchange.was_left and answered.complete and answered.gaps:  # it was not read to its end: that is no gap of its
        answered = msgspec.structs.replace(answered, complete=False, gaps=())
    if match.dialect.estimates and answered.error is None and response.status < 400:
        return _estimated(exchange, response, answered)
    return answered


def _estimated(exchange: Exchange, response: Response, answered: Answered) -> Answered:
    """With tokens estimated where none were told, and of a stream that broke off where its output was not."""
    said = answered.usage
    if said is not None and (answered.complete or said.output is not None):
        return answered
    guess = estimated(exchange.request, response, exchange.bytes_a_token)
    if guess is None or said is None:
        return msgspec.structs.replace(answered, usage=guess or said)
    tokens = {**said.tokens, Bucket.OUTPUT_TEXT: guess.tokens[Bucket.OUTPUT_TEXT]}
    usage = msgspec.structs.replace(said, tokens=tokens, estimated=True, band=guess.band)
    return msgspec.structs.replace(answered, usage=usage)


def _served_by(provider: Provider, headers: Mapping[str, str], path: str, model: str | None) -> dict[str, str]:
    """Who serves what ``provider`` sells, where it can be told."""
    if provider.resold is None:
        return {}
    in_path = provider.resold.path.search(path)
    wanted = (model or "").partition(":")[2] or (in_path[1] if in_path else "")
    found = headers.get(provider.resold.header) or wanted
    return {SERVED_BY: found.lower()} if found else {}


def _call(exchange: Exchange, match: Match, asked: Asked, answered: Answered) -> Call:
    request, provider = exchange.request, match.provider
    headers = exchange.response.headers.table() if exchange.response else {}
    ended_at = exchange.timing.started_at + exchange.timing.duration
    return Call(
        provider=provider.name,
        operation=answered.operation or match.dialect.operation,
        api=match.dialect.api,
        server=request.host,
        port=request.port,
        path=request.path,
        client=exchange.client,
        sdk=request.headers.get("user-agent"),
        request=asked,
        response_model=answered.model or None,
        response_id=answered.id,
        request_id=next(filter(None, map(headers.get, provider.request_id)), None),
        service_tier=answered.service_tier,
        system_fingerprint=answered.system_fingerprint,
        finish_reasons=answered.finish_reasons,
        streamed=exchange.streamed or asked.stream,
        timing=exchange.timing,
        usage=answered.usage,
        cost=_NOT_YET,
        outcome=classify(exchange, answered),
        rate_limit=None if exchange.cached else _limits(provider, headers, ended_at, answered),
        resend_count=resends(request.headers),
        site=exchange.site,
        tags=exchange.tags,
        gaps=(*exchange.gaps, *answered.gaps),
        account=exchange.account,
        facts=answered.facts | _served_by(provider, headers, request.path, asked.model),
        batch=answered.batch,
        deferred=answered.deferred,
        cached="local" if exchange.cached else None,
    )


def _limits(provider: Provider, headers: Mapping[str, str], at: int, answered: Answered) -> RateLimit | None:
    """What the headers say; where they say nothing of when to try again, what the body says of that."""
    found = rate_limit(provider, headers, at)
    if answered.retry_after is None or (found is not None and found.retry_after is not None):
        return found
    return msgspec.structs.replace(found or RateLimit(), retry_after=answered.retry_after)
