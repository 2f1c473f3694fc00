"""The web application: every page, the static files, and what guards them."""

import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from keeptabs.audit.prices import Prices
from keeptabs.core.errors import UserError
from keeptabs.runtime.config import load
from keeptabs.store.database import StoreError, reading
from keeptabs.web.ask import Ask, ask
from keeptabs.web.audited import Audits
from keeptabs.web.frame import bare, frame
from keeptabs.web.live import Live
from keeptabs.web.page import Page, State, pages
from keeptabs.web.problem import PAGE as PROBLEM
from keeptabs.web.problem import Problem
from keeptabs.web.render import render
from keeptabs.web.security import Access, Guard


def create(file: Path, access: Access | None = None, extra: tuple[BaseRoute, ...] = ()) -> Starlette:
    """The application over one ledger. ``extra`` are further routes, behind the same guard."""
    audits = Audits(file, lambda: Prices(load({}).book()))
    state, live = State(file=file, audits=audits), Live(file, lambda: _audited(audits))
    return Starlette(
        routes=[
            *(Route(page.path, _endpoint(page, state, live)) for page in pages()),
            Route("/live", live.respond),
            *extra,
            Mount("/static", StaticFiles(packages=[("keeptabs.web", "static")])),
        ],
        middleware=[Middleware(Guard, access=access or Access())],
        exception_handlers={
            HTTPException: _failed(file, lambda error: getattr(error, "status_code", 404)),
            StoreError: _failed(file, lambda _: 503),
            UserError: _failed(file, lambda _: 400),
            Exception: _broken,
        },
    )


def _endpoint(page: Page, state: State, live: Live) -> Callable[[Request], Response]:
    def respond(request: Request) -> Response:
        asked = ask(request.url.path, {**request.query_params, **request.path_params}, time.time_ns())
        return HTMLResponse(live.page(f"{request.url.path}?{request.url.query}", lambda: _made(page, state, asked)))

    return respond


def _made(page: Page, state: State, asked: Ask) -> str:
    with reading(state.file) as db:
        view = page.seen(db, asked, state)
        badges = {each.id: each.badge(db, asked, state) for each in pages() if each.badge is not None}
        around = frame(db, state.file, page, asked, badges)
    return render(f"{page.id}.html", page=page, ask=asked, frame=around, view=view)


def _audited(audits: Audits) -> str:
    """How far the audits are: pages show it."""
    running, latest = audits.running, audits.latest()
    return f"{latest.made_at if latest else ''} {f'{running.seen} of {running.of}' if running else ''}"


def _failed(file: Path, status_of: Callable[[Exception], int]) -> Callable[[Request, Exception], Response]:
    """The page for what cannot be answered."""

    def respond(request: Request, error: Exception) -> Response:
        status = status_of(error)
        said = "There is no such page" if status == HTTPStatus.NOT_FOUND else getattr(error, "detail", str(error))
        view = Problem(title=HTTPStatus(status).phrase, said=f"{said}.", is_start=not file.is_file())
        asked = Ask(path="/", now=time.time_ns())
        page = render("error.html", page=PROBLEM, ask=asked, frame=bare(file, asked), view=view)
        return HTMLResponse(page, status, headers=getattr(error, "headers", None))

    return respond


def _broken(_request: Request, _error: Exception) -> Response:
    """A fault of ours. It is in the log of the server; what was asked may hold anything and is not said again."""
    return PlainTextResponse("500: a fault of keeptabs itself; its log says more\n", 500)
