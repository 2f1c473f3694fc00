import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from keeptabs.pins import grades
from keeptabs.pins.dependency import Grade, Judged

P, B, L = Grade.PINNED, Grade.BOUNDED, Grade.LOOSE


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("==1.2.3", P),
        ("===1.2.3", P),
        ("==1.2.3,>=1", P),
        ("==1.2.*", B),
        ("~=1.2", B),
        (">=1,<2", B),
        ("<=2", B),
        (">=1", L),
        (">1", L),
        ("!=1.5", L),
        ("!=1.5.*", L),
        ("", L),
    ],
)
def test_pep440(text: str, grade: Grade) -> None:
    """One version is a pin, an upper bound is a range, all else is loose."""
    assert grades.pep440(SpecifierSet(text)).grade is grade


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("1.2.3", P),
        ("==1.2.3", P),
        ("1.2", P),
        ("1.2b1", P),
        ("^1.2", B),
        ("~1.2", B),
        ("~=1.2", B),
        ("1.*", B),
        ("==1.*", B),
        (">=1,<2", B),
        (">= 1.0 <2", B),
        ("^1.2,!=1.3", B),
        ("^1.2 || ^2.0", B),
        ("1.2.3 || 1.2.4", P),
        ("1.2.3 || >=2", L),
        (">=1", L),
        ("*", L),
        ("", L),
    ],
)
def test_poetry(text: str, grade: Grade) -> None:
    """Carets and tildes are ranges, a bare version is that one; of alternatives the loosest counts."""
    assert grades.poetry(text).grade is grade


@pytest.mark.parametrize("text", ["latest", "^one", "1.2 or so", ">=>1"])
def test_what_is_no_constraint_of_poetry_is_refused(text: str) -> None:
    """A mistake is not called loose."""
    with pytest.raises(InvalidSpecifier):
        grades.poetry(text)


@pytest.mark.parametrize(
    ("text", "judged"),
    [
        ("1.2.3", P),
        ("=1.2.3", P),
        ("v1.2.3", P),
        ("1.2.3-beta.1", P),
        ("1.2.3+build.5", P),
        ("^1.2.3", B),
        ("~1.2", B),
        ("1.2", B),
        ("1", B),
        ("1.x", B),
        ("1.2.x", B),
        ("1.2.*", B),
        ("1.0.0 - 2.0.0", B),
        ("<2", B),
        (">=1 <2", B),
        (">= 1.2.3 < 2.0.0", B),
        ("1.2.3 || ^2", B),
        (">=1", L),
        (">1.2.3", L),
        ("^1 || >=3", L),
        ("*", L),
        ("x", L),
        ("", L),
        ("latest", L),
        ("next", L),
        ("canary-2", L),
    ],
)
def test_npm(text: str, judged: Grade) -> None:
    """A whole version is a pin, a tag of releases is loose whatever it is called."""
    assert grades.npm(text).grade is judged


@pytest.mark.parametrize(
    ("revision", "grade"),
    [
        ("0123456789abcdef0123456789abcdef01234567", P),
        ("0a1b2c3", P),
        ("v1.2.3", P),
        ("1.2", P),
        ("openai-v1.2.3", P),
        ("@ai-sdk/openai@1.0.2", P),
        ("main", L),
        ("v1", L),
        ("release/next", L),
        ("", L),
    ],
)
def test_a_repository(revision: str, grade: Grade) -> None:
    """Commits and tags of versions hold, branches move."""
    assert grades.repository(revision).grade is grade


@pytest.mark.parametrize(
    ("url", "grade"),
    [
        ("https://host.test/openai-1.2.3-py3-none-any.whl", P),
        ("https://host.test/archive/0123456789abcdef0123456789abcdef01234567.zip", P),
        ("https://host.test/openai.tar.gz#sha256=0f0f", P),
        ("https://host.test/archive/refs/tags/v1.2.3.tar.gz", P),
        ("https://host.test/archive/refs/heads/main.zip", L),
        ("https://host.test/openai.tgz", L),
    ],
)
def test_an_address(url: str, grade: Grade) -> None:
    """What has no version, commit or hash in it can be another archive tomorrow."""
    assert grades.address(url).grade is grade


@pytest.mark.parametrize(
    ("judged", "why"),
    [
        (grades.pep440(SpecifierSet("")), "no version"),
        (grades.pep440(SpecifierSet(">=1")), "no upper bound"),
        (grades.npm("latest"), "the tag latest"),
        (grades.npm("*"), "any version"),
        (grades.repository("main"), "the branch main"),
        (grades.repository(""), "a repository at no revision"),
    ],
)
def test_what_is_loose_says_why(judged: Judged, why: str) -> None:
    """In words that stand in a table."""
    assert judged.why == why


versions = st.tuples(*[st.integers(0, 99)] * 3).map(lambda parts: ".".join(map(str, parts)))


@given(versions)
def test_a_version_is_a_pin_everywhere(version: str) -> None:
    """However it is written, and a lower bound of it never is."""
    assert {grades.npm(version), grades.poetry(version), grades.pep440(SpecifierSet(f"=={version}"))} == {grades.PINNED}
    lower = f">={version}"
    found = {grades.npm(lower).grade, grades.poetry(lower).grade, grades.pep440(SpecifierSet(lower)).grade}
    assert found == {L}


@given(st.lists(st.sampled_from(["1.2.3", "^1.2", ">=1", "*", "latest", "<2"]), min_size=1, max_size=4))
def test_alternatives_are_as_loose_as_the_loosest(parts: list[str]) -> None:
    """In any order."""
    worst = max((grades.npm(part) for part in parts), key=grades.rank).grade
    assert grades.npm(" || ".join(parts)).grade is grades.npm("||".join(reversed(parts))).grade is worst


@given(st.text(max_size=30))
def test_no_text_is_too_strange(text: str) -> None:
    """Whatever stands for a version is graded or refused as an invalid one."""
    assert grades.npm(text).grade in Grade
    try:
        assert grades.poetry(re.sub(r"\s", " ", text)).grade in Grade
    except InvalidSpecifier:
        return
