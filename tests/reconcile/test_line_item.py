from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from keeptabs.core.usage import Bucket, Unit
from keeptabs.reconcile.line_item import read
from keeptabs.reconcile.statement import Kind

MEASURES = ["tokens", "1000_tokens", "duration_seconds", "duration_minutes", "duration_hours", "images", "characters"]


@pytest.mark.parametrize(
    ("text", "model", "unit"),
    [
        ("gpt-5.5-2026-04-23, input", "gpt-5.5-2026-04-23", Bucket.INPUT_TEXT),
        ("gpt-5.5-2026-04-23, cached input", "gpt-5.5-2026-04-23", Bucket.CACHE_READ_TEXT),
        ("gpt-5.5-2026-04-23, output", "gpt-5.5-2026-04-23", Bucket.OUTPUT_TEXT),
        ("gpt-5.6-sol, cache writes", "gpt-5.6-sol", Bucket.CACHE_WRITE),
        ("gpt-5.6-sol, cache writes 30m", "gpt-5.6-sol", Bucket.CACHE_WRITE_30M),
        ("gpt-6-astra, input_tokens", "gpt-6-astra", Bucket.INPUT_TEXT),
        ("gpt-6-astra, cached_input_tokens", "gpt-6-astra", Bucket.CACHE_READ_TEXT),
        ("gpt-6-astra, input_cached_audio_tokens", "gpt-6-astra", Bucket.CACHE_READ_AUDIO),
        ("gpt-6-astra, cache_write_12h_tokens", "gpt-6-astra", Bucket.CACHE_WRITE_12H),
        ("gpt-audio-mini-2025-12-15 audio, input", "gpt-audio-mini-2025-12-15", Bucket.INPUT_AUDIO),
        ("gpt-audio-mini-2025-12-15 text, output", "gpt-audio-mini-2025-12-15", Bucket.OUTPUT_TEXT),
        ("gpt-image-2.5-flare image, output", "gpt-image-2.5-flare", Bucket.OUTPUT_IMAGE),
        ("gpt-image-2.5-sunburst text, cached input", "gpt-image-2.5-sunburst", Bucket.CACHE_READ_TEXT),
        ("gpt-image-1, image input", "gpt-image-1", Bucket.INPUT_IMAGE),
        ("ft:gpt-4o-mini-2024-07-18:acme::Bx1, input", "ft:gpt-4o-mini-2024-07-18:acme::Bx1", Bucket.INPUT_TEXT),
        ("ft:gpt-4o:container-storage::1, input", "ft:gpt-4o:container-storage::1", Bucket.INPUT_TEXT),
        ("  GPT-4o, Output ", "GPT-4o", Bucket.OUTPUT_TEXT),
    ],
)
def test_tokens_go_to_the_bucket_that_their_words_name(text: str, model: str, unit: Bucket) -> None:
    """Both spellings of the words are read, whatever the model is called."""
    item = read(text, "tokens")
    assert (item.kind, item.model, item.unit, item.tier, item.batch) == (Kind.TOKENS, model, unit, None, False)
    assert item.quantity(Decimal(5)) == 5


@pytest.mark.parametrize(
    ("text", "tier", "batch", "long_context"),
    [
        ("gpt-5.6-sol, output", None, False, False),
        ("priority | gpt-5.6-sol, output, long context", "priority", False, True),
        ("flex | gpt-5-mini, input", "flex", False, False),
        ("Batch | gpt-5-mini, cached input", None, True, False),
        ("default | gpt-5-mini, input, long context", None, False, True),
    ],
)
def test_how_a_request_was_served_stands_around_the_model(
    text: str, tier: str | None, batch: bool, long_context: bool
) -> None:
    """The standard tier is no tier, a batch is no tier, and any other tier is kept by its name."""
    item = read(text)
    assert (item.kind, item.tier, item.batch, item.long_context) == (Kind.TOKENS, tier, batch, long_context)


