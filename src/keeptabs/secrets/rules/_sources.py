"""Where the forms of keys are known from: names for sources that several rules share."""

CHECKED = "2026-11-24"  # when the table was last held against its sources
_BETTERLEAKS = "https://github.com/betterleaks/betterleaks"


def betterleaks(rule: str) -> str:
    """A rule of Betterleaks, as kingfisher-bin 2.14.0 lists it (``kingfisher rules list --format json``)."""
    return f"{_BETTERLEAKS} rule {rule}, as in kingfisher-bin 2.14.0"


def programs(what: str) -> str:
    """Public programs that name a form to check for it; nothing that the provider says."""
    return f"public code on https://github.com that checks for it: {what}"


def researched(where: str, issue: int) -> str:
    """A provider's own document or code, as redact-secret's published research on ``issue`` quotes it."""
    return f"{where}, as quoted in https://github.com/redact-secret/redact-secret/issues/{issue}"
