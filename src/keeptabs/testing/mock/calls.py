"""One API call, decoded: what the endpoints work from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

from keeptabs.testing.mock.behaviours import PLAIN, Behaviour
from keeptabs.testing.mock.forms import Form, Upload, parse_form
from keeptabs.testing.mock.problems import NO_KEY, ApiError, Problem

if TYPE_CHECKING:
    from keeptabs.testing.mock.wire import Request

_DEPLOYMENTS = "/openai/deployments/"
_UNREADABLE = Problem(
    400,
    "We could not parse the JSON body of your request. (HINT: This likely means you aren't "
    "using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was "
    "sent was not valid JSON.)",
)


class Target(NamedTuple):
    """A path taken apart: `chat/completions`, Azure's deployment or "", and whether Azure."""

    endpoint: str
    deployment: str = ""
    azure: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One call to one endpoint.

    `number` counts the server's calls from 1; `asked` is the model as the client named
    it and `model` what the answer says; `fields` is the JSON object or the form.
    """

    number: int
    fields: dict[str, Any]
    asked: str = ""
    model: str = ""
    uploads: tuple[Upload, ...] = ()
    behaviour: Behaviour = PLAIN

    def identifier(self, prefix: str) -> str:
        """Give an id for a thing in this answer, such as `chatcmpl-…`."""
        return f"{prefix}{self.number:024x}"

    def flag(self, name: str) -> bool:
        """Give a boolean field, which a form carries as text."""
        return self.fields.get(name) in {True, "true"}

    def integer(self, name: str, default: int) -> int:
        """Give a positive whole-number field. Raises ApiError (400) on anything else."""
        value = self.fields.get(name)
        if value is None:
            return default
        if isinstance(value, str) and value.isascii() and value.isdigit():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            sentence = f"Invalid value for '{name}': expected an integer of at least 1."
            raise ApiError(Problem(400, sentence, param=name, code="integer_below_min_value"))
        return value

    def text(self, name: str, default: str = "") -> str:
        """Give a text field; anything that is not text counts as absent."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else default


def read_target(path: str) -> Target | None:
    """Take a path apart; None when no API is there."""
    route = path.partition("?")[0]
    if route.startswith("/v1/"):
        return Target(unquote(route.removeprefix("/v1/")))
    if route.startswith("/openai/v1/"):
        return Target(unquote(route.removeprefix("/openai/v1/")), azure=True)
    if route.startswith(_DEPLOYMENTS):
        deployment, _, endpoint = route.removeprefix(_DEPLOYMENTS).partition("/")
        return Target(unquote(endpoint), unquote(deployment), azure=True)
    return None


def authorize(headers: dict[str, str], *, azure: bool) -> None:
    """Raise ApiError (401) unless a key of any value is there; only Azure takes `api-key`."""
    scheme, _, key = headers.get("authorization", "").partition(" ")
    bearer = scheme.lower() == "bearer" and key.strip()
    if not (bearer or (azure and headers.get("api-key", "").strip())):
        raise ApiError(NO_KEY)


def read_form(request: Request) -> Form:
    """Decode a body, multipart or JSON. Raises ApiError (400) when it is neither."""
    if request.method != "POST":
        return Form({}, ())
    content_type = request.headers.get("content-type", "")
    if content_type.lower().startswith("multipart/form-data"):
        form = parse_form(content_type, request.body)
    else:
        form = _read_json(request.body)
    if form is None:
        raise ApiError(_UNREADABLE)
    return form


def _read_json(body: bytes) -> Form | None:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return Form(fields, ()) if isinstance(fields, dict) else None
