"""A real Chromium on a real server of this process: what a page does there, and what is wrong with it."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from axe_playwright_python import base
from playwright.sync_api import Browser as Engine
from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, Request, sync_playwright
from starlette.applications import Starlette

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
AXE = Path(base.__file__).with_name("axe.min.js")
_RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}


@contextmanager
def serving(app: Starlette) -> Iterator[str]:
    """The address of a server of ``app`` on a free port of the loopback interface."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="off"))
    started = threading.Event()
    startup = server.startup

    async def tell(**given: Any) -> None:
        await startup(**given)
        started.set()

    server.startup = tell  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert started.wait(20)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


class Tab:
    """One page in the browser, with everything that went wrong in it."""

    def __init__(self, context: BrowserContext, home: str) -> None:
        self.page: Page = context.new_page()
        self.faults: list[str] = []
        self._home = home
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("dialog", self._dialog)
        self.page.on("request", self._requested)

    def open(self, path: str) -> int:
        """Go there; returns the status of the answer."""
        answer = self.page.goto(self._home + path)
        assert answer is not None
        return answer.status

    def violations(self) -> list[str]:
        """What axe-core has against the page, by WCAG 2.1 A and AA."""
        # Not as a script of the page, which its policy forbids.
        found = self.page.evaluate(
            f"async rules => {{ {AXE.read_text('utf-8')}; return await axe.run(rules) }}", _RULES
        )
        return [f"{each['id']}: {node['html'][:200]}" for each in found["violations"] for node in each["nodes"]]

    def overflow(self) -> int:
        """How many pixels the page is wider than its window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.faults.append(f"console: {message.text}")

    def _dialog(self, dialog: Dialog) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _requested(self, request: Request) -> None:
        if not request.url.startswith((self._home, "data:")):
            self.faults.append(f"foreign request: {request.url}")


class Browser:
    """Chromium. Tabs that it opens are checked at their end: nothing may have gone wrong in them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def started(cls) -> Iterator["Browser"]:
        """A browser while it is wanted."""
        program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        if program is None:
            pytest.skip("there is no Chromium on this machine")
        with sync_playwright() as tools:
            engine = tools.chromium.launch(executable_path=program, args=list(_FLAGS))
            yield cls(engine)
            engine.close()

    @contextmanager
    def tab(self, home: str, *, dark: bool = False, width: int = 1400, script: bool = True) -> Iterator[Tab]:
        """A tab of its own on the server at ``home``; fails at its end when anything went wrong in it."""
        context = self._engine.new_context(
            viewport={"width": width, "height": 960},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        try:
            tab = Tab(context, home)
            yield tab
            assert tab.faults == []
        finally:
            context.close()
