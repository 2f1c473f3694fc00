"""Tags: who a call is for, said by the application once and inherited by every call inside."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_tags: ContextVar[dict[str, str] | None] = ContextVar("keeptabs_tags", default=None)


@contextmanager
def tag(
    *,
    feature: str | None = None,
    user: str | None = None,
    tenant: str | None = None,
    session: str | None = None,
) -> Iterator[None]:
    """Tag every call made inside, in this thread or task. A context manager, and a decorator of plain functions.

    Tags nest: an inner one adds to the outer ones and wins over the same name.
    """
    given = {"feature": feature, "user": user, "tenant": tenant, "session": session}
    said = {name: str(value) for name, value in given.items() if value is not None}
    token = _tags.set({**(_tags.get() or {}), **said})
    try:
        yield
    finally:
        _tags.reset(token)


def current_tags() -> dict[str, str]:
    """The tags that hold here."""
    return _tags.get() or {}
