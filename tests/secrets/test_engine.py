import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.secrets.engine import Engine, Scanner
from keeptabs.secrets.rule import Rule, Tier

sys.path.insert(0, str(Path(__file__).parent))
try:
    from sample_rules import BARE, BLOCK, FIXED, LEGACY, PADDED, PROJECT, RULES, TOKEN, WEAK, key, rule
finally:
    sys.path.pop(0)

RE2, LITERALS = Scanner(RULES, engine="re2"), Scanner(RULES, engine="literals")
COMMIT = rule("commit", "{hex:40}", tier=Tier.C, words=("deepgram",), called=True)
BOTH_KINDS = pytest.mark.parametrize("engine", ["re2", "literals"])
BOTH = pytest.mark.parametrize("scanner", [RE2, LITERALS], ids=["re2", "literals"])
KEYS = [pytest.param(each, form, id=f"{each.id}-{form}") for each in RULES for form in range(len(each.forms))]
CONTEXTS = [
    "K={}",
    "export K={}\n",
    'client = X(api_key="{}")',
    "k: {}",
    '{{"k": "{}"}}',
    r'"k=\"{}\"\n",',
    "curl -H 'Authorization: Bearer {}' https://acme.test",
    "https://acme.test/?key={}&x=1",
    "`{}`",
    "| {} |",
    "<k>{}</k>",
    "a,{},b",
    "used {}.",
    "f({}, 1)",
    "`${{k ?? '{}'}}`",
    "{}",
]


def told(scanner: Scanner, data: bytes, path: str = "") -> list[tuple[str, int, int]]:
    """What is found, as plain values."""
    return [(match.rule.id, match.start, match.end) for match in scanner.matches(data, path)]


@BOTH
@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize(("kind", "form"), KEYS)
def test_a_key_is_found_in_every_context(scanner: Scanner, kind: Rule, form: int, context: str) -> None:
    """Where it begins and where it ends."""
    made = key(kind, 7, form)
    text = f"{kind.words[0] if kind.words else ''}\n{context.format(made)}"
    at = text.index(made)
    assert told(scanner, text.encode()) == [(kind.id, at, at + len(made))]


@BOTH
@pytest.mark.parametrize(
    "context",
    ["\x1b[93m{}\x1b[0m", r"\x1b[93m{}\x1b[0m", "%22{}%22", r"\u0022{}\u0022", r"\n{}\n", "-{}", "_{}", "+{}"],
)
@pytest.mark.parametrize("kind", [PROJECT, LEGACY, FIXED, PADDED], ids=lambda kind: kind.id)
def test_escapes_and_colours_hide_no_key_with_a_prefix(scanner: Scanner, kind: Rule, context: str) -> None:
    """A letter that ends one is no part of the key."""
    made = key(kind, 8)
    text = context.format(made)
    assert told(scanner, text.encode()) == [(kind.id, text.index(made), text.index(made) + len(made))]


@BOTH
@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        (f"{key(WEAK)}", "", []),
        (f"DEEPSEEK={key(WEAK)}", "", ["weak"]),
        (f"{key(WEAK)}", "deepseek.env", ["weak"]),
        (f"{key(WEAK)} # deepseek", "", []),
        (f"deepseek\n\n\n{key(WEAK)}", "", ["weak"]),
        (f"deepseek\n\n\n\n{key(WEAK)}", "", []),
        (f"deepseek{' ' * 90}{key(WEAK)}", "", []),
        (f"azure {key(BARE)}", "", ["bare"]),
        (f"mistral {key(TOKEN)}", "", ["token"]),
        (f"azure {key(BARE)}0", "", []),
        (f"azure x-{key(BARE)}", "", []),
        (f"azure {key(BARE, 2)},{key(BARE, 3)}", "", ["bare", "bare"]),
        (f"azure {'0' * 32}", "", []),
        ("azure " + key(BARE, 5)[:31], "", []),
        (f"risk-{key(LEGACY)[3:]}", "", []),
        (f"x{key(FIXED)}", "", []),
        (f"{key(FIXED)}x", "", []),
        (f"{key(FIXED)} {key(FIXED, 2)}", "", ["fixed", "fixed"]),
        (key(BLOCK).partition("\n")[0], "", []),
    ],
)
def test_weak_keys_need_a_word_and_all_need_an_end(scanner: Scanner, text: str, path: str, expected: list[str]) -> None:
    """The word is before the key, and the nearest one tells whose it is."""
    assert [name for name, _, _ in told(scanner, text.encode(), path)] == expected


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("deepgram_api_key={}", True),
        ("provider: deepgram\n  api_key: {}", True),
        ('"deepgram-sdk@^3": resolved "https://registry.test/x.tgz#{}"', False),
        ("deepgram commit {}", False),
        ("DEEPGRAM_API_KEY: set\n- uses: deepgram/action@{}", False),
        ("api_key: {}", False),
    ],
    ids=["name", "lines", "lock file", "commit", "action", "whose"],
)
@BOTH_KINDS
def test_what_has_the_form_of_a_commit_must_be_called_a_key(engine: Engine, text: str, found: bool) -> None:
    """And whose it is must be said; behind an at sign or a hash it never is one."""
    scanner = Scanner([COMMIT], engine=engine)
    assert bool(told(scanner, text.format(key(COMMIT)).encode())) is found


