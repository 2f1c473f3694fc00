"""What to do about keys that got out."""

import pytest
from found_keys import ANTHROPIC, OPENAI, PUBLIC, found

from keeptabs.scan.advice import Page, pages, step, steps


def test_each_page_on_which_to_revoke_is_named_once() -> None:
    """In the order of the findings; what is made to be public needs none."""
    told = pages([found(OPENAI), found(ANTHROPIC), found(OPENAI, line=9), found(PUBLIC)])
    assert told == (Page("OpenAI", OPENAI.revoke), Page("Anthropic", ANTHROPIC.revoke))


@pytest.mark.parametrize(("commit", "expected"), [("", 2), ("c" * 40, 3)], ids=["file", "commit"])
def test_history_is_rewritten_only_where_a_key_is_in_it_and_last(commit: str, expected: int) -> None:
    """A key that was only revoked after a rewrite would have been good all the while."""
    said = list(steps([found(), found(commit=commit)]))
    assert len(said) == expected
    assert [place for place, text in enumerate(said) if "git filter-repo" in text] == ([2] if commit else [])


def test_one_finding_says_where_to_revoke_it() -> None:
    """Annotations have room for one sentence."""
    assert OPENAI.revoke in step(found(OPENAI))