@pytest.mark.parametrize(
    ("text", "measure", "model", "unit", "quantity"),
    [
        ("whisper-1, audio", "duration_seconds", "whisper-1", Unit.SECONDS, 2),
        ("whisper-1, audio", "duration_minutes", "whisper-1", Unit.SECONDS, 120),
        ("whisper-1, audio", "duration_hours", "whisper-1", Unit.SECONDS, 7_200),
        ("whisper-1, audio", None, "whisper-1", None, None),
        ("tts-1, audio", "characters", "tts-1", Unit.CHARACTERS, 2),
        ("dall-e-3", "images", "dall-e-3", Unit.IMAGES, 2),
        ("web search tool calls", None, None, Unit.WEB_SEARCHES, None),
        ("web search preview tool calls", None, None, Unit.WEB_SEARCHES_PREVIEW, None),
        ("gpt-4o, web search tool calls", None, "gpt-4o", Unit.WEB_SEARCHES, None),
        ("file search tool calls", None, None, Unit.FILE_SEARCHES, None),
        ("assistants api | code interpreter", None, None, Unit.CONTAINERS, None),
    ],
)
def test_what_calls_use_that_is_no_token_has_its_own_unit(
    text: str, measure: str | None, model: str | None, unit: Unit | None, quantity: int | None
) -> None:
    """The measure of the row decides, and where it measures something else there is no quantity."""
    item = read(text, measure)
    assert (item.kind, item.model, item.unit) == (Kind.UNITS, model, unit)
    assert item.quantity(Decimal(2)) == quantity


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("Vector storage", "gibibyte_hours"),
        ("Vector storage", None),
        ("a name that is new", "gibibyte_hours"),
        ("file search storage", None),
        ("assistants api | file search", None),
        ("o4-mini-2025-04-16, training", "duration_hours"),
        ("Fine-tuning", None),
    ],
)
def test_what_no_call_is_billed_for_is_fixed(text: str, measure: str | None) -> None:
    """Storage and training are billed whether anybody calls or not."""
    assert read(text, measure).kind is Kind.FIXED


@pytest.mark.parametrize(
    "text",
    [
        "",
        "gpt-4o",
        "Completions",
        "Image models",
        "gpt-4o, sideways",
        "gpt-4o, input output",
        "gpt-4o, cached output",
        "gpt-4o, audio image input",
        "gpt-4o audio, image input",
        "gpt-4o, ",
        "two words, input",
        "two words | gpt-4o, input",
        "websearch",
        "research, input?",
        "gpt-4o, input, long context" + " " * 500,
    ],
)
def test_what_is_not_known_stays_unread(text: str) -> None:
    """No model and no unit are guessed."""
    item = read(text)
    assert (item.kind, item.model, item.unit) == (Kind.UNREAD, None, None)


@pytest.mark.parametrize(
    ("text", "measure", "said", "quantity"),
    [
        ("gpt-4o, input", "1000_tokens", "1.5", "1500"),
        ("gpt-4o, input", "images", "3", "3"),
        ("gpt-4o, input", None, "3", None),
        ("gpt-4o, input", "gallons", "3", None),
        ("gpt-4o, input", "tokens", "NaN", None),
        ("web search tool calls", "tokens", "3", None),
        ("Vector storage", "gibibyte_hours", "3", None),
    ],
)
def test_a_quantity_is_in_the_units_of_the_ledger(
    text: str, measure: str | None, said: str, quantity: str | None
) -> None:
    """Thousands and minutes are multiplied out; a measure that is not known gives no number."""
    found = read(text, measure).quantity(Decimal(said))
    assert found == (None if quantity is None else Decimal(quantity))


WORDS = st.sampled_from(
    ["priority | ", "gpt-4o", " audio", ", ", "input", "cached", "cache writes", "long context", "|"]
)


@given(
    st.text(max_size=600) | st.lists(WORDS).map("".join), st.none() | st.sampled_from(MEASURES) | st.text(max_size=9)
)
@example("priority | priority | gpt-4o, input", "tokens")
def test_any_text_can_be_read(text: str, measure: str | None) -> None:
    """Whatever it is, there is a kind, and a unit is one that the ledger has."""
    item = read(text, measure)
    assert item.unit is None or item.unit in {*Bucket, *Unit}
    assert (item.kind is Kind.TOKENS) == (item.unit in set(Bucket))
    assert item.quantity(Decimal(1)) in {None, 1, 60, 1_000, 3_600}
