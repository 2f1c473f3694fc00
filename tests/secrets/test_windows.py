import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.secrets.windows import Cursor, windows


@given(
    chunks=st.lists(st.binary(max_size=40), max_size=12),
    reach=st.integers(1, 20),
    size=st.integers(1, 60),
)
def test_windows_cover_a_file_once(chunks: list[bytes], reach: int, size: int) -> None:
    """What is each one's own, joined, is the file, and around it is as much of the file as was asked for."""
    whole = b"".join(chunks)
    own = b""
    for window in windows(chunks, reach, size):
        assert whole[window.offset :].startswith(window.data)
        assert len(own) == window.offset + window.start
        own += window.data[window.start : window.stop]
        assert window.start >= min(reach, window.offset + window.start)
        assert len(window.data) - window.stop >= min(reach, len(whole) - len(own))
    assert own == whole


@given(lines=st.lists(st.text("aé€\U0001f600", max_size=30), max_size=12), size=st.integers(1, 60))
def test_windows_know_their_line_and_column(lines: list[str], size: int) -> None:
    """They are those of the text before the window, in characters."""
    whole = "\n".join(lines).encode()
    for window in windows([whole[at : at + 7] for at in range(0, len(whole), 7)], 5, size):
        text = whole[: window.offset]
        assert window.line == text.count(b"\n")
        assert window.column == len(text[text.rfind(b"\n") + 1 :].decode("utf-8", "ignore")) + (
            _is_cut(text[text.rfind(b"\n") + 1 :])
        )


def _is_cut(text: bytes) -> bool:
    """Whether a text ends in the middle of a character, which then counts."""
    return len(text.decode("utf-8", "ignore").encode()) < len(text)


def test_a_small_file_is_not_copied() -> None:
    """A window's data is the chunk itself."""
    chunk = b"x" * 1_000
    (window,) = windows([chunk], 100)
    assert window.data is chunk
    assert (window.start, window.stop) == (0, 1_000)


def test_an_empty_file_is_one_empty_window() -> None:
    """So that it counts as read."""
    assert [window.data for window in windows([], 10)] == [b""]


@pytest.mark.parametrize(
    ("text", "offset", "expected"),
    [("one\ntwo", 5, (1, 1)), ("one", 2, (0, 2)), ("é\né=", 5, (1, 1)), ("\n\n", 2, (2, 0))],
)
def test_a_cursor_counts_lines_and_characters(text: str, offset: int, expected: tuple[int, int]) -> None:
    """In steps it comes to the same."""
    data = text.encode()
    assert Cursor(data).to(offset) == expected
    cursor = Cursor(data)
    for step in range(offset):
        cursor.to(step)
    assert cursor.to(offset) == expected
