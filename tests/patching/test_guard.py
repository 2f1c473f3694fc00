import pytest

from keeptabs.core.exchange import Ending, Request
from keeptabs.patching.guard import Sending, is_sending
from keeptabs.patching.recording import Recording
from keeptabs.patching.shield import shield


class Mark:
    """A span layer that notes what is asked of it, or breaks."""

    def __init__(self, *, broken: bool = False) -> None:
        self.asked: list[str] = []
        self.broken = broken

    def attach(self) -> None:
        self.asked.append("attach")
        if self.broken:
            raise RuntimeError("no context")

    def detach(self) -> None:
        self.asked.append("detach")


@pytest.fixture
def recording() -> Recording:
    request = Request(method="POST", host="h", path="/v1/responses")
    return Recording("httpx", request, (), 0, lambda recording: None)


def test_a_client_below_knows_that_one_above_is_sending(recording: Recording) -> None:
    """Inside a send the guard is up, and afterwards it is down again."""
    assert not is_sending()
    with Sending(recording):
        assert is_sending()
    assert not is_sending()


def test_the_span_is_current_only_while_sending(recording: Recording) -> None:
    """The mark is attached on entry and detached on exit, once each."""
    recording.mark = Mark()
    with Sending(recording):
        assert recording.mark.asked == ["attach"]
    assert recording.mark.asked == ["attach", "detach"]


def test_an_exception_passes_and_ends_the_recording(recording: Recording) -> None:
    """What the client raises goes on to the application, and the guard is down."""
    error = TimeoutError("slow")
    with pytest.raises(TimeoutError) as caught, Sending(recording):
        raise error
    assert caught.value is error
    assert not is_sending()
    assert recording.exchange().ending is Ending.FAILED


def test_a_broken_span_layer_does_not_stop_the_send(recording: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault in the span layer is counted, and the request goes out."""
    monkeypatch.setattr(shield, "raises", False)
    recording.mark = Mark(broken=True)
    sent = False
    with Sending(recording):
        sent = True
    assert sent
    assert not is_sending()
    assert [fault.stage for fault in shield.drain()] == ["span"]
