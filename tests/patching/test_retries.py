from collections.abc import Callable
from typing import Any

import pytest

from keeptabs.core.exchange import Ending, Exchange, Request
from keeptabs.patching.guard import is_sending
from keeptabs.patching.recording import Recording
from keeptabs.patching.retries import Retrying, retrying
from keeptabs.patching.shield import shield

REQUEST = Request(method="POST", host="h", path="/v1/responses")


class Recorder:
    """Begins recordings, each with a mark that notes when it is current; or breaks."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self.said: list[str] = []
        self.begin: Callable[[str, Request], Any] = self.made

    def made(self, client: str, request: Request) -> Recording:
        made = Recording(client, request, (), 0, lambda recording: self.exchanges.append(recording.exchange()))
        made.mark = self
        return made

    def attach(self) -> None:
        self.said.append("attach")

    def detach(self) -> None:
        self.said.append("detach")


@pytest.fixture
def recorder() -> Any:
    return Recorder()


def test_a_try_that_is_over_is_followed_by_a_new_recording(recorder: Any) -> None:
    """The next try has the same request and a span of its own, and the guard stays up."""
    first = recorder.made("urllib3", REQUEST)
    sending = Retrying(recorder, first)
    assert retrying() is None
    with sending:
        assert retrying() is sending
        sending.begins()
        assert sending.recording is first
        first.failed(OSError())
        sending.tried()
        sending.begins()
        assert (is_sending(), retrying()) == (True, sending)
        assert recorder.said == ["attach", "detach", "attach"]
    sending.recording.finish(Ending.COMPLETE)
    assert (is_sending(), retrying(), recorder.said[3:]) == (False, None, ["detach"])
    assert [(seen.ending, seen.request) for seen in recorder.exchanges] == [
        (Ending.FAILED, REQUEST),
        (Ending.COMPLETE, REQUEST),
    ]


def test_what_a_client_does_at_the_end_is_done_once(recorder: Any) -> None:
    """It is done when the send is over, not between two tries."""
    said: list[BaseException | None] = []
    first = recorder.made("urllib3", REQUEST)
    first.sent = said.append
    sending = Retrying(recorder, first)
    error = TimeoutError()

    def send() -> None:
        with sending:
            sending.tried()
            sending.begins()
            assert said == []
            raise error

    with pytest.raises(TimeoutError):
        send()
    assert said == [error]
    assert [seen.error for seen in recorder.exchanges] == ["TimeoutError"]


@pytest.mark.parametrize("begin", [lambda *_: None, lambda *_: 1 / 0], ids=["none", "broken"])
def test_where_no_recording_begins_the_last_one_stays(
    recorder: Any, begin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The send goes on, and nothing is said twice."""
    monkeypatch.setattr(shield, "raises", False)
    first = recorder.made("urllib3", REQUEST)
    sending = Retrying(recorder, first)
    with sending:
        first.failed(OSError())
        sending.tried()
        recorder.begin = begin
        sending.begins()
        assert is_sending()
    sending.recording.finish(Ending.COMPLETE)
    assert [seen.ending for seen in recorder.exchanges] == [Ending.FAILED]