@BOTH_KINDS
def test_the_longest_key_at_a_place_counts(engine: Engine) -> None:
    """A shorter one, or one that the gates refuse, hides none."""
    short, long = rule("short", "zz-{alnum:20}"), rule("long", "zz-{alnum:20}-{alnum:20}")
    strict = rule("strict", "zz-{alnum:20}-{alnum:20}", entropy=9.0)
    data = key(long).encode()
    for rules, expected in [((short, long), "long"), ((long, short), "long"), ((short, strict), "short")]:
        scanner = Scanner(rules, engine=engine)
        assert [name for name, _, _ in told(scanner, data)] == [expected]


@pytest.mark.parametrize(("text", "expected"), [("one two ", "two"), ("two one ", "one"), ("one\n", "one")])
def test_the_nearest_word_tells_whose_key_it_is(text: str, expected: str) -> None:
    """Where two rules have the same form."""
    rules = [rule(name, "{hex:32}", tier=Tier.C, words=(name,)) for name in ("one", "two")]
    assert [name for name, _, _ in told(Scanner(rules), f"{text}{key(BARE)}".encode())] == [expected]


@pytest.mark.parametrize("order", [1, -1])
def test_the_rule_with_the_longer_prefix_counts(order: int) -> None:
    """Where two of one tier fit, it says more."""
    special = rule("special", "zz-proj-{alnum:30}")
    rules = [rule("any", "zz-{url64:30-40}"), special][::order]
    assert [name for name, _, _ in told(Scanner(rules), key(special).encode())] == ["special"]


def test_the_surer_rule_counts_where_two_fit() -> None:
    """Tier A is told before what stands beside it."""
    sure, weak = rule("sure", "zz-{hex:32}"), rule("weak", "zz-{hex:32}", tier=Tier.B, words=("k",))
    assert told(Scanner([weak, sure]), b"k=" + key(sure).encode())[0][0] == "sure"


PIECES = [
    *(key(each, seed, form) for each in RULES for seed in (1, 2) for form in range(len(each.forms))),
    *(word for each in RULES for word in each.words),
    *(each.forms[0].partition("{")[0] for each in RULES),
    *("T3BlbkFJ", "JQQJ99", "a" * 30, "0123456789abcdef" * 2, "-----END"),
    *(" ", "\n", "=", '"', "-", "_", "/", "+", r"\n", "%22", r"\u0022", "\x1b[93m", "é", "\0", "x" * 100),
]
DOCUMENTS = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


@given(text=DOCUMENTS, path=st.sampled_from(["", "mistral.py", "azure"]))
def test_both_engines_find_the_same(text: str, path: str) -> None:
    """Sorted, and none overlaps another."""
    found = told(RE2, text.encode(), path)
    assert found == told(LITERALS, text.encode(), path)
    assert all(first[2] <= second[1] for first, second in pairwise(found))


# Without private keys, which make windows wide.
NARROW = Scanner([each for each in RULES if each is not BLOCK])


@given(text=DOCUMENTS, cuts=st.lists(st.integers(1, 400), min_size=1, max_size=6), size=st.integers(1, 500))
def test_a_stream_finds_what_the_whole_does(text: str, cuts: list[int], size: int) -> None:
    """However it is cut, each key once, at its offset in the file."""
    data = text.encode() * 4
    chunks, at = [], 0
    while at < len(data):
        chunks.append(data[at : at + cuts[len(chunks) % len(cuts)]])
        at += len(chunks[-1])
    found = [(match.rule.id, match.start, match.end) for match in NARROW.stream(chunks, size=size)]
    assert found == told(NARROW, data)


@given(st.binary(max_size=2_000))
def test_any_bytes_may_be_read(data: bytes) -> None:
    """Nothing raises, and both say the same."""
    assert told(RE2, data) == told(LITERALS, data)


@BOTH
@pytest.mark.parametrize("text", ["sk-proj-", "zai-", "a", "azure", "0123456789abcdef", "%2d", "mistral ", "\x1b[93m"])
def test_a_hostile_line_is_looked_at_a_bounded_number_of_times(scanner: Scanner, text: str) -> None:
    """At most one place a byte."""
    data = text.encode() * 20_000
    places = list(scanner._candidates.starts(data, ""))
    assert len(places) <= 2 * len(data)
    assert scanner.matches(data) == []


def test_the_engine_is_re2_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is not, the other serves, unless it was asked for."""
    assert Scanner(RULES).engine == "re2"
    monkeypatch.setitem(sys.modules, "re2", None)
    assert Scanner(RULES).engine == "literals"
    assert told(Scanner(RULES), key(TOKEN).encode(), "mistral")
    with pytest.raises(ImportError):
        Scanner(RULES, engine="re2")
