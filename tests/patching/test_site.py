import asyncio
import json
from pathlib import Path

from keeptabs.patching.site import call_site


def here() -> tuple[str, str]:
    """File name and function of the call site as it is seen from a helper of this file."""
    site = call_site()
    assert site is not None
    return Path(site.file).name, site.function


def test_the_caller_is_the_nearest_frame_of_the_application() -> None:
    """The frame that calls is the one that is named, with its qualified name."""
    assert here() == ("test_site.py", "here")


def test_installed_packages_are_passed_over() -> None:
    """A call that goes through the standard library is laid to the application's frame behind it."""
    site = json.loads("1", parse_int=lambda text: call_site())
    assert site.function.endswith("<lambda>")
    found = sorted([1], key=lambda number: 0 if call_site() else 1)
    assert found == [1]


def test_a_coroutine_is_found_through_its_awaiters() -> None:
    """Inside a task the awaiting application frames are on the stack."""

    class Answerer:
        async def reply(self) -> str:
            site = call_site()
            return site.function if site else ""

    assert asyncio.run(Answerer().reply()).endswith("Answerer.reply")


def test_no_application_frame_is_none(monkeypatch: object) -> None:
    """Code without a file of its own, such as one given to exec, is nobody's place."""
    names: dict[str, object] = {"call_site": call_site}
    exec(compile("site = call_site()", "<string>", "exec"), names)
    site = names["site"]
    assert site is not None  # the frame behind exec is this test
    assert getattr(site, "function", "") == "test_no_application_frame_is_none"
