import gc
from collections.abc import Callable
from io import BufferedReader, BytesIO, RawIOBase, UnsupportedOperation
from types import SimpleNamespace
from typing import Any

import pytest

from keeptabs.core.exchange import Ending, Exchange, Request
from keeptabs.patching.readers import watch
from keeptabs.patching.recording import Recording
from keeptabs.patching.shield import shield


class Owner:
    """By whom an application holds a file."""


@pytest.fixture
def ended() -> list[Exchange]:
    return []


@pytest.fixture
def recording(ended: list[Exchange]) -> Recording:
    request = Request(method="POST", host="h", path="/v1/responses")
    made = Recording("http.client", request, (), 0, lambda recording: ended.append(recording.exchange()))
    made.answered(200, (), streamed=True)
    return made


def body(file: Any, length: int | None = None, *, chunked: bool = False) -> Any:
    """A response whose file this is."""
    return SimpleNamespace(fp=file, chunked=chunked, length=length)


def outcome(ended: list[Exchange]) -> list[tuple[Ending, bytes]]:
    return [(seen.ending, seen.response.body if seen.response else b"") for seen in ended]


def test_a_file_is_as_it_was_before_and_after(recording: Recording, ended: list[Exchange]) -> None:
    """Its class never changes, and what stands on the instance is gone with the end."""
    file, owner = BufferedReader(BytesIO(b"some more")), Owner()
    assert watch(body(file, 4), recording, owner)
    assert (type(file), set(vars(file))) == (BufferedReader, {"read", "read1", "readline", "readinto", "close"})
    assert (file.read(4), vars(file), file.read()) == (b"some", {}, b" more")
    assert outcome(ended) == [(Ending.COMPLETE, b"some")]


READS: dict[str, Callable[[Any], Any]] = {
    "all": lambda file: file.read(),
    "all, said so": lambda file: file.read(-1),
    "more than there is": lambda file: file.read(99),
    "to the empty end": lambda file: (file.read(4), file.read(1)),
    "read1": lambda file: (file.read1(), file.read1()),
    "lines": lambda file: (file.readline(), file.readline()),
    "into": lambda file: file.readinto(bytearray(99)),
}


@pytest.mark.parametrize("way", READS)
def test_the_end_of_a_file_is_the_end_of_a_body_without_length(
    recording: Recording, ended: list[Exchange], way: str
) -> None:
    """However it shows, it is a regular end."""
    file, owner = BufferedReader(BytesIO(b"some")), Owner()
    assert watch(body(file), recording, owner)
    READS[way](file)
    assert outcome(ended) == [(Ending.COMPLETE, b"some")]


@pytest.mark.parametrize("way", READS)
def test_the_end_of_a_file_before_the_length(recording: Recording, ended: list[Exchange], way: str) -> None:
    """However it shows, the body has broken off."""
    file, owner = BufferedReader(BytesIO(b"some")), Owner()
    assert watch(body(file, 9), recording, owner)
    READS[way](file)
    assert outcome(ended) == [(Ending.FAILED, b"some")]
    assert ended[0].error == "IncompleteRead"


@pytest.mark.parametrize("ask", [lambda file: file.read(0), lambda file: file.read1(0), lambda file: file.readline(0)])
def test_to_ask_for_nothing_is_no_end(recording: Recording, ended: list[Exchange], ask: Any) -> None:
    """No bytes are what was asked for."""
    file, owner = BufferedReader(BytesIO(b"some")), Owner()
    assert watch(file, recording, owner)
    assert (ask(file), ended) == (b"", [])


def test_a_file_that_gives_less_than_asked(recording: Recording, ended: list[Exchange]) -> None:
    """One that is not buffered may, before its end."""
    pieces = [b"so", b"me", b""]
    file: Any = SimpleNamespace(read=lambda amount: pieces.pop(0))
    owner = Owner()
    assert watch(file, recording, owner)
    assert [file.read(9), file.read(9), len(ended), file.read(9)] == [b"so", b"me", 0, b""]
    assert outcome(ended) == [(Ending.COMPLETE, b"some")]


class Failing(RawIOBase):
    """A file that does not wait, and then fails."""

    def __init__(self) -> None:
        super().__init__()
        self.turns = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> Any:
        self.turns += 1
        if self.turns == 2:
            return None
        if self.turns > 2:
            raise TimeoutError
        buffer[:2] = b"so"
        return 2


