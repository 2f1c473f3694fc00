import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.core.digest import MOST_PARTS, Digest, digest

SALT = b"a salt of this ledger"
LONG = "A" * 400  # written in base64, as pictures are
USER = {"role": "user", "content": "Hello"}
SYSTEM = {"role": "system", "content": "You are terse."}


def of(model: str = "openai/gpt-4o", *, salt: bytes = SALT, embeds: bool = False, **body: Any) -> Digest:
    return digest(json.dumps(body).encode(), model, salt, embeds=embeds)


CHAT = of(messages=[SYSTEM, USER], temperature=0)


@pytest.mark.parametrize(
    "same",
    [
        of(temperature=0, messages=[SYSTEM, {"content": "Hello", "role": "user"}]),
        of(messages=[SYSTEM, USER], temperature=0, stream=True, stream_options={"include_usage": True}),
        of(messages=[SYSTEM, USER], temperature=0, user="u-1", metadata={"a": "b"}, service_tier="flex"),
        of(messages=[SYSTEM, {**USER, "cache_control": {"type": "ephemeral"}}], temperature=0),
    ],
    ids=["order of members", "streamed", "who asks", "mark of a cache"],
)
def test_what_means_the_same_has_the_same_hash(same: Digest) -> None:
    """However it is written, sent or billed."""
    assert same.body == CHAT.body
    assert same.prefixes == CHAT.prefixes


@pytest.mark.parametrize(
    "other",
    [
        of(messages=[SYSTEM, USER], temperature=0.1),
        of(messages=[USER, SYSTEM], temperature=0),
        of(messages=[SYSTEM, {**USER, "content": "hello"}], temperature=0),
        of("openai/gpt-4.1", messages=[SYSTEM, USER], temperature=0),
        of(messages=[SYSTEM, USER], temperature=0, salt=b"another"),
    ],
    ids=["parameter", "order of messages", "one letter", "model", "ledger"],
)
def test_what_means_something_else_has_another(other: Digest) -> None:
    """One letter is enough, and another ledger tells nothing of this one."""
    assert other.body != CHAT.body


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ({"messages": [SYSTEM, USER], "tools": [{"type": "function"}]}, "tsu"),
        ({"instructions": "Be terse.", "input": "Hello"}, "su"),
        ({"input": [USER, {"type": "function_call_output", "output": "1"}]}, "uu"),
        ({"system": [{"type": "text", "text": "Be terse."}], "messages": [USER]}, "su"),
        ({"systemInstruction": {"parts": []}, "contents": [{"parts": []}, {"role": "model", "parts": []}]}, "sua"),
        ({"system": [{"text": "Be terse."}, {"cachePoint": {"type": "default"}}], "messages": [USER]}, "su"),
        ({"prompt": "Hello"}, "u"),
        ({"messages": [{"role": "tool", "content": "1"}, {"role": "critic"}, {"role": 3}, "odd"]}, "oxxu"),
        ({"messages": 3}, ""),
    ],
    ids=["chat", "responses", "items", "anthropic", "gemini", "bedrock", "prompt", "roles", "no prompt"],
)
def test_the_parts_of_a_prompt_are_told_in_every_format(body: dict[str, Any], parts: str) -> None:
    """In the order in which a model sees them: tools, system, messages."""
    found = of(**body)
    assert found.parts == parts
    assert len(found.prefixes) == len(found.ends) == len(parts)
    assert found.length == (found.ends[-1] if parts else 0)


@pytest.mark.parametrize(
    "body",
    [b"", b"[1]", b"--boundary", b'{"messages":[', b'{"input":"' + b"a" * 5_000_000 + b'"}'],
    ids=["empty", "no object", "upload", "cut off", "very large"],
)
def test_of_what_cannot_be_read_as_a_whole_only_the_size_is_kept(body: bytes) -> None:
    """A part may be alike where the whole is not."""
    assert digest(body, "m", SALT) == Digest(size=len(body))


def test_the_next_words_of_a_conversation_are_no_repeat() -> None:
    """What was said before is kept by the provider; an answer's id tells one from another."""
    assert not of(input="yes", conversation="conv_1").body
    assert of(input="yes", previous_response_id="a").body != of(input="yes", previous_response_id="b").body


