import pytest

from keeptabs.secrets.nearby import REACH, before, is_called, nearness


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ACME=", "acme="),
        ("one\ntwo\nthree\nk=", "one\ntwo\nthree\nk="),
        ("acme\none\ntwo\nthree\nk=", "one\ntwo\nthree\nk="),
        ("acme" + " " * 80, " " * 80),
        ("a" * 200 + "\n" + " " * 90, "a" * 200 + "\n" + " " * 80),
        ("acme" + "x\n" * 2 + "y" * REACH, "y" * 80),
        ("", ""),
    ],
    ids=["line", "lines", "too many lines", "too far in line", "long line above", "too far", "beginning"],
)
def test_what_is_near_is_the_line_and_three_above(text: str, expected: str) -> None:
    """Never more than a few hundred bytes, whatever the lines are like."""
    assert before(text.encode() + b"KEY", len(text)) == expected.encode()


@pytest.mark.parametrize(
    ("near", "path", "expected"),
    [
        (b"acme and acme ", "", 10),
        (b"co acme", "", 4),
        (b"nothing", "", -1),
        (b"nothing", "src/Acme.py", 0),
        (b"nothing", "acme/other.py", -1),
    ],
)
def test_the_nearest_word_counts(near: bytes, path: str, expected: int) -> None:
    """A file's own name is the farthest."""
    assert nearness(near, path, ("acme", "co ")) == expected


def test_no_words_are_always_near() -> None:
    """A rule without words asks for none."""
    assert nearness(b"", "", ()) == 0


@pytest.mark.parametrize(
    ("near", "expected"),
    [
        (b"wandb_api_key=", True),
        (b"api_key: ", True),
        (b"<apikey>", True),
        (b"xi-api-key: ", True),
        (b"?key=", True),
        (b"| provider | key |\n| acme | ", True),
        (b"authorization: bearer ", True),
        (b"acme_token=", True),
        (b"wandb login ", True),
        (b"aws_secret_access_key=", True),
        (b"max_tokens=4096 sha=", False),
        (b"tokenizer@", False),
        (b"monkey=", False),
        (b"keyboard: ", False),
        (b"integrity ", False),
        (b'"acme-sdk@^3": resolved ', False),
        (b"", False),
    ],
)
def test_what_is_called_a_key_is_one(near: bytes, expected: bool) -> None:
    """Words that only hold such a word do not count."""
    assert is_called(near) is expected
