import pytest

from keeptabs.core.usage import Bucket, Unit
from keeptabs.pricing import units


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("input_mtok", 1_000_000),
        ("input_mchars", 1_000_000),
        ("web_searches_kcount", 1_000),
        ("audio_hours", 3_600),
        ("images", 1),
    ],
)
def test_a_key_says_how_many_units_its_amount_buys(key: str, expected: int) -> None:
    """A factor of a thousand is never a matter of opinion."""
    assert expected == units.per(key)


@pytest.mark.parametrize(
    ("bucket", "have", "covered", "expected"),
    [
        (Bucket.INPUT_TEXT, (), (), ["input_text_mtok", "input_mtok"]),
        (Bucket.INPUT_AUDIO, (), (), ["input_audio_mtok"]),
        (Bucket.INPUT_IMAGE, (), ("input.image",), ["input_image_mtok", "input_mtok"]),
        (Bucket.INPUT_IMAGE, (), ("output.image",), ["input_image_mtok"]),
        (
            Bucket.CACHE_READ_TEXT,
            (),
            (),
            ["cache_text_read_mtok", "cache_read_mtok", "input_text_mtok", "input_mtok"],
        ),
        (Bucket.CACHE_READ_AUDIO, (), (), ["cache_audio_read_mtok", "input_audio_mtok"]),
        (
            Bucket.CACHE_READ_IMAGE,
            (),
            ("input.image",),
            ["cache_image_read_mtok", "cache_read_mtok", "input_image_mtok", "input_mtok"],
        ),
        (
            Bucket.CACHE_READ_IMAGE,
            ("input_image_mtok",),
            ("input.image",),
            ["cache_image_read_mtok", "input_image_mtok", "input_mtok"],
        ),
        (Bucket.CACHE_WRITE, (), (), ["cache_write_mtok", "input_text_mtok", "input_mtok"]),
        (Bucket.CACHE_WRITE_1H, (), (), ["cache_write_1h_mtok", "cache_write_mtok", "input_text_mtok", "input_mtok"]),
        (Bucket.OUTPUT_REASONING, (), (), ["output_reasoning_mtok", "output_text_mtok", "output_mtok"]),
        (Bucket.OUTPUT_IMAGE, (), (), ["output_image_mtok"]),
        (Bucket.OUTPUT_AUDIO, (), ("output.audio",), ["output_audio_mtok", "output_mtok"]),
    ],
)
def test_a_bucket_falls_back_only_to_rates_that_are_right_for_it(
    bucket: Bucket, have: tuple[str, ...], covered: tuple[str, ...], expected: list[str]
) -> None:
    """Reasoning is text, cached input is at most fresh input, and audio and images are no text."""
    assert expected == list(units.keys(bucket, have, covered))


def test_every_key_that_prices_something_is_in_the_vocabulary() -> None:
    """A row may use each key that the evaluator looks for."""
    everything = {f"{way}.{kind}" for way in ("input", "output") for kind in ("audio", "image")}
    wanted = {key for bucket in Bucket for key in units.keys(bucket, (), everything)}
    wanted |= {key for keys in units.UNIT_KEYS.values() for key in keys}
    assert set() == wanted - units.KEYS
    assert set(Unit) == set(units.UNIT_KEYS)
