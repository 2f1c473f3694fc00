"""Recorded traffic as exchanges: HAR files and VCR cassettes."""

import msgspec

from keeptabs.core.errors import UserError


class RecordingError(UserError):
    """A file that is no recording, or a broken one. The message says which file, which entry, and what."""


class EntryError(ValueError):
    """One entry of a recording is damaged; the others are not. The message says how and quotes no content."""


class Damaged(msgspec.Struct, frozen=True):
    """Stands in for an entry that could not be read."""

    reason: str
