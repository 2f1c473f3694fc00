import asyncio
import threading

from keeptabs.runtime.tags import current_tags, tag


def test_tags_hold_inside_and_not_after() -> None:
    """A tag holds for the block, and only there."""
    with tag(feature="search", user="u1"):
        assert current_tags() == {"feature": "search", "user": "u1"}
    assert current_tags() == {}


def test_inner_tags_add_and_win() -> None:
    """An inner block adds to the outer tags and replaces the same name."""
    with tag(feature="search", tenant="acme"), tag(feature="rerank"):
        assert current_tags() == {"feature": "rerank", "tenant": "acme"}


def test_a_decorated_function_is_tagged() -> None:
    """As a decorator the tag holds during each call."""

    @tag(feature="nightly")
    def job() -> dict[str, str]:
        return current_tags()

    assert [job(), job()] == [{"feature": "nightly"}] * 2
    assert current_tags() == {}


def test_a_thread_starts_without_tags() -> None:
    """A new thread is a new context: it has none of the tags of its maker."""
    seen: list[dict[str, str]] = []
    with tag(feature="search"):
        thread = threading.Thread(target=lambda: seen.append(current_tags()))
        thread.start()
        thread.join()
    assert seen == [{}]


def test_tasks_inherit_and_do_not_leak() -> None:
    """A task has the tags of its maker, and what it adds stays in it."""

    async def inner() -> dict[str, str]:
        with tag(user="u2"):
            await asyncio.sleep(0)
            return current_tags()

    async def outer() -> tuple[dict[str, str], dict[str, str]]:
        with tag(feature="search"):
            return await asyncio.create_task(inner()), current_tags()

    assert asyncio.run(outer()) == ({"feature": "search", "user": "u2"}, {"feature": "search"})