def test_prompts_that_begin_alike_have_hashes_in_common_up_to_where_they_differ() -> None:
    """And from there on none, also where later messages are the same again."""
    one = of(messages=[SYSTEM, USER, {"role": "assistant", "content": "Hi"}])
    two = of(messages=[SYSTEM, {**USER, "content": "Good day"}, {"role": "assistant", "content": "Hi"}])
    assert [mine == theirs for mine, theirs in zip(one.prefixes, two.prefixes, strict=True)] == [True, False, False]


def test_a_long_prompt_is_known_by_its_beginning_and_whole_size() -> None:
    """At most 32 beginnings are kept; the size is that of all messages."""
    found = of(messages=[USER] * (MOST_PARTS + 8))
    assert len(found.prefixes) == MOST_PARTS
    assert found.length * MOST_PARTS == found.ends[-1] * (MOST_PARTS + 8)


@pytest.mark.parametrize(
    ("part", "images", "detailed"),
    [
        ({"type": "image_url", "image_url": {"url": f"data:image/png;base64,{LONG}", "detail": "high"}}, 1, 1),
        ({"type": "image_url", "image_url": {"url": f"data:image/png;base64,{LONG}"}}, 1, 0),
        ({"type": "input_image", "image_url": "https://example.com/a.png", "detail": "high"}, 1, 1),
        ({"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": LONG}}, 1, 0),
        ({"image": {"format": "png", "source": {"bytes": LONG}}}, 1, 0),
        ({"inlineData": {"mimeType": "image/png", "data": LONG}}, 1, 0),
        ({"inline_data": {"mime_type": "audio/wav", "data": LONG}}, 0, 0),
        ({"type": "text", "text": "an image"}, 0, 0),
    ],
    ids=["chat", "by default", "responses", "anthropic", "bedrock", "gemini", "a sound", "words"],
)
def test_pictures_are_counted_and_take_no_room(part: dict[str, Any], images: int, detailed: int) -> None:
    """In every format; where one stands, its hash is what the prompt is made of."""
    found = of(messages=[{"role": "user", "content": [part]}])
    assert (found.images, found.detailed) == (images, detailed)
    assert found.length < 300


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ({"input": "one"}, 1),
        ({"input": ["one", "two"]}, 2),
        ({"input": [1, 2, 3]}, 1),
        ({"input": [[1, 2], [3]]}, 2),
        ({"texts": ["one"] * 40}, 40),
        ({"content": {"parts": [{"text": "one"}]}}, 1),
        ({"model": "m"}, 0),
    ],
    ids=["text", "texts", "tokens", "tokens of texts", "many", "gemini", "nothing"],
)
def test_the_inputs_of_an_embedding_are_hashed_one_by_one(body: dict[str, Any], count: int) -> None:
    """All are counted, and at most 32 of them hashed."""
    found = of(embeds=True, **body)
    assert (found.embedded, len(found.items)) == (count, min(count, MOST_PARTS))


def test_an_input_is_the_same_in_another_company_and_another_with_other_dimensions() -> None:
    """A vector is made of a text, by a model, in so many dimensions."""
    alone, beside = of(embeds=True, input="one"), of(embeds=True, input=["two", "one"])
    shorter = of(embeds=True, input="one", dimensions=256)
    assert alone.items[0] == beside.items[1]
    assert alone.items[0] not in {beside.items[0], shorter.items[0]}


@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_have_a_digest(body: bytes, embeds: bool) -> None:
    """Nothing is raised, and the same bytes have the same one."""
    found = digest(body, "m", SALT, embeds=embeds)
    assert found == digest(body, "m", SALT, embeds=embeds)
    assert found.size == len(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["role", "type", "content", "image", "image_url", "inlineData", "messages", "input", "tools", "source"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["messages", "input", "contents", "tools", "system", "prompt"]), JSON))
def test_any_json_has_a_digest(body: dict[str, Any]) -> None:
    """Whatever stands where messages should."""
    found = of(**body)
    assert len(found.prefixes) == len(found.parts) <= MOST_PARTS
    assert of(embeds=True, **body).body == found.body


def test_no_text_of_a_prompt_is_kept() -> None:
    """Hashes, sizes and letters for parts are all there is."""
    found = of(messages=[{"role": "user", "content": "a very secret sentence"}], system="hidden words")
    kept = str(found)
    assert not any(word in kept for word in ("secret", "sentence", "hidden", "words"))
