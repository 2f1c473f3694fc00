"""Tokens of images and audio, against what vendors document and what users were billed."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core.media_tokens import AUDIO, IMAGES, ImageFamily, Size, audio_tokens, image_tokens

SIDE = st.integers(1, 20_000)
FULL, LOW = False, True


@pytest.mark.parametrize(
    ("model", "size", "low", "tokens"),
    [
        pytest.param("gpt-4o", (1024, 1024), FULL, 765, id="the guide: four tiles"),
        pytest.param("gpt-4o", (2048, 4096), FULL, 1105, id="the guide: six tiles"),
        pytest.param("gpt-4o", (4096, 8192), LOW, 85, id="the guide: low detail, whatever the size"),
        pytest.param("gpt-4.1", (2049, 513), FULL, 1445, id="billed: a pixel too many is another row"),
        pytest.param("gpt-4.1", (2050, 513), FULL, 765, id="billed: half a pixel is rounded off"),
        pytest.param("o3", (128, 64), FULL, 225, id="billed: nothing is made larger"),
        pytest.param("o3", (128, 64), LOW, 75, id="billed: o3 at low detail"),
        pytest.param("gpt-4o-mini", (128, 64), FULL, 8500, id="billed: dear tiles"),
        pytest.param("gpt-4o-mini", (128, 64), LOW, 2833, id="billed: dear at low detail"),
        pytest.param("gpt-5-2025-08-07", (1024, 1024), FULL, 630, id="gpt-5"),
        pytest.param("gpt-4.1-mini", (1024, 1024), FULL, 1659, id="the guide: 1024 patches"),
        pytest.param("gpt-4.1-mini", (1800, 2400), FULL, 2352, id="the guide: shrunk to 1452 patches"),
        pytest.param("gpt-4.1-mini", (4000, 1474), FULL, 2488, id="billed: all 1536 patches"),
        pytest.param("gpt-4.1-nano", (128, 64), FULL, 20, id="billed: eight patches"),
        pytest.param("gpt-5.4", (10_000, 10_000), FULL, 3000, id="a budget of 2,500"),
        pytest.param("claude-opus-4-7", (1000, 1000), FULL, 1296, id="patches of 28"),
        pytest.param("claude-opus-4-6", (3000, 3000), FULL, 1521, id="until 4.6 at most 1,568 tokens"),
        pytest.param("claude-opus-4-7", (3000, 3000), FULL, 4761, id="from 4.7 on at most 4,784"),
        pytest.param("claude-sonnet-4-20250514", (3000, 3000), FULL, 1521, id="a date is no version"),
        pytest.param("us.anthropic.claude-haiku-4-5-20251001-v1:0", (28, 29), FULL, 2, id="on Bedrock"),
        pytest.param("gemini-2.5-flash", (384, 384), FULL, 258, id="small"),
        pytest.param("gemini-2.5-flash", (960, 540), FULL, 1548, id="the guide: six crops"),
        pytest.param("gemini-2.5-flash", (3840, 2160), FULL, 1548, id="the guide: crops grow with the image"),
        pytest.param("gemini-2.5-flash", (100, 1000), FULL, 1032, id="a strip has crops of 256"),
        pytest.param("claude-opus-4-7", (5000, 100), FULL, 184, id="a strip is shortened to 2,576 pixels"),
        pytest.param("gemini-3-pro", (99, 9999), FULL, 1120, id="a fixed budget"),
        pytest.param("gemini-3-pro", (99, 9999), LOW, 280, id="a smaller fixed budget"),
        pytest.param("openai/gpt-4o", (1024, 1024), FULL, 765, id="a gateway names the maker"),
        pytest.param("ft:gpt-4o-2024-08-06:acme::1", (1024, 1024), FULL, 765, id="fine-tuned"),
    ],
)
def test_an_image_is_counted_as_documented_and_as_billed(model: str, size: Size, low: bool, tokens: int) -> None:
    """The documented examples, and counts that users read off their bills, come out to the token."""
    found = image_tokens(model, size, low=low)
    assert found is not None
    assert found.tokens == tokens
    assert found.band > 0


def test_a_documented_number_of_patches_comes_out() -> None:
    """The guide's own example shrinks 1800 x 2400 to 33 x 44 patches: 1452."""
    found = image_tokens("o4-mini", (1800, 2400))
    assert found is not None
    assert found.tokens == round(1452 * 1.72)


