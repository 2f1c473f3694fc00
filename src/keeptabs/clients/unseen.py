"""What keeptabs cannot record, and tells of: hosts of providers that are reached through something else.

Every host name that Python itself looks up is noticed, and those that gRPC and curl_cffi are given, which look names up
by themselves. Nothing is noticed of programs in C that do so without Python.
"""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from keeptabs.patching.client import Client
from keeptabs.patching.guard import is_sending
from keeptabs.patching.patch import Target, Wrapper
from keeptabs.patching.recorder import Recorder
from keeptabs.patching.shield import shield
from keeptabs.patching.site import is_application

_MOST = 1024  # hosts that are remembered; what comes after is not looked at
_MAX_DEPTH = 60
_HTTPS = 443
_NOBODY = ("", "keeptabs", "wrapt")

Place = tuple[str, int]


def _of_lookup(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Place | None:
    """Of ``socket.getaddrinfo(host, port, …)``."""
    host = args[0] if args else kwargs.get("host")
    port = args[1] if len(args) > 1 else kwargs.get("port")
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    return (text, port if isinstance(port, int) else _HTTPS) if isinstance(text, str) else None


def _of_channel(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Place | None:
    """Of ``grpc.secure_channel(target, …)``: ``host:port``, perhaps behind ``dns:///``."""
    target = str(args[0] if args else kwargs.get("target", "")).rpartition("/")[2]
    return _place(f"//{target}")


def _of_url(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Place | None:
    """Of ``session.request(method, url, …)``."""
    return _place(str(args[1] if len(args) > 1 else kwargs.get("url", "")))


def _place(url: str) -> Place | None:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    return (host, port or _HTTPS) if host else None


_SEAMS: tuple[tuple[str, str, Callable[[tuple[Any, ...], dict[str, Any]], Place | None], str], ...] = (
    ("socket", "getaddrinfo", _of_lookup, ""),
    ("grpc", "secure_channel", _of_channel, "grpc"),
    ("grpc.aio", "secure_channel", _of_channel, "grpc"),
    ("curl_cffi.requests.session", "Session.request", _of_url, "curl_cffi"),
    ("curl_cffi.requests.session", "AsyncSession.request", _of_url, "curl_cffi"),
)


def _targets(recorder: Recorder) -> list[Target]:
    seen: dict[Place, None] = {}
    return [Target(module, attribute, _maker(recorder, seen, of, via)) for module, attribute, of, via in _SEAMS]


def _maker(
    recorder: Recorder,
    seen: dict[Place, None],
    of: Callable[[tuple[Any, ...], dict[str, Any]], Place | None],
    via: str,
) -> Callable[[Any], Wrapper]:
    def wrapper(wrapped: Callable[..., Any], instance: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        with shield.stage("sighting"):
            place = of(args, kwargs)
            if place is not None and place not in seen and len(seen) < _MOST and not is_sending():
                seen[place] = None
                recorder.sighted(*place, via or _caller())
        return wrapped(*args, **kwargs)

    return lambda _: wrapper


def _caller() -> str:
    """The packages on whose behalf a name is looked up, up to the application: ``niquests/urllib3``, say."""
    found: dict[str, None] = {}
    frame: FrameType | None = sys._getframe(2)  # noqa: SLF001 - inspect.stack() costs a thousand times as much
    for _ in range(_MAX_DEPTH):
        if frame is None or is_application(frame.f_code.co_filename):
            break
        found[str(frame.f_globals.get("__name__", "")).partition(".")[0]] = None
        frame = frame.f_back
    packages = [name for name in found if name not in _NOBODY and name not in sys.stdlib_module_names]
    return "/".join(reversed(packages)) or "python"


CLIENT = Client((), _targets)
