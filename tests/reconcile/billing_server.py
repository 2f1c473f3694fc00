"""A provider's billing API on loopback: days in pages, a key that it wants, and the faults that a test asks for."""

import json
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

Rows = Sequence[Mapping[str, Any]]
Report = Mapping[date, Rows] | bytes  # by day, where a day that is absent is left out; or a body as it stands
Answer = tuple[int, Mapping[str, str], bytes]


def openai_day(day: date, rows: Rows) -> dict[str, Any]:
    """A bucket as OpenAI sends it."""
    start = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    return {"object": "bucket", "start_time": start, "end_time": start + 86_400, "results": list(rows)}


def anthropic_day(day: date, rows: Rows) -> dict[str, Any]:
    """A bucket as Anthropic sends it."""
    ends = day + timedelta(days=1)
    return {"starting_at": f"{day}T00:00:00Z", "ending_at": f"{ends}T00:00:00Z", "results": list(rows)}


class BillingServer:
    """Serves ``reports`` by path. ``faults`` are answered first, one a request; ``seen`` are the requests that came."""

    def __init__(
        self,
        reports: Mapping[str, Report],
        *,
        key: tuple[str, str],
        bucket: Callable[[date, Rows], dict[str, Any]] = openai_day,
        page_days: int = 2,
    ) -> None:
        self.reports, self.key, self.bucket, self.page_days = reports, key, bucket, page_days
        self.faults: deque[Answer] = deque()
        self.seen: list[tuple[str, dict[str, list[str]]]] = []
        self.sent: list[tuple[str, bytes]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, target: str, key: str | None) -> Answer:
        """What is sent for a request."""
        parts = urlsplit(target)
        asked = parse_qs(parts.query)
        self.seen.append((parts.path, asked))
        if self.faults:
            return self.faults.popleft()
        if key != self.key[1]:
            return _json(401, {"error": {"message": f"Incorrect key provided: {key}", "type": "invalid_request_error"}})
        report = self.reports.get(parts.path)
        if report is None:
            return _json(404, {"error": {"message": f"no {parts.path}"}})
        answer = (200, {}, report) if isinstance(report, bytes) else self._page(report, asked)
        self.sent.append((parts.path, answer[2]))
        return answer

    def _page(self, report: Mapping[date, Rows], asked: Mapping[str, list[str]]) -> Answer:
        days = [day for day in sorted(report) if _day(asked, "start") <= day < _day(asked, "end")]
        size = min(self.page_days, int(asked["limit"][0]))
        first = int(asked.get("page", ["page_0"])[0].removeprefix("page_"))
        more = first + size < len(days)
        page = {
            "object": "page",
            "data": [self.bucket(day, report[day]) for day in days[first : first + size]],
            "has_more": more,
            "next_page": f"page_{first + size}" if more else None,
        }
        return _json(200, page)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, headers, body = outer.answer(self.path, self.headers.get(outer.key[0]))
                self.send_response(status)
                for name, value in {"content-length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler


def _json(status: int, value: object) -> Answer:
    return status, {"content-type": "application/json"}, json.dumps(value).encode()


def _day(asked: Mapping[str, list[str]], side: str) -> date:
    """The day that a request begins or ends with, as OpenAI is asked or as Anthropic is."""
    if f"{side}_time" in asked:
        return datetime.fromtimestamp(int(asked[f"{side}_time"][0]), UTC).date()
    return date.fromisoformat(asked[{"start": "starting_at", "end": "ending_at"}[side]][0][:10])
