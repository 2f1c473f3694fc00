"""requests, patched at ``Session.send``; requests-cache above that, so that its hits are seen too.

What a session does inside one send is one recording, redirects included, except that each try of urllib3's ``Retry``
has its own. A body that is made or read while it is sent is not seen. Checked with requests 2.28.0 to 2.34.2 and
requests-cache 1.3.3.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from keeptabs.core.exchange import Ending
from keeptabs.patching.client import Client
from keeptabs.patching.guard import is_sending
from keeptabs.patching.messages import pairs, path_of, request_of
from keeptabs.patching.patch import Target, Wrapper
from keeptabs.patching.readers import watch
from keeptabs.patching.recorder import Recorder
from keeptabs.patching.recording import Recording
from keeptabs.patching.retries import Retrying
from keeptabs.patching.shield import shield

_SEAMS = (("requests", "Session.send"), ("requests_cache", "CacheMixin.send"))
_CAPTURE, _RECOGNISE = shield.stage("capture"), shield.stage("recognise")


def _targets(recorder: Recorder) -> list[Target]:
    return [Target(module, attribute, lambda _: _send(recorder)) for module, attribute in _SEAMS]


def _send(recorder: Recorder) -> Wrapper:
    def send(wrapped: Callable[..., Any], session: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        request = args[0] if args else kwargs.get("request")
        recording = _begin(recorder, request) if _wanted(recorder, request) else None
        if recording is None:
            return wrapped(*args, **kwargs)
        sending = Retrying(recorder, recording)
        recording.sent = partial(_sent, sending)
        with sending:
            response = wrapped(*args, **kwargs)
        _answered(sending.recording, response)
        return response

    return send


def _wanted(recorder: Recorder, request: Any) -> bool:
    with _RECOGNISE:
        url = getattr(request, "url", None)
        if not isinstance(url, str) or not hasattr(request, "body"):
            return False  # no prepared request: ``send`` will tell the application
        return recorder.wants(request.method, path_of(url)) and not is_sending()
    return False


def _begin(recorder: Recorder, request: Any) -> Recording | None:
    with _CAPTURE:
        seen = request_of(request.method, request.url, (request.headers or {}).items(), request.body, None)
        return recorder.begin("requests", seen)
    return None


def _sent(sending: Retrying, error: BaseException | None) -> None:
    """What came out of ``send``: a refusal that a hook has raised is read as far as it is in memory."""
    response = getattr(error, "response", None)
    if response is not None and hasattr(response, "status_code"):
        sending.recording.answered(response.status_code, pairs(response.headers.items()), streamed=False)
        sending.recording.body(response._content or b"")  # noqa: SLF001 - to ask for ``content`` would read it


def _answered(recording: Recording, response: Any) -> None:
    with _CAPTURE:
        body, headers = response._content, pairs(response.headers.items())  # noqa: SLF001 - the same
        recording.cached = getattr(response, "from_cache", False) is True
        recording.answered(response.status_code, headers, streamed=body is False)
        if body is not False:
            recording.body(body or b"")
            recording.finish(Ending.COMPLETE)
            return
        raw = response.raw
        if watch(getattr(raw, "_fp", raw), recording, raw):
            return
    with _CAPTURE:
        recording.unseen()
        recording.finish(Ending.COMPLETE)


CLIENT = Client(("requests",), _targets)
