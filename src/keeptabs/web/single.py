"""The pages as one file that needs nothing else: no server, no script, no request. Nothing of a prompt is in it.

Each section is made by the view and the template of its page; only what stands around them is another one. Links lead
within the file, or are left out.
"""

import base64
import hashlib
import os
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

import msgspec
from jinja2 import BaseLoader, ChoiceLoader, Environment, FunctionLoader
from markupsafe import Markup

from keeptabs.core.errors import UserError
from keeptabs.store.database import Connection
from keeptabs.web import render
from keeptabs.web.ask import Ask
from keeptabs.web.frame import Frame, frame
from keeptabs.web.page import Page, State, pages

_SECTIONS = ("overview", "calls", "limits", "cache", "audit", "prices")
_TEMPLATES = {"calls": "single_calls.html"}  # where a page's own has a form, which needs a server
_REST = {"calls": {"sort": "cost"}}
_ATTRIBUTES = r'(?:[^>"]|"[^"]*")*'
_LINK = re.compile(
    rf'<a {_ATTRIBUTES}?href="/(?P<path>[a-z]*)(?P<rest>[^"]*)"{_ATTRIBUTES}>(?P<text>.*?)</a>', re.DOTALL
)
_SAME = re.compile(r"(\?period=\w+)?")  # the rest of a link to a page as it stands in the file
_PLOT = re.compile(r' data-plot="[^"]*"')  # for a script that is not there


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A page as a part of the file."""

    page: Page
    body: Markup


class ReportFileError(UserError):
    """The file cannot be written. The message says which and why."""


def single(db: Connection, ask: Ask, state: State) -> str:
    """The report as HTML, below 300 KB; the audit is in it when one has ended."""
    shown = [page for page in _pages() if page.id != "audit" or state.audits.of(ask.period)]
    around = frame(db, state.file, shown[0], ask, {})
    sections = [Section(page=page, body=_body(db, ask, state, page, around)) for page in shown]
    css = files("keeptabs.web").joinpath("static/keeptabs.css").read_text("utf-8")
    policy = f"default-src 'none'; style-src '{_digest(css)}'; img-src data:; base-uri 'none'; form-action 'none'"
    values = {"sections": sections, "ask": ask, "frame": around, "css": Markup(css), "policy": policy}  # noqa: S704
    return render.render("single.html", **values)


def write(path: Path, html: str) -> int:
    """Write the file at once or not at all; its size in bytes. Raises ReportFileError."""
    data, beside = html.encode(), path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise ReportFileError(f"{path}: {error.strerror or error}") from error
    return len(data)


def _pages() -> Iterator[Page]:
    known = {page.id: page for page in pages()}
    return (known[name] for name in _SECTIONS)


def _body(db: Connection, ask: Ask, state: State, page: Page, around: Frame) -> Markup:
    asked = msgspec.structs.replace(ask, path=page.path, rest=_REST.get(page.id, {}))
    template = _environment().get_template(_TEMPLATES.get(page.id, f"{page.id}.html"))
    html = template.render(page=page, ask=asked, frame=around, view=page.seen(db, asked, state))
    return Markup(_PLOT.sub("", _LINK.sub(_within, html)))  # noqa: S704 - the template has escaped it


def _within(link: re.Match[str]) -> str:
    """A link as it can be in a file: to another section as a whole, else its text; nothing where it asks for more."""
    target = link["path"] or "overview"
    if "again=" in link["rest"]:
        return ""
    if target in _SECTIONS and _SAME.fullmatch(link["rest"]):
        return f'<a href="#{target}">{link["text"]}</a>'
    return link["text"]


@cache
def _environment() -> Environment:
    """That of all templates, but for the base of the pages."""
    return render.environment().overlay(loader=ChoiceLoader([FunctionLoader(_section), _loader()]))


def _loader() -> BaseLoader:
    return render.environment().loader or ChoiceLoader([])


def _section(name: str) -> str | None:
    if name != "base.html":
        return None
    return files("keeptabs.web").joinpath("templates/section.html").read_text("utf-8")


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
