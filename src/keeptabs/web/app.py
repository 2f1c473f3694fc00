"""The web application: every page, the static files, and what guards them."""

import time
from collections.abc import Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from keeptabs.store.database import reading
from keeptabs.web.ask import AskError, ask
from keeptabs.web.frame import frame
from keeptabs.web.page import Page, pages
from keeptabs.web.render import render


def create(file: Path) -> Starlette:
    """The application over one ledger."""
    routes = [Route(page.path, _endpoint(page, file)) for page in pages()]
    return Starlette(routes=[*routes, Mount("/static", StaticFiles(packages=[("keeptabs.web", "static")]))])


def _endpoint(page: Page, file: Path) -> Callable[[Request], Response]:
    def respond(request: Request) -> Response:
        try:
            asked = ask(request.url.path, {**request.query_params, **request.path_params}, time.time_ns())
        except AskError as error:
            return Response(str(error), status_code=400)
        with reading(file) as db:
            view = page.view(db, asked)
            around = frame(db, file, page, asked, {})
        return HTMLResponse(render(f"{page.id}.html", page=page, ask=asked, frame=around, view=view))

    return respond
