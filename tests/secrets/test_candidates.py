import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.secrets.boundary import Shape
from keeptabs.secrets.candidates import Automaton, Candidates, Literals, branches

sys.path.insert(0, str(Path(__file__).parent))
try:
    from sample_rules import FIXED, MARKED, RULES, TOKEN, key, rule
finally:
    sys.path.pop(0)

SHAPES = [Shape(rule, form) for rule in RULES for form in rule.forms]
BOTH = pytest.mark.parametrize("finder", [Automaton(SHAPES), Literals(SHAPES)], ids=["re2", "literals"])


@BOTH
def test_every_key_is_a_candidate(finder: Candidates) -> None:
    """Wherever it stands, if its word does."""
    for rule in RULES:
        for form in range(len(rule.forms)):
            data = f"{' '.join(rule.words)}\n\tx = '{key(rule, 1, form)}'".encode()
            assert data.index(b"'") + 1 in {at for at, _ in finder.starts(data, "")}


@BOTH
def test_what_has_no_text_of_its_own_is_looked_for_behind_its_words(finder: Candidates) -> None:
    """Nowhere else, unless the file's name has one."""
    data = f"{'x' * 500} {key(TOKEN)} mistral".encode()
    assert 501 not in {at for at, _ in finder.starts(data, "a.txt")}
    assert 501 in {at for at, _ in finder.starts(data, "src/Mistral.txt")}


@BOTH
def test_what_is_known_by_a_text_inside_it_is_found_from_there(finder: Candidates) -> None:
    """The place is where the key begins."""
    assert (2, True) in set(finder.starts(f"= {key(MARKED)}".encode(), ""))


@pytest.mark.parametrize("kind", [Automaton, Literals])
def test_a_text_far_inside_a_key_is_not_too_deep(kind: type[Candidates]) -> None:
    """A token is as long as the keys that are known so, at least."""
    far = rule("far", "{alnum:100}PV92{alnum:8}")
    data = f"= {key(far)}".encode()
    assert (2, True) in set(kind([Shape(far, far.forms[0])]).starts(data, ""))


@BOTH
@pytest.mark.parametrize("data", [b"", b"mistral", b"plain text", bytes(range(256))])
def test_other_bytes_have_no_candidates(finder: Candidates, data: bytes) -> None:
    """What is told beyond keys are words."""
    assert {at for at, _ in finder.starts(data, "")} <= {0}


@BOTH
def test_no_key_begins_deep_in_a_token(finder: Candidates) -> None:
    """What goes on for so long is a blob, which is passed over as a whole."""
    made = key(FIXED)
    data = f"{'x' * 60}-{made} {'x' * 70}-{made} {made}".encode()
    assert [at for at, _ in finder.starts(data, "")] == [61, len(data) - len(made)]


@BOTH
def test_a_blob_of_texts_costs_a_few_looks(finder: Candidates, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not one for each of them."""
    data, looks = b"sk-" * 20_000, []
    find = finder._finder(data)
    monkeypatch.setattr(finder, "_finder", lambda data: lambda at: looks.append(at) or find(at))
    assert len(list(finder.starts(data, ""))) < 30
    assert len(looks) < 30


@pytest.mark.parametrize("finder", [Automaton([]), Literals([])], ids=["re2", "literals"])
def test_no_rules_have_no_candidates(finder: Candidates) -> None:
    """An empty table is one, too."""
    assert list(finder.starts(b"sk-" * 100, "")) == []


@given(st.sets(st.text("ab-", min_size=1, max_size=4), min_size=1), st.text("ab-", max_size=8))
def test_branches_match_any_of_the_texts(texts: set[str], text: str) -> None:
    """And nothing else."""
    assert bool(re.compile(branches(texts)).match(text)) is any(text.startswith(each) for each in texts)
