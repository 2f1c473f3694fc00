"""urllib3, patched at ``urlopen`` of pools and of managers of pools, and where a ``Retry`` is used up.

A manager follows redirects within one recording; each try that a ``Retry`` allows has its own, also below requests.
What botocore sends goes through pools of its own, and is one recording a try as well. A body that is made or read while
it is sent is not seen. Checked with urllib3 1.26.0 to 2.8.0.
"""

from collections.abc import Callable
from typing import Any

from keeptabs.core.exchange import Ending
from keeptabs.patching.client import Client
from keeptabs.patching.guard import is_sending
from keeptabs.patching.messages import PORTS, Origin, pairs, path_of, request_of
from keeptabs.patching.patch import Target, Wrapper
from keeptabs.patching.readers import watch
from keeptabs.patching.recorder import Recorder
from keeptabs.patching.recording import Recording
from keeptabs.patching.retries import Retrying, retrying
from keeptabs.patching.shield import shield

_CAPTURE, _RECOGNISE = shield.stage("capture"), shield.stage("recognise")
_OF_POOL = ("method", "url", "body", "headers")


def _targets(recorder: Recorder) -> list[Target]:
    return [
        Target("urllib3", "HTTPConnectionPool.urlopen", lambda _: _urlopen(recorder)),
        Target("urllib3", "PoolManager.urlopen", lambda _: _urlopen(recorder)),
        Target("urllib3", "Retry.increment", lambda _: _increment),
    ]


def _urlopen(recorder: Recorder) -> Wrapper:
    def urlopen(wrapped: Callable[..., Any], pool: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        recording = None
        with _RECOGNISE:
            above = retrying()
            if above is not None:
                above.begins()
            elif _wanted(recorder, *args[:2], **kwargs):
                recording = _begin(recorder, pool, args, kwargs)
        if recording is None:
            return wrapped(*args, **kwargs)
        sending = Retrying(recorder, recording)
        with sending:
            response = wrapped(*args, **kwargs)
        _answered(sending.recording, response)
        return response

    return urlopen


def _wanted(recorder: Recorder, method: Any = None, url: Any = None, **_: Any) -> bool:
    if not isinstance(method, str) or not isinstance(url, str):
        return False  # ``urlopen`` will tell the application
    return recorder.wants(method, path_of(url)) and not is_sending()


def _begin(recorder: Recorder, pool: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Recording | None:
    with _CAPTURE:
        names: tuple[str, ...] = _OF_POOL[:2]
        origin = None  # of a manager, to which a whole URL is given
        if hasattr(pool, "host"):
            names, origin = _OF_POOL, Origin(pool.scheme, pool.host, pool.port or PORTS.get(pool.scheme, 0))
        given = {**dict(zip(names, args, strict=False)), **kwargs}
        headers = given.get("headers")
        sent = (pool.headers if headers is None else headers).items()
        return recorder.begin("urllib3", request_of(given["method"], given["url"], sent, given.get("body"), origin))
    return None


def _increment(wrapped: Callable[..., Any], retry: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    left = wrapped(*args, **kwargs)  # raises when it is used up
    with _CAPTURE:
        sending = retrying()
        if sending is not None:
            _retried(sending, kwargs.get("response"), kwargs.get("error"))
    return left


def _retried(sending: Retrying, response: Any, error: BaseException | None) -> None:
    """A try is over: with an error, or an answer that is not taken; a redirect is part of the same try."""
    if response is not None and response.get_redirect_location():
        return
    sending.tried()
    if error is not None:
        sending.recording.failed(error)
    elif response is not None:
        _answered(sending.recording, response)


def _answered(recording: Recording, response: Any) -> None:
    with _CAPTURE:
        body, headers = response._body, pairs(response.headers.items())  # noqa: SLF001 - to ask for ``data`` would read
        is_decoded = body is not None and response.decode_content
        recording.answered(response.status, headers, streamed=not is_decoded)
        recording.streamed = False  # whether it is a stream, the request says
        if is_decoded:
            recording.body(body)
        elif body is not None:
            recording.chunk(body)
        elif watch(response._fp, recording, response):  # noqa: SLF001 - the bytes before they are decoded
            return
        recording.finish(Ending.COMPLETE)
        return
    with _CAPTURE:
        recording.unseen()
        recording.finish(Ending.COMPLETE)


CLIENT = Client(("urllib3",), _targets)
