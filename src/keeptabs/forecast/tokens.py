"""Tokens of a prompt before it is sent: of text, of images and of audio, each with a band, and never as a fact."""

import wave
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from math import ceil
from pathlib import Path

import msgspec

from keeptabs.core.errors import UserError
from keeptabs.core.estimate import A_MESSAGE, BAND, BYTES_A_TOKEN
from keeptabs.core.media_tokens import audio_tokens, image_tokens
from keeptabs.core.usage import Bucket, Unit, Usage
from keeptabs.forecast.image_size import image_size

# A text that was counted whole: what is added around messages and for tools is not in it.
BAND_COUNTED = 0.1
_HEAD = 1 << 20  # bytes of an image that are read: thumbnails and profiles may stand before a JPEG's size


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What one file of a prompt makes: tokens in a bucket, or seconds where audio is billed by time."""

    name: str
    what: str  # what it is and how it was counted
    bucket: Bucket | None = None
    tokens: int = 0
    seconds: Decimal = Decimal(0)
    band: float = 0.0

    @property
    def low(self) -> int:
        """Tokens at the lower end of the band."""
        return round(self.tokens * (1 - self.band))

    @property
    def high(self) -> int:
        """Tokens at the upper end of the band."""
        return ceil(self.tokens * (1 + self.band))


def text_part(text: str, name: str, counted: int | None = None) -> Part:
    """A message of text; ``counted`` is what a tokeniser of the model makes of it, where there is one."""
    size = len(text.encode())
    if counted is not None:
        tokens, band, how = counted, BAND_COUNTED, "counted by tiktoken"
    else:
        tokens, band, how = ceil(size / BYTES_A_TOKEN), BAND, f"{BYTES_A_TOKEN} bytes a token"
    return Part(name=name, what=f"text, {how}", bucket=Bucket.INPUT_TEXT, tokens=tokens + A_MESSAGE, band=band)


def image_part(path: Path, model: str, *, low: bool = False) -> Part:
    """An image file at full or ``low`` detail.

    Raises:
        UserError: the file cannot be read, is no image whose size can be told, or no rule is known for the model.
    """
    try:
        with path.open("rb") as file:
            size = image_size(file.read(_HEAD))
    except OSError as error:
        raise UserError(f"{path}: {error.strerror or error}") from error
    if size is None:
        raise UserError(f"{path}: no PNG, JPEG, GIF or WebP whose size can be told")
    found = image_tokens(model, size, low=low)
    if found is None:
        raise UserError(f"{path}: how {model} counts an image is not known: give its tokens with --input")
    what = f"image, {size[0]} x {size[1]}{', low detail' if low else ''}"
    # As text: the models whose rules are known bill what they see at the rate of what they read.
    return Part(name=str(path), what=what, bucket=Bucket.INPUT_TEXT, tokens=found.tokens, band=found.band)


def audio_part(path: Path, model: str) -> Part:
    """A WAV file.

    Raises:
        UserError: the file cannot be read, is no WAV of plain samples, or no rule is known for the model.
    """
    seconds = _seconds(path)
    what = f"audio, {seconds:.1f} s"
    if "whisper" in model.lower():
        return Part(name=str(path), what=what, seconds=seconds)  # billed by time, wherever it is served
    found = audio_tokens(model, float(seconds))
    if found is None:
        raise UserError(f"{path}: how {model} counts audio is not known: give its tokens with --input")
    return Part(name=str(path), what=what, bucket=Bucket.INPUT_AUDIO, tokens=found.tokens, band=found.band)


def _seconds(path: Path) -> Decimal:
    try:
        with wave.open(str(path), "rb") as sound:
            return Decimal(sound.getnframes()) / max(sound.getframerate(), 1)
    except OSError as error:
        raise UserError(f"{path}: {error.strerror or error}") from error
    except (wave.Error, EOFError) as error:
        raise UserError(f"{path}: how long it is can be told of a WAV file of plain samples only ({error})") from error


def usages(parts: Sequence[Part], known: Usage) -> tuple[Usage, Usage, Usage]:
    """The usage at the low end, in the middle and at the high end of the band, with what is ``known`` added to each."""
    return (
        _usage([(part, part.low) for part in parts], known),
        _usage([(part, part.tokens) for part in parts], known),
        _usage([(part, part.high) for part in parts], known),
    )


def _usage(counted: Sequence[tuple[Part, int]], known: Usage) -> Usage:
    tokens: Counter[Bucket] = Counter()
    for part, count in counted:
        if part.bucket is not None:
            tokens[part.bucket] += count
    tokens.update(known.tokens)
    seconds = sum((part.seconds for part, _ in counted), Decimal(0))
    units = {Unit.SECONDS: seconds} if seconds else {}
    return Usage(tokens=dict(tokens), units=units, estimated=any(part.band for part, _ in counted))
