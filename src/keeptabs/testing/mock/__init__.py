"""A deterministic OpenAI-compatible API on loopback, in the standard library alone.

>>> with MockServer() as server:
...     server.url.endswith("/v1")
True
"""

from keeptabs.testing.mock.server import MockServer

__all__ = ["MockServer"]
