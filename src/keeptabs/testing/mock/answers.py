"""From a request to its reply: the table of endpoints and the order of the checks."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, NamedTuple

from keeptabs.testing.mock import (
    chat,
    completions,
    embeddings,
    images,
    models,
    moderations,
    responses,
    speech,
    transcriptions,
)
from keeptabs.testing.mock.attempts import Attempts
from keeptabs.testing.mock.behaviours import PLAIN, Behaviour, plan, read_model
from keeptabs.testing.mock.calls import Call, Target, authorize, read_form, read_target
from keeptabs.testing.mock.limits import api_headers
from keeptabs.testing.mock.problems import ApiError, Problem
from keeptabs.testing.mock.reply import Answer, json_answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from keeptabs.testing.mock.wire import Request


class Route(NamedTuple):
    """One POST endpoint: what answers it, the model it defaults to, the fields it needs."""

    answer: Callable[[Call], Answer]
    default_model: str
    required: tuple[str, ...]


class Reply(NamedTuple):
    """An answer, the headers every answer carries, and how it is to misbehave."""

    answer: Answer
    headers: dict[str, str]
    behaviour: Behaviour = PLAIN


ROUTES: dict[str, Route] = {
    "chat/completions": Route(chat.answer, "gpt-4o", ("model", "messages")),
    "responses": Route(responses.answer, "gpt-4o", ("model",)),
    "completions": Route(completions.answer, "gpt-3.5-turbo-instruct", ("model", "prompt")),
    "embeddings": Route(embeddings.answer, "text-embedding-3-small", ("model", "input")),
    "images/generations": Route(images.generate, "dall-e-2", ("prompt",)),
    "images/edits": Route(images.edit, "dall-e-2", ("prompt",)),
    "images/variations": Route(images.vary, "dall-e-2", ("image",)),
    "audio/transcriptions": Route(transcriptions.transcribe, "whisper-1", ("model", "file")),
    "audio/translations": Route(transcriptions.translate, "whisper-1", ("model", "file")),
    "audio/speech": Route(speech.answer, "tts-1", ("model", "input", "voice")),
    "moderations": Route(moderations.answer, "omni-moderation-latest", ("input",)),
}

_HTML = Answer(
    b"<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>",
    content_type="text/html",
    status=502,
)


class Api:
    """The API behind the socket. Its only state is two counters, both thread-safe."""

    def __init__(self) -> None:
        """Begin at call number one."""
        self._numbers = itertools.count(1)
        self._attempts = Attempts()

    def reply(self, request: Request) -> Reply:
        """Reply to one request; whatever is wrong with it becomes an API error."""
        number = next(self._numbers)
        headers = api_headers(number)
        behaviour = PLAIN
        try:
            target = _find(request)
            authorize(request.headers, azure=target.azure)
            call = _decode(request, target, number)
            behaviour = call.behaviour
            self._fail(request, call)
            answer = _answer(call, target)
        except ApiError as error:
            answer = error.problem.answer()
        return Reply(answer, headers, behaviour)

    def refuse(self, problem: Problem) -> Reply:
        """Reply with a problem to what could not even be read as a request."""
        return Reply(problem.answer(), api_headers(next(self._numbers)))

    def _fail(self, request: Request, call: Call) -> None:
        """Raise the problem the behaviour asks for, while it has failures left."""
        behaviour = call.behaviour
        if behaviour.problem and self._attempts.fails(request, behaviour.failures):
            raise ApiError(behaviour.problem.about(call.asked))


def _find(request: Request) -> Target:
    """Find the endpoint. Raises ApiError: 404 where none is, 405 on the wrong method."""
    target = read_target(request.path)
    endpoint = target.endpoint if target else ""
    is_models = endpoint == "models" or endpoint.startswith("models/")
    place = f"{request.method} {request.path.partition('?')[0]}"
    if target is None or not (is_models or endpoint in ROUTES):
        raise ApiError(Problem(404, f"Invalid URL ({place})", code="unknown_url"))
    if request.method != ("GET" if is_models else "POST"):
        sentence = f"Not allowed: {place}. (HINT: Perhaps you meant another HTTP method?)"
        raise ApiError(Problem(405, sentence, code="method_not_supported"))
    return target


def _decode(request: Request, target: Target, number: int) -> Call:
    """Decode the call and settle its behaviour and its model."""
    form = read_form(request)
    default = ROUTES[target.endpoint].default_model if target.endpoint in ROUTES else ""
    given = form.fields.get("model")
    asked = target.deployment or (given if isinstance(given, str) and given else default)
    wish = read_model(asked)
    model = models.resolve(wish.model)
    if target.azure:
        model = models.resolve_deployment(wish.model, default)
    behaviour = plan(wish.behaviours, request.headers.get("x-mock", ""))
    return Call(number, form.fields, asked, model, form.uploads, behaviour)


def _answer(call: Call, target: Target) -> Answer:
    """Let the endpoint answer, once everything it needs is there."""
    if call.behaviour.html:
        return _HTML
    if target.endpoint not in ROUTES:
        return json_answer(_models(target.endpoint))
    route = ROUTES[target.endpoint]
    present = {upload.field.removesuffix("[]") for upload in call.uploads}
    present.update(name for name, value in call.fields.items() if value is not None)
    if target.deployment:
        present.add("model")
    for name in route.required:
        if name not in present:
            sentence = f"Missing required parameter: '{name}'."
            raise ApiError(Problem(400, sentence, param=name, code="missing_required_parameter"))
    return route.answer(call)


def _models(endpoint: str) -> dict[str, Any]:
    _, _, name = endpoint.partition("/")
    return models.describe(name) if name else models.describe_all()
