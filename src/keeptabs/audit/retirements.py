"""Models whose end is announced, as their vendors say it on pages that are named here.

Appended to, never shortened: a model that is gone still answers through other hosts.
"""

from collections.abc import Iterable
from datetime import date

import msgspec

from keeptabs.audit.families import bare

_OPENAI = "https://developers.openai.com/api/docs/deprecations"
_GEMINI = "https://ai.google.dev/gemini-api/docs/deprecations"
_ANTHROPIC = "https://platform.claude.com/docs/en/about-claude/model-deprecations"


class Retirement(msgspec.Struct, frozen=True, kw_only=True):
    """A model goes on a day; ``instead`` is what the vendor names in its place, where it names one."""

    provider: str
    model: str  # without a date: all of its snapshots go that are not named themselves
    on: date
    instead: str
    source: str
    checked: date


def _all(provider: str, source: str, on: str, models: str, instead: str = "") -> Iterable[Retirement]:
    for model in models.split():
        yield Retirement(
            provider=provider,
            model=model,
            on=date.fromisoformat(on),
            instead=instead,
            source=source,
            checked=date(2026, 11, 24),
        )


RETIREMENTS: tuple[Retirement, ...] = (
    *_all("openai", _OPENAI, "2026-10-23", "gpt-3.5-turbo o4-mini", "gpt-5.6-terra"),
    *_all("openai", _OPENAI, "2026-10-23", "gpt-4.1-nano"),
    *_all("openai", _OPENAI, "2026-10-23", "gpt-4 gpt-4-turbo o1 o3-mini", "gpt-5.6-sol"),
    *_all("openai", _OPENAI, "2026-10-23", "gpt-4o-2024-05-13", "gpt-5.6-sol"),
    *_all("openai", _OPENAI, "2026-12-01", "gpt-image-1-mini gpt-image-1.5", "gpt-image-2.6-flare"),
    *_all("openai", _OPENAI, "2026-12-11", "gpt-5", "gpt-6.1-sol"),
    *_all("openai", _OPENAI, "2026-12-11", "gpt-5-mini", "gpt-6.1-terra"),
    *_all("openai", _OPENAI, "2026-12-11", "gpt-5-nano gpt-5-pro o3 o3-pro"),
    *_all("openai", _OPENAI, "2027-01-14", "gpt-4o gpt-4o-mini gpt-4.1 gpt-4.1-mini", "gpt-6-luna"),
    *_all("openai", _OPENAI, "2027-02-26", "whisper-1 gpt-4o-transcribe gpt-4o-mini-transcribe", "gpt-transcribe"),
    *_all("gcp.gemini", _GEMINI, "2026-06-01", "gemini-2.0-flash gemini-2.0-flash-001"),
    *_all("gcp.gemini", _GEMINI, "2026-12-01", "gemini-2.5-pro", "gemini-3.8-flash"),
    *_all("gcp.gemini", _GEMINI, "2026-12-01", "gemini-2.5-flash", "gemini-3.5-flash-lite"),
    *_all("anthropic", _ANTHROPIC, "2026-02-19", "claude-3-7-sonnet"),
    *_all("anthropic", _ANTHROPIC, "2026-06-15", "claude-sonnet-4 claude-sonnet-4-0", "claude-sonnet-4-6"),
    *_all("anthropic", _ANTHROPIC, "2026-06-15", "claude-opus-4 claude-opus-4-0", "claude-opus-4-8"),
)
_BY_NAME = {(each.provider, each.model): each for each in RETIREMENTS}


def retirement(provider: str, model: str) -> Retirement | None:
    """What is announced of a model, whichever of its snapshots is named."""
    return _BY_NAME.get((provider, model)) or _BY_NAME.get((provider, bare(model)))
