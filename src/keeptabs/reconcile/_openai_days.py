"""The days of OpenAI's reports: how they are asked for, and how they are sent.

Sources: openai-python 3.54.0 ``types/admin/organization/usage_*_params.py`` and ``usage_*_response.py``; that
``results`` is spelled ``result`` in older pages of the documentation, and that both numbers and strings were seen for
amounts, in programs of other people. Checked 2026-11-24.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import Annotated, Generic, TypeVar

import msgspec

from keeptabs.reconcile._http import Access, Params
from keeptabs.reconcile._report import Page, Pull, is_within, pages

R = TypeVar("R")

_LAST_SECOND = 253_402_300_799  # of the year 9999
ACCESS = Access(
    provider="OpenAI",
    variables=("OPENAI_ADMIN_KEY",),
    kind="an admin key",
    made_at="https://platform.openai.com/settings/organization/admin-keys",
)


class Day(msgspec.Struct, Generic[R]):
    """A bucket of a report; it begins at ``start_time``, in seconds since the epoch."""

    start_time: Annotated[int, msgspec.Meta(ge=0, le=_LAST_SECOND)]
    results: list[R] | None = None
    result: list[R] | None = None

    @property
    def day(self) -> date:
        """The UTC day."""
        return datetime.fromtimestamp(self.start_time, UTC).date()

    @property
    def rows(self) -> list[R]:
        """What happened on it, group by group."""
        return self.results or self.result or []


def fetch(
    pull: Pull, path: str, groups: Sequence[str], most: int, decoder: msgspec.json.Decoder[Page[Day[R]]]
) -> Iterator[Day[R]]:
    """The days of one report. ``most`` is how many of them a page may have."""
    for page in pages(pull.client, ACCESS, f"organization/{path}", _params(pull, groups, most), decoder):
        pull.progress(path, sum(len(each.rows) for each in page))
        yield from (each for each in page if is_within(pull.days, each.day))


def _params(pull: Pull, groups: Sequence[str], most: int) -> Params:
    start, end = (datetime.combine(day, time(), UTC) for day in (pull.days.start, pull.days.end))
    return [
        ("start_time", str(int(start.timestamp()))),
        ("end_time", str(int(end.timestamp()))),
        ("bucket_width", "1d"),
        ("limit", str(pull.limit(most))),
        *(("group_by[]", group) for group in groups),
    ]
