"""Tokens of a prompt before it is sent."""

import struct
import wave
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core.errors import UserError
from keeptabs.core.usage import Bucket, Unit, Usage
from keeptabs.forecast.tokens import Part, audio_part, image_part, text_part, usages


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "page.gif"
    path.write_bytes(b"GIF89a" + struct.pack("<HH", 1024, 1024))
    return path


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "talk.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(b"\0\0" * 20_000)
    return path


@pytest.mark.parametrize(
    ("text", "counted", "expected"),
    [
        pytest.param("a" * 400, None, (103, 52, 155), id="four bytes a token, and a message around them"),
        pytest.param("€" * 100, None, (78, 39, 117), id="bytes, not characters"),
        pytest.param("a" * 400, 97, (100, 90, 111), id="a tokeniser knows better"),
        pytest.param("", None, (3, 2, 5), id="a message of nothing"),
    ],
)
def test_text_is_estimated_with_its_band(text: str, counted: int | None, expected: tuple[int, int, int]) -> None:
    """Half either way, and less where a tokeniser has counted."""
    part = text_part(text, "prompt.txt", counted)
    assert (part.tokens, part.low, part.high) == expected


def test_an_image_is_estimated_by_its_size(picture: Path) -> None:
    """As text, which is what models that see bill it as."""
    part = image_part(picture, "gpt-4o")
    assert (part.tokens, part.bucket, part.what) == (765, Bucket.INPUT_TEXT, "image, 1024 x 1024")
    assert part.low < part.tokens < part.high
    assert image_part(picture, "gpt-4o", low=True).tokens == 85


def test_audio_is_estimated_by_its_length(sound: Path) -> None:
    """By tokens a second, or by the seconds themselves where that is what is billed."""
    part = audio_part(sound, "gpt-4o-audio-preview")
    assert (part.tokens, part.bucket, part.what) == (25, Bucket.INPUT_AUDIO, "audio, 2.5 s")
    spoken = audio_part(sound, "whisper-large-v3")
    assert (spoken.tokens, spoken.bucket, spoken.seconds) == (0, None, Decimal("2.5"))


def test_what_cannot_be_told_is_said_in_one_line(picture: Path, sound: Path, tmp_path: Path) -> None:
    """The file and the reason: no rule, another format, or no file."""
    with pytest.raises(UserError, match=r"page\.gif: how llama-3 counts an image is not known"):
        image_part(picture, "llama-3")
    with pytest.raises(UserError, match=r"talk\.wav: no PNG, JPEG, GIF or WebP"):
        image_part(sound, "gpt-4o")
    with pytest.raises(UserError, match=r"talk\.wav: how gpt-4o counts audio is not known"):
        audio_part(sound, "gpt-4o")
    with pytest.raises(UserError, match=r"page\.gif: how long it is can be told of a WAV file"):
        audio_part(picture, "gpt-audio")
    for read in (image_part, audio_part):
        with pytest.raises(UserError, match=r"none: No such file or directory"):
            read(tmp_path / "none", "gpt-audio")


@given(
    counts=st.lists(st.tuples(st.integers(0, 10**6), st.floats(0, 0.9)), max_size=5),
    given_input=st.integers(0, 10**6),
)
def test_the_middle_lies_in_the_band(counts: list[tuple[int, float]], given_input: int) -> None:
    """Sums of parts and of what is known do too."""
    parts = [Part(name="x", what="", bucket=Bucket.INPUT_TEXT, tokens=tokens, band=band) for tokens, band in counts]
    low, mid, high = usages(parts, Usage(tokens={Bucket.INPUT_TEXT: given_input}))
    assert mid.input == given_input + sum(tokens for tokens, _ in counts)
    assert given_input <= (low.input or 0) <= (mid.input or 0) <= (high.input or 0)
    assert mid.estimated is any(band for _, band in counts)


def test_seconds_stand_beside_tokens() -> None:
    """They have no band: a file says how long it is."""
    part = Part(name="x", what="", seconds=Decimal("2.5"))
    for usage in usages([part, part], Usage(tokens={Bucket.OUTPUT_TEXT: 4})):
        assert usage == Usage(tokens={Bucket.OUTPUT_TEXT: 4}, units={Unit.SECONDS: Decimal(5)})
