import re
from pathlib import Path

import pytest
from ledgers import NOW, memory

from keeptabs.web.ask import Ask
from keeptabs.web.page import Page, State, pages
from keeptabs.web.render import environment


def test_the_overview_comes_first_and_places_are_taken_once() -> None:
    """The navigation has an order, and no two pages have a place, a path or an id in common."""
    places = [page.place for page in pages() if page.place is not None]
    assert pages()[0].path == "/"
    assert places == sorted(set(places))
    assert len({page.id for page in pages()}) == len({page.path for page in pages()}) == len(pages())


@pytest.mark.parametrize("page", [page for page in pages() if page.place is None], ids=lambda page: page.id)
def test_a_page_beside_the_navigation_is_under_one_in_it(page: Page) -> None:
    """Wherever a person is, one title is lit up."""
    assert page.under in {each.id for each in pages() if each.place is not None}


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.id)
def test_every_page_has_a_template_without_inline_code(page: Page) -> None:
    """The policy forbids styles and scripts within a page, and so do we; only constants are not escaped."""
    loader = environment().loader
    assert loader is not None
    source = loader.get_source(environment(), f"{page.id}.html")[0]
    assert re.findall(r"\sstyle=|\son\w+=|<style|<script|javascript:|[^'\"\s]\s*\|\s*safe", source) == []


def test_a_page_that_needs_the_server_gets_it() -> None:
    """Most views ask the ledger alone."""
    state = State(file=Path("x"), audits=None)  # type: ignore[arg-type]
    plain = Page(id="a", title="A", path="/a", view=lambda _db, ask: ask.path)
    needy = Page(id="b", title="B", path="/b", view_with=lambda _db, _ask, given: given.file)
    with memory([]) as db:
        assert plain.seen(db, Ask(path="/a", now=NOW), state) == "/a"
        assert needy.seen(db, Ask(path="/b", now=NOW), state) == Path("x")
