"""What is written like a key and is none does not pass, and what was drawn at random does."""

import math
import sys
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.secrets.gates import digest, entropy, is_real, is_written

sys.path.insert(0, str(Path(__file__).parent))
try:
    from secret_keys import BY_ID, TABLE, keys
finally:
    sys.path.pop(0)

GROQ, OPENAI, OPENROUTER = BY_ID["groq-key"], BY_ID["openai-project-key"], BY_ID["openrouter-key"]
AWS, AWS_SECRET, LANGFUSE = BY_ID["aws-access-key-id"], BY_ID["aws-secret-access-key"], BY_ID["langfuse-secret-key"]
BEDROCK, COHERE, QDRANT = BY_ID["bedrock-short-term-key"], BY_ID["cohere-key"], BY_ID["qdrant-key"]
LITELLM, VOYAGE = BY_ID["litellm-key"], BY_ID["voyage-key"]


def drawn(length: int, characters: str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") -> str:
    """Random text that is always the same."""
    random = Random(5)
    return "".join(random.choice(characters) for _ in range(length))


@pytest.mark.parametrize(
    ("rule", "filled"),
    [
        (GROQ, "x" * 52),
        (GROQ, "X0" * 26),
        (GROQ, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        (GROQ, "1234567890" * 5 + "12"),
        (GROQ, "YourGroqApiKeyGoesHere" + drawn(30)),
        (GROQ, "EXAMPLE" + drawn(45)),
        (GROQ, drawn(40) + "placeholder1"),
        (GROQ, drawn(46) + "aaaaaa"),
        (GROQ, drawn(40) + "ABCDEFGHIJKL"),
        (GROQ, drawn(40) + "AbCdEfGhIjKl"),
        (GROQ, drawn(40) + "987654321000"),
        (GROQ, "a1b2c3d4e5f6" + drawn(40)),
        (GROQ, drawn(26) * 2),
        (GROQ, drawn(52).lower()),
        (GROQ, drawn(52).upper()),
        (GROQ, "aB1" * 17 + "z"),
        (LITELLM, "some-long-service-name"),
        (LITELLM, "SOME_LONG_CONSTANT_NAM"),
        (VOYAGE, "my-api-key-" + drawn(32)),
        (OPENROUTER, "0123456789abcdef" * 4),
        (OPENROUTER, "deadbeef" + drawn(56, "0123456789abcdef")),
        (OPENROUTER, "0" * 63 + "1"),
        (BEDROCK, "A1b2" * 40),
        (BEDROCK, drawn(90) + "abcdefghijklmnop"),
        (QDRANT, f"{drawn(25)}.eyJ{'1234567890' * 3}.{drawn(43)}"),
        (COHERE, "ModelGardenSourcePartnerCohereConfigName"),
    ],
    ids=lambda value: value.id if hasattr(value, "id") else value[:24],
)
def test_what_people_write_in_a_keys_place_is_none(rule: object, filled: str) -> None:
    """Placeholders, the alphabet, the same again and again, and words."""
    made = rule.forms[-1].partition("{")[0] + filled
    assert not is_real(rule, made.encode())


@pytest.mark.parametrize(
    ("rule", "filled"),
    [
        (GROQ, drawn(52)),
        (GROQ, drawn(46) + "abcdef"),
        (GROQ, drawn(47) + "zzzzz"),
        (GROQ, drawn(48) + "Your"),
        (GROQ, drawn(48) + "Test"),
        (LITELLM, drawn(22)),
        (COHERE, drawn(39, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") + "7"),
        (BEDROCK, "JTJG" + "A7b2Q9d4" * 20),
        (OPENROUTER, drawn(64, "0123456789abcdef")),
        (OPENROUTER, "12345" + drawn(59, "0123456789abcdef")),
    ],
    ids=lambda value: value.id if hasattr(value, "id") else value[-24:],
)
def test_what_may_have_been_drawn_is_a_key(rule: object, filled: str) -> None:
    """The same, one short of what tells: where the gates doubt, it is a key."""
    made = rule.forms[-1].partition("{")[0] + filled
    assert is_real(rule, made.encode())


@pytest.mark.parametrize(
    "uuid",
    [
        "00000000-0000-0000-0000-000000000000",
        "12345678-1234-1234-1234-123456789abc",
        "11111111-2222-3333-4444-555555555555",
    ],
)
def test_a_uuid_that_somebody_typed_is_no_key(uuid: str) -> None:
    """Zeros, counting, and one digit a group."""
    assert not is_real(LANGFUSE, f"sk-lf-{uuid}".encode())


@pytest.mark.parametrize(
    ("rule", "pieces"),
    [
        (AWS, ("AK", "IAIOSFODNN7", "EXAMPLE")),
        (AWS, ("AK", "IAI44QH8DHB", "EXAMPLE")),
        (AWS_SECRET, ("wJalrXUtnFEMI/K7MDENG", "/bPxRfiCY", "EXAMPLEKEY")),
    ],
    ids=["aws id", "aws other id", "aws secret"],
)
def test_a_key_of_public_documents_is_known(rule: object, pieces: tuple[str, ...]) -> None:
    """By its digest, which is another one for any other key."""
    key = "".join(pieces)
    assert not is_real(rule, key.encode())
    assert digest(key.encode()) != digest(key[:-1].encode())


def test_nearly_every_key_that_is_drawn_at_random_passes() -> None:
    """Of tier A, 9,990 of 10,000 at least; of the others, 9,950."""
    passed = {tier: [0, 0] for tier in "abc"}
    for rule in TABLE:
        for key in keys(rule, 300, seed=3):
            passed[rule.tier][0] += is_real(rule, key.encode())
            passed[rule.tier][1] += 1
    shares = {tier: real / made for tier, (real, made) in passed.items()}
    assert shares["a"] >= 0.999, shares
    assert min(shares.values()) >= 0.995, shares


@given(st.sampled_from(TABLE), st.binary(max_size=200))
def test_any_bytes_are_a_key_or_none(rule: object, data: bytes) -> None:
    """Nothing is raised, whatever stands where a key was expected."""
    assert is_real(rule, data) in {True, False}


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", 0.0), ("aaaa", 0.0), ("ab", 1.0), ("abcd", 2.0), ("aabb", 1.0), ("0123456789abcdef", 4.0)],
)
def test_entropy_is_the_bits_that_a_character_takes(text: str, expected: float) -> None:
    """Of one character none, of two as frequent one."""
    assert entropy(text) == pytest.approx(expected)


@given(st.text(min_size=1, max_size=80), st.randoms())
def test_entropy_knows_no_order_and_no_more_than_there_is(text: str, random: Random) -> None:
    """It is the same however the characters are shuffled, and at most what all different ones have."""
    shuffled = list(text)
    random.shuffle(shuffled)
    assert entropy("".join(shuffled)) == pytest.approx(entropy(text))
    assert -1e-9 <= entropy(text) <= math.log2(len(text)) + 1e-9


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("q7aaaaaazx", True),
        ("q7aaaaazx", False),
        ("q7abcdefgzx", True),
        ("q7abcdefzx", False),
        ("q7gfedcbazx", True),
        ("q7AbCdEfGzx", True),
        ("a1b2c3d4k", True),
        ("a1b2c3k9z", False),
        ("k3z9k3z9", True),
        ("k3z9k3z8", False),
        ("", False),
        ("k", False),
    ],
)
def test_a_text_that_counts_or_repeats_itself_was_written(text: str, expected: bool) -> None:
    """Five of the same, or six that count, may be chance."""
    assert is_written(text) is expected
