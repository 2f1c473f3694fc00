"""Tokens of an image by its size, and of audio by its length: the rules that vendors publish, by family of models.

Each rule is data with its source and the day on which it was read. What comes out is an estimate: the answer of a call
says what was billed. The band of a family covers what users measured where that differs from what the vendor writes.
"""

import re
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from math import ceil, floor, sqrt
from typing import TypeVar

import msgspec

_F = TypeVar("_F", "ImageFamily", "AudioFamily")
Size = tuple[int, int]  # width and height in pixels


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens, and the share by which they may be off, either way."""

    tokens: int
    band: float
    source: str


class Tiles(msgspec.Struct, frozen=True, kw_only=True):
    """``base`` tokens, and ``tile`` for each square of 512 pixels after the image is made to fit."""

    base: int
    tile: int

    def tokens(self, size: Size, *, low: bool) -> int:
        """The documented rule: into 2048 x 2048, then down to 768 on the shorter side; sides are whole pixels."""
        if low:
            return self.base
        width, height = _within(size, 2048)
        shrink = min(Fraction(1), Fraction(768, min(width, height)))
        sides = (max(round(side * shrink), 1) for side in (width, height))
        across, down = (ceil(side / 512) for side in sides)
        return self.base + self.tile * across * down


class Patches(msgspec.Struct, frozen=True, kw_only=True):
    """``factor`` tokens for each patch of 32 pixels, of which there are ``most`` after the image is made to fit."""

    factor: str
    most: int
    longest: int  # pixels of the longer side

    def tokens(self, size: Size, *, low: bool) -> int:
        """The documented rule: shrunk by area until the patches fit, then to whole patches on one side."""
        return round(self._patches(_within(size, 512 if low else self.longest)) * Fraction(self.factor))

    def _patches(self, size: Size) -> int:
        width, height = size
        if (whole := ceil(width / 32) * ceil(height / 32)) <= self.most:
            return whole
        shrink = sqrt(32 * 32 * self.most / (width * height))
        across, down = width * shrink / 32, height * shrink / 32
        fit = min(max(floor(across), 1) / across, max(floor(down), 1) / down)
        return min(max(round(across * fit), 1) * max(round(down * fit), 1), self.most)


class VisualTokens(msgspec.Struct, frozen=True, kw_only=True):
    """One token for each patch of 28 pixels; larger images are shrunk to fit both limits."""

    longest: int  # pixels of the longer side
    most: int  # tokens

    def tokens(self, size: Size, *, low: bool) -> int:
        """The documented rule: the longest side that fits, found by halving, with the other in proportion."""
        width, height = max(size), min(size)
        if self._fits(width, height):
            return _visual(width, height)
        fits, too_long = 1, width
        while fits + 1 < too_long:
            middle = (fits + too_long) // 2
            fits, too_long = (middle, too_long) if self._fits(middle, _beside(middle, size)) else (fits, middle)
        return _visual(fits, _beside(fits, size))

    def _fits(self, width: int, height: int) -> bool:
        return ceil(width / 28) * 28 <= self.longest and _visual(width, height) <= self.most


class Crops(msgspec.Struct, frozen=True, kw_only=True):
    """258 tokens for a small image, and for each crop of a larger one."""

    def tokens(self, size: Size, *, low: bool) -> int:
        """The documented rule: crops are two thirds of the shorter side; for a strip at least 256 pixels.

        The second was documented for 1.5 (https://github.com/BerriAI/litellm/issues/3269).
        """
        if max(size) <= 384:
            return 258
        side = max(min(size) * 2 // 3, 256)
        return 258 * ceil(size[0] / side) * ceil(size[1] / side)


class Fixed(msgspec.Struct, frozen=True, kw_only=True):
    """So many tokens whatever the size."""

    high: int
    low: int

    def tokens(self, size: Size, *, low: bool) -> int:
        """By the resolution that is asked for."""
        return self.low if low else self.high


class ImageFamily(msgspec.Struct, frozen=True, kw_only=True):
    """Models, by a pattern that their name in lower case begins with, and how they count an image."""

    models: str
    rule: Tiles | Patches | VisualTokens | Crops | Fixed
    band: float
    source: str
    checked: str = "2026-11-24"


class AudioFamily(msgspec.Struct, frozen=True, kw_only=True):
    """Models, by a pattern that their name in lower case begins with, and the tokens of a second of input."""

    models: str
    a_second: int
    band: float
    source: str
    checked: str = "2026-11-24"


_OPENAI = "https://developers.openai.com/api/docs/guides/images-vision"
_CLAUDE = "https://platform.claude.com/docs/en/build-with-claude/vision"
_GEMINI = "https://ai.google.dev/gemini-api/docs/image-understanding"
_GEMINI_3 = "https://ai.google.dev/gemini-api/docs/media-resolution"
_REALTIME = "https://developers.openai.com/api/docs/guides/realtime-costs"
_EXACT, _NEAR, _ROUGH = 0.05, 0.1, 0.25

# The first that fits holds. OpenAI's guide names no factor for gpt-5.2 and later; users measured 1.2
# (https://community.openai.com/t/1372291). Of gpt-5-mini and -nano they measured 1.2 and 1.5.
IMAGES: tuple[ImageFamily, ...] = (
    ImageFamily(models="gpt-4o-mini", rule=Tiles(base=2833, tile=5667), band=_EXACT, source=_OPENAI),
    ImageFamily(
        models=r"gpt-4\.1-mini", rule=Patches(factor="1.62", most=1536, longest=2048), band=_NEAR, source=_OPENAI
    ),
    ImageFamily(
        models=r"gpt-4\.1-nano", rule=Patches(factor="2.46", most=1536, longest=2048), band=_NEAR, source=_OPENAI
    ),
    ImageFamily(models="o4-mini", rule=Patches(factor="1.72", most=1536, longest=2048), band=_NEAR, source=_OPENAI),
    ImageFamily(
        models=r"gpt-5(\.4)?-mini", rule=Patches(factor="1.62", most=1536, longest=2048), band=0.3, source=_OPENAI
    ),
    ImageFamily(
        models=r"gpt-5(\.4)?-nano", rule=Patches(factor="2.46", most=1536, longest=2048), band=0.4, source=_OPENAI
    ),
    ImageFamily(models=r"gpt-5\.[23]", rule=Patches(factor="1.2", most=1536, longest=2048), band=0.2, source=_OPENAI),
    ImageFamily(models=r"gpt-5\.4", rule=Patches(factor="1.2", most=2500, longest=2048), band=0.2, source=_OPENAI),
    ImageFamily(models=r"gpt-5\.5", rule=Patches(factor="1.2", most=10_000, longest=6000), band=0.2, source=_OPENAI),
    ImageFamily(models=r"gpt-5\.6", rule=Patches(factor="1.2", most=30_000, longest=65_535), band=0.2, source=_OPENAI),
    ImageFamily(models=r"gpt-5(\.1)?(?![.\d])", rule=Tiles(base=70, tile=140), band=_EXACT, source=_OPENAI),
    ImageFamily(
        models=r"(chatgpt-4o|gpt-4o|gpt-4\.[15]|gpt-4-(turbo|vision))",
        rule=Tiles(base=85, tile=170),
        band=_EXACT,
        source=_OPENAI,
    ),
    ImageFamily(models=r"o[13](?!-mini)(?!\d)", rule=Tiles(base=75, tile=150), band=_EXACT, source=_OPENAI),
    ImageFamily(models="computer-use-preview", rule=Tiles(base=65, tile=129), band=_EXACT, source=_OPENAI),
    ImageFamily(  # 4.7 and later
        models=r"claude-[a-z]+-(4[-.]([7-9]|\d\d)|[5-9]|\d\d)(?!\d)",
        rule=VisualTokens(longest=2576, most=4784),
        band=_EXACT,
        source=_CLAUDE,
    ),
    ImageFamily(models=r"claude-(3|[a-z])", rule=VisualTokens(longest=1568, most=1568), band=_EXACT, source=_CLAUDE),
    ImageFamily(models=r"gemini-(1\.5|2)", rule=Crops(), band=_ROUGH, source=_GEMINI),
    ImageFamily(models="gemini-3", rule=Fixed(high=1120, low=280), band=_NEAR, source=_GEMINI_3),
)
AUDIO: tuple[AudioFamily, ...] = (
    AudioFamily(models=r"gpt-(audio|realtime|4o(-mini)?-(audio|realtime))", a_second=10, band=_NEAR, source=_REALTIME),
    AudioFamily(models=r"gemini-(1\.5|2)", a_second=32, band=_NEAR, source=_GEMINI_3),
    AudioFamily(models="gemini-3", a_second=25, band=_NEAR, source=_GEMINI_3),
)


def image_tokens(model: str, size: Size, *, low: bool = False) -> Counted | None:
    """Input tokens of an image of ``size`` pixels, at low or full detail; None where no rule is known for ``model``."""
    family = _family(IMAGES, model)
    if family is None:
        return None
    return Counted(tokens=family.rule.tokens(size, low=low), band=family.band, source=family.source)


def audio_tokens(model: str, seconds: float) -> Counted | None:
    """Input tokens of so many seconds of audio; None where no rule is known for ``model``."""
    family = _family(AUDIO, model)
    if family is None:
        return None
    return Counted(tokens=ceil(seconds * family.a_second), band=family.band, source=family.source)


def _family(families: Sequence[_F], model: str) -> _F | None:
    """The family of a model, also where gateways write its maker before the name, as in ``openai/gpt-4o``."""
    name = model.lower().rpartition("/")[2]
    return next((family for family in families if _pattern(family.models).match(name)), None)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(rf"(ft:|(\w+\.)*?anthropic\.)?{text}")


def _within(size: Size, most: int) -> Size:
    """A size made to fit a square, down only. Whole pixels, as bills show (https://community.openai.com/t/1281361)."""
    longest = max(size)
    if longest <= most:
        return size
    width, height = (max(round(side * Fraction(most, longest)), 1) for side in size)
    return width, height


def _beside(longest: int, size: Size) -> int:
    """The shorter side of a size whose longer one is shrunk to ``longest``."""
    return max(round(Fraction(longest * min(size), max(size))), 1)


def _visual(width: int, height: int) -> int:
    return ceil(width / 28) * ceil(height / 28)