def test_nothing_yet_and_a_failure(recording: Recording, ended: list[Exchange]) -> None:
    """Bytes that are not there yet are no end, and an exception passes as it is and ends the recording."""
    file: Any = Failing()
    owner, buffer = Owner(), bytearray(2)
    assert watch(file, recording, owner)
    assert (file.readinto(buffer), file.readinto(buffer), ended) == (2, None, [])
    with pytest.raises(TimeoutError):
        file.readinto(buffer)
    assert (outcome(ended), ended[0].error) == ([(Ending.FAILED, b"so")], "TimeoutError")


def test_a_method_that_calls_another(recording: Recording, ended: list[Exchange]) -> None:
    """A raw file reads by its own ``readinto``: what passes both is seen once."""
    file: Any = Failing()
    owner = Owner()
    assert watch(file, recording, owner)
    assert (file.read(9), file.read(9)) == (b"so", None)
    file.close()
    assert outcome(ended) == [(Ending.CLOSED, b"so")]


class Closing(BytesIO):
    """A file that closes itself when it is read, as responses of ``http.client`` do at their end."""

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self.close()
        return data


def test_a_file_that_closes_itself(recording: Recording, ended: list[Exchange]) -> None:
    """It is not the application that has left."""
    file, owner = Closing(b"some"), Owner()
    assert watch(file, recording, owner)
    assert file.read() == b"some"
    assert outcome(ended) == [(Ending.COMPLETE, b"some")]


def test_closing_before_the_end(recording: Recording, ended: list[Exchange]) -> None:
    """The file is closed, and the application has left."""
    file, owner = BytesIO(b"some"), Owner()
    assert watch(file, recording, owner)
    file.read(2)
    file.close()
    assert file.closed
    assert outcome(ended) == [(Ending.CLOSED, b"so")]


def test_an_owner_that_is_gone(recording: Recording, ended: list[Exchange]) -> None:
    """A file that closes because nobody holds it any more was not closed by the application."""
    file, owner = BytesIO(b"some"), Owner()
    assert watch(file, recording, owner)
    del owner
    gc.collect()
    file.close()
    assert outcome(ended) == [(Ending.COLLECTED, b"")]


@pytest.mark.parametrize(
    "nothing", [body(BytesIO(), 0), body(None), None], ids=["no length", "closed by the client", "no file"]
)
def test_a_body_that_is_over_before_it_begins(recording: Recording, ended: list[Exchange], nothing: Any) -> None:
    """There is nothing to wait for."""
    owner = Owner()
    assert watch(nothing, recording, owner)
    assert outcome(ended) == [(Ending.COMPLETE, b"")]


def test_a_file_that_is_dropped_unread(recording: Recording, ended: list[Exchange]) -> None:
    """One that does not close itself ends the recording all the same."""
    file, owner = SimpleNamespace(read=bytes), Owner()
    assert watch(file, recording, owner)
    del file
    gc.collect()
    assert outcome(ended) == [(Ending.COLLECTED, b"")]


class Closed:
    """A file on which nothing can be set."""

    __slots__ = ()

    def read(self) -> bytes:
        raise UnsupportedOperation


@pytest.mark.parametrize("file", [Closed(), object()], ids=["set", "read"])
def test_a_file_that_cannot_be_watched(recording: Recording, ended: list[Exchange], file: Any) -> None:
    """It is left alone, and the caller is told."""
    owner = Owner()
    assert not watch(file, recording, owner)
    assert ended == []


def test_a_fault_of_ours_reads_as_ever(recording: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever breaks in the recording, the file gives its bytes."""
    monkeypatch.setattr(shield, "raises", False)

    def broken(*args: Any) -> Any:
        raise ValueError

    for name in ("chunk", "finish", "failed", "stopped"):
        monkeypatch.setattr(Recording, name, broken)
    file, owner = BytesIO(b"some"), Owner()
    assert watch(body(file, 4), recording, owner)
    buffer = bytearray(2)
    assert (file.readinto(buffer), bytes(buffer), file.read(), file.close()) == (2, b"so", b"me", None)
    assert shield.drain()
