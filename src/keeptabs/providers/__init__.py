"""Floor 2: one provider a file, as data. Adding one is adding a file; it is found by its ``PROVIDER``.

The recogniser tells which provider and dialect a request speaks to, by host and path: a few dictionary look-ups for
what is none of ours.
"""

import re
import sys
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache

from keeptabs.core.discover import constants
from keeptabs.core.exchange import Headers
from keeptabs.core.provider import Match, Provider, Route, tails

_CACHED_HOSTS = 1024  # an application may talk to any number of hosts; past this they are looked up anew


class Recogniser:
    """Recognises requests among a set of providers. Thread-safe."""

    def __init__(self, providers: Iterable[Provider]) -> None:
        self._providers = sorted(providers, key=lambda one: (one.is_catch_all, not one.contains))
        self._by_name = {provider.name: provider for provider in self._providers}
        self._by_host: dict[tuple[str, int], tuple[Provider, ...]] = {}
        self._routes = {provider.name: _routes(provider) for provider in self._providers}
        every = [route for routes in self._routes.values() for route in routes]
        self._tails = {
            method: frozenset(route.tail for route in every if route.method == method)
            for method in {route.method for route in every}
        }

    def could_match(self, method: str, path: str) -> bool:
        """False for what is no LLM call on any host: a few look-ups, for every request that an application makes."""
        known = self._tails.get(method)
        return known is not None and any(tail in known for tail in tails(path))

    def match(self, method: str, host: str, port: int, path: str) -> Match | None:
        """The provider and dialect of a request to ``path`` (decoded, no query), or None when it is no LLM call."""
        if not self.could_match(method, path):
            return None
        for provider in self._by_host.get((host, port)) or self._look_up(host, port):
            if path.startswith(provider.prefix) and provider.contains in path:
                found = self._route(provider, method, path)
                if found is not None:
                    return found
        return None

    def _route(self, provider: Provider, method: str, path: str) -> Match | None:
        ends = tuple(tails(path))
        for route in self._routes[provider.name]:
            if route.method == method and route.tail in ends:
                found = route.pattern.search(path)
                if found is not None:
                    return Match(provider, route.dialect, _deployment(provider, found, path))
        return None

    def behind(self, headers: Headers) -> Provider | None:
        """The provider that its response headers give away behind a host that is not its own."""
        marked = (provider for provider in self._providers if any(headers.get(mark) for mark in provider.marks))
        return next(marked, None)

    def provider(self, name: str) -> Provider | None:
        """The provider of a name, or None."""
        return self._by_name.get(name)

    def is_provider_host(self, host: str, port: int) -> bool:
        """True for a host that belongs to a provider we know, whatever the path."""
        owned = (tuple(pattern for pattern in provider.hosts if pattern != "*") for provider in self._providers)
        return any(_serves(hosts, host, port) for hosts in owned)

    def _look_up(self, host: str, port: int) -> tuple[Provider, ...]:
        found = tuple(provider for provider in self._providers if _serves(provider.hosts, host, port))
        if len(self._by_host) < _CACHED_HOSTS:
            self._by_host[host, port] = found
        return found


def _routes(provider: Provider) -> tuple[Route, ...]:
    """A provider's routes, those that say the most first."""
    made = [Route.of(text, dialect) for text, dialect in provider.routes.items()]
    return tuple(sorted(made, key=lambda route: -route.literal))


def _serves(hosts: tuple[str, ...], host: str, port: int) -> bool:
    names = (host.lower(), f":{port}")
    return any(fnmatchcase(name, pattern) for pattern in hosts for name in names)


def _deployment(provider: Provider, route: re.Match[str], path: str) -> str | None:
    named = route.groupdict().get("model")
    if named is not None or provider.model_in_path is None:
        return named
    found = provider.model_in_path.search(path)
    return found[1] if found else None


@cache
def recogniser() -> Recogniser:
    """The recogniser for all providers of this package, made at the first call that could be one."""
    return Recogniser(constants(sys.modules[__name__], "PROVIDER", Provider))
