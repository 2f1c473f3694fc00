from hypothesis import given
from hypothesis import strategies as st

from keeptabs.store.gathering import Gathering


def test_spans_are_taken_by_trace_and_once() -> None:
    """In the order in which they came; those of other traces wait on."""
    waiting: Gathering[str] = Gathering()
    for trace_id, span in [("a", "1"), ("b", "2"), ("a", "3")]:
        waiting.add(trace_id, span, 0.0)
    assert waiting.take(["a", "c"]) == ["1", "3"]
    assert (waiting.take(["a"]), waiting.traces) == ([], ["b"])


def test_a_trace_waits_from_its_first_span_on() -> None:
    """What has waited long enough is forgotten, however often more comes."""
    waiting: Gathering[str] = Gathering(seconds=60)
    waiting.add("a", "1", 0.0)
    waiting.add("b", "2", 30.0)
    waiting.add("a", "3", 50.0)
    waiting.expire(59.0)
    assert waiting.traces == ["a", "b"]
    waiting.expire(60.0)
    assert waiting.traces == ["b"]


def test_past_what_can_be_held_the_oldest_trace_is_forgotten() -> None:
    """All of it, so that no trace is kept in part."""
    waiting: Gathering[int] = Gathering(most=3)
    for number, trace_id in enumerate("aabb"):
        waiting.add(trace_id, number, 0.0)
    assert waiting.traces == ["b"]
    assert waiting.take(["b"]) == [2, 3]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=40))
def test_no_more_is_held_than_there_may_be(steps: list[tuple[str, bool]]) -> None:
    """Whatever is added and taken."""
    waiting: Gathering[int] = Gathering(most=5)
    for number, (trace_id, is_taken) in enumerate(steps):
        waiting.add(trace_id, number, 0.0)
        if is_taken:
            waiting.take([trace_id])
    assert len(waiting.take("abc")) <= 5
    assert waiting.traces == []