@pytest.mark.parametrize("model", ["llama-3", "o1-mini", "o3-mini", "gpt-3.5-turbo", "my-gpt-4o", "o30"])
def test_what_has_no_rule_is_not_guessed(model: str) -> None:
    """Near misses of names that have one, too."""
    assert image_tokens(model, (10, 10)) is None


@pytest.mark.parametrize(
    ("model", "tokens"),
    [
        ("gpt-4o-audio-preview", 125),
        ("gpt-4o-mini-realtime-preview", 125),
        ("gpt-realtime-1.5", 125),
        ("gemini-2.5-flash", 400),
        ("gemini-3-flash", 313),
        ("gpt-4o-transcribe", None),
        ("gpt-4o", None),
        ("whisper-1", None),
    ],
)
def test_audio_is_counted_by_its_seconds(model: str, tokens: int | None) -> None:
    """Twelve and a half of them; a part of a token is one."""
    found = audio_tokens(model, 12.5)
    assert (found.tokens if found else None) == tokens


@pytest.mark.parametrize("family", IMAGES, ids=lambda family: family.models)
def test_every_image_has_a_token_and_no_more_than_its_family_allows(family: ImageFamily) -> None:
    """From one pixel to sides that no vendor takes, upright or lying."""
    sizes = [(width, height) for width in (1, 31, 513, 4096, 90_000) for height in (1, 29, 769, 30_000)]
    rule = family.rule
    for size in sizes:
        found = rule.tokens(size, low=False)
        assert found >= 1
        if hasattr(rule, "most"):
            assert found <= round(rule.most * float(getattr(rule, "factor", 1)))
        elif hasattr(rule, "tile"):
            assert found <= rule.base + 8 * rule.tile
        assert rule.tokens(size, low=True) <= found


@given(width=SIDE, height=SIDE)
def test_an_image_on_its_side_counts_the_same(width: int, height: int) -> None:
    """No rule knows up from down."""
    for family in IMAGES:
        assert family.rule.tokens((width, height), low=False) == family.rule.tokens((height, width), low=False)


@given(width=st.integers(1, 700), height=st.integers(1, 700), more=st.integers(0, 60))
def test_more_pixels_are_never_fewer_tokens_where_nothing_is_shrunk(width: int, height: int, more: int) -> None:
    """Patches and tiles only add up; crops are left out, since they grow with the image."""
    for model in ("gpt-4.1-mini", "claude-opus-4-7", "gpt-4o", "gemini-3-pro"):
        smaller, larger = image_tokens(model, (width, height)), image_tokens(model, (width + more, height))
        assert smaller is not None
        assert larger is not None
        assert smaller.tokens <= larger.tokens


@given(seconds=st.floats(0, 1e6), more=st.floats(0, 1e3))
def test_more_audio_is_never_fewer_tokens(seconds: float, more: float) -> None:
    """And none is nothing."""
    shorter, longer = audio_tokens("gemini-2.5-pro", seconds), audio_tokens("gemini-2.5-pro", seconds + more)
    assert shorter is not None
    assert longer is not None
    assert seconds * 32 <= shorter.tokens <= longer.tokens


@pytest.mark.parametrize("family", [*IMAGES, *AUDIO], ids=lambda family: f"{type(family).__name__} {family.models}")
def test_every_rule_says_where_it_comes_from(family: ImageFamily) -> None:
    """A source, the day on which it was read, and how far it may be off."""
    assert re.match(r"https://\S+\.\S+$", family.source)
    assert date.fromisoformat(family.checked).isoformat() == family.checked
    assert 0 < family.band < 1
