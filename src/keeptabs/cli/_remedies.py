"""What to do about a host that an application reaches, and of which no call was recorded."""

# By the package through which it is reached. Checked with google-generativeai 0.8.6 (``configure(transport=)``),
# qdrant-client 1.20.0 (``prefer_grpc=``), niquests 3.21.2 and curl_cffi 0.16.3, 2026-11-24.
_REMEDIES = {
    "grpc": (
        "gRPC cannot be recorded; ask the SDK for HTTP, e.g. transport='rest' of Google's clients,"
        " prefer_grpc=False of Qdrant's"
    ),
    "curl_cffi": "curl cannot be recorded; use httpx, requests or aiohttp for this host",
    "niquests": "niquests brings an HTTP stack of its own; use requests for this host",
    "asyncio": "something asynchronous that keeptabs does not know; use httpx, aiohttp or websockets for this host",
    "python": "the client is none that keeptabs knows; use httpx, requests, urllib3 or aiohttp for this host",
}
_RECORDED = ("httpx", "httpx2", "httpcore", "httpcore2", "requests", "urllib3", "aiohttp", "botocore", "websockets")


def is_recordable(via: str) -> bool:
    """True when all packages of ``via`` are ones that keeptabs records: then what was called is no LLM call."""
    return all(name in _RECORDED or name not in _REMEDIES for name in via.split("/")) and any(
        name in _RECORDED for name in via.split("/")
    )


def remedy(via: str) -> str:
    """One sentence, without its full stop. ``via`` names packages, the outermost first, with slashes between."""
    if is_recordable(via):
        return "what was called there is no path that keeptabs knows, or keeptabs.install() came after the call"
    known = next((_REMEDIES[name] for name in via.split("/") if name in _REMEDIES), None)
    return known or f"{via} uses none of the HTTP clients that keeptabs records"
