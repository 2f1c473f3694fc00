"""Floor 2: one provider a file, as data. Adding one is adding a file; it is found by its ``PROVIDER``.

The recogniser tells which provider and dialect a request speaks to, by host and path: a dictionary look-up for what
is none of ours.
"""

import sys
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache

from keeptabs.core.dialect import Dialect
from keeptabs.core.discover import constants
from keeptabs.core.exchange import Headers
from keeptabs.core.provider import Match, Provider

_CACHED_HOSTS = 1024  # an application may talk to any number of hosts; past this they are looked up anew


class Recogniser:
    """Recognises requests among a set of providers. Thread-safe."""

    def __init__(self, providers: Iterable[Provider]) -> None:
        self._providers = sorted(providers, key=lambda provider: provider.is_catch_all)
        self._by_host: dict[tuple[str, int], tuple[Provider, ...]] = {}
        self._ends = frozenset(route for provider in self._providers for route in provider.routes)

    def could_match(self, method: str, path: str) -> bool:
        """False for what is no LLM call on any host: two look-ups, for every request that an application makes."""
        return method == "POST" and self._end(path) is not None

    def match(self, method: str, host: str, port: int, path: str) -> Match | None:
        """The provider and dialect of a request to ``path`` (no query), or None when it is no LLM call."""
        end = self._end(path) if method == "POST" else None
        if end is None:
            return None
        for provider in self._by_host.get((host, port)) or self._look_up(host, port):
            if end in provider.routes and path.startswith(provider.prefix) and provider.contains in path:
                return _matched(provider, provider.routes[end], path)
        return None

    def _end(self, path: str) -> str | None:
        """The last two segments, or the last one, of a path that ends as one of a provider's."""
        segments = path.rstrip("/").rsplit("/", 2)
        last = segments[-1]
        both = f"{segments[-2]}/{last}" if len(segments) > 1 else last
        return both if both in self._ends else last if last in self._ends else None

    def behind(self, headers: Headers) -> Provider | None:
        """The provider that its response headers give away behind a host that is not its own."""
        marked = (provider for provider in self._providers if any(headers.get(mark) for mark in provider.marks))
        return next(marked, None)

    def is_provider_host(self, host: str, port: int) -> bool:
        """True for a host that belongs to a provider we know, whatever the path."""
        return any(not provider.is_catch_all for provider in self._look_up(host, port))

    def _look_up(self, host: str, port: int) -> tuple[Provider, ...]:
        found = tuple(provider for provider in self._providers if _serves(provider, host, port))
        if len(self._by_host) < _CACHED_HOSTS:
            self._by_host[host, port] = found
        return found


def _serves(provider: Provider, host: str, port: int) -> bool:
    names = (host.lower(), f":{port}")
    return any(fnmatchcase(name, pattern) for pattern in provider.hosts for name in names)


def _matched(provider: Provider, dialect: Dialect, path: str) -> Match:
    found = provider.model_in_path.search(path) if provider.model_in_path else None
    return Match(provider, dialect, found.group(1) if found else None)


@cache
def recogniser() -> Recogniser:
    """The recogniser for all providers of this package, made at the first call that could be one."""
    return Recogniser(constants(sys.modules[__name__], "PROVIDER", Provider))
