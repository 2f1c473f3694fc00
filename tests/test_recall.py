import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keeptabs.secrets.engine import Scanner
from keeptabs.secrets.fingerprint import Fingerprint
from keeptabs.secrets.form import prefix
from keeptabs.secrets.report import findings
from keeptabs.secrets.rule import Tier
from keeptabs.secrets.rules import every

SCRIPTS = Path(__file__).parent.parent / "scripts"
sys.path.insert(0, str(SCRIPTS))  # the scripts are no part of any package
RECALL, CASE, CHANCE, NAMES, NEGATIVES, PEER_KEYS, PLACES, POSITIVES, RESULTS, TOOLS = (
    import_module(name)
    for name in (
        "recall",
        *(f"leaks.{part}" for part in ("case", "chance", "names", "negatives", "peer_keys", "places")),
        *(f"leaks.{part}" for part in ("positives", "results", "tools")),
    )
)

RULES = {rule.id: rule for rule in every()}
SURE = [rule for rule in every() if rule.tier is Tier.A]
SCANNER = Scanner(every())
ALL = [*PLACES.PLACES, *PLACES.ENCODED]
BASE64 = PLACES.ENCODED[-1]


def found(case: Any) -> set[str]:
    """The rules whose keys are found in a case."""
    return {one.rule.id for one in findings([case.data], case.path, SCANNER, Fingerprint(b"test"))}


@pytest.mark.parametrize("place", ALL, ids=lambda place: place.name)
def test_keys_with_a_prefix_of_their_own_are_found_everywhere(place: Any) -> None:
    """Every form of tier A, in every place; but base64 tells nothing of what begins with chance."""
    forms = [(rule, form) for rule in SURE for form in rule.forms if prefix(form) or place.spell is not BASE64.spell]
    cases = [POSITIVES.positive(rule, form, place, CHANCE.seeded(form, place.name)) for rule, form in forms]
    assert [case for case in cases if not found(case)] == []


def test_there_is_no_key_where_there_is_none() -> None:
    """At most one of 3,000 files that only look as if they held a key is told."""
    cases = list(NEGATIVES.negatives(every()))
    told = [case for case in cases if found(case)]
    assert len(cases) > 6_000
    assert len(told) <= len(cases) / 3_000


def test_the_corpus_is_the_same_every_time() -> None:
    """The same rules give the same keys in the same files, and no key comes twice."""
    rules = every()[:3]
    cases = list(POSITIVES.positives(rules))
    assert cases == list(POSITIVES.positives(rules))
    assert len({case.key for case in cases}) == len(cases)


@pytest.mark.parametrize(
    ("provider", "names"),
    [
        ("OpenAI", ("OPENAI_API_KEY", "openai", "api.openai.com", "OpenAI")),
        ("Z.ai", ("ZAI_API_KEY", "zai", "api.z.ai", "ZaiClient")),
        ("Weights & Biases", ("WANDB_API_KEY", "wandb", "api.wandb.ai", "WeightsBiases")),
    ],
    ids=["as it is written", "every part of its own", "some parts of its own"],
)
def test_a_provider_is_named_as_in_code(provider: str, names: tuple[str, ...]) -> None:
    """A variable, a name, a host and a client, of which the known ones are not made up."""
    assert tuple(NAMES.named(provider)) == names


@pytest.mark.parametrize(
    ("form", "filler", "text"),
    [("sk-{hex:4}-{alnum:2}", "x", "sk-xxxx-xx"), ("a{digit:5+}", "12", "a12121"), ("{hex:2-3}.", "0", "000.")],
    ids=["two holes", "as many as there are", "up to"],
)
def test_a_placeholder_has_the_form_of_the_key(form: str, filler: str, text: str) -> None:
    """The filler goes on over all holes, each as long as it can be."""
    assert NEGATIVES.filled(form, filler) == text


def test_braces_that_are_no_holes_stay() -> None:
    """They are written twice in a family's forms, as in Python's."""
    assert re.fullmatch(r'\{"id": "[0-9]{3}"\}', NEGATIVES.made('{{"id": "{digit:3}"}}', CHANCE.seeded("braces")))


@given(st.integers(min_value=0, max_value=99_999), st.sampled_from([".env", "00002.txt", "12345"]))
def test_a_path_tells_its_case(number: int, name: str) -> None:
    """By the last folder of five digits, whatever the file is called."""
    assert CASE.number(f"/tmp/keeptabs-54321/{number:05}/{name}") == number


@pytest.mark.parametrize(
    ("rule", "is_one"),
    [("x.openai-api-key", True), ("x.mistral-api-key", True), ("x.slack-bot-token", False), ("x.private-key", False)],
)
def test_peers_are_asked_about_models_only(rule: str, is_one: bool) -> None:
    """Rules of providers that ours are about, and not those whose texts are no keys."""
    assert PEER_KEYS.about_models(rule) is is_one


def results(found: dict[int, set[str]]) -> Any:
    """What came of two hundred keys and one file without, of which a tool found these."""
    rule = SURE[0]
    keys = [CASE.Case(rule.id, "a", b"", PLACES.PLACES[0].name, "k")] * 200
    return RESULTS.Results([*keys, CASE.Case("hashes", "a", b"")], {"keeptabs": found}, {rule.id: rule})


@pytest.mark.parametrize(("hits", "share"), [(200, "100 %"), (199, "99 %"), (0, "0 %")])
def test_a_hundred_per_cent_is_all_of_them(hits: int, share: str) -> None:
    """One that is missed of two hundred is told."""
    made = RESULTS.tables(results({number: {"x"} for number in range(hits)}), {}, "")
    assert f"| {PLACES.PLACES[0].name} | 200 | {share} |" in made["places"]
    assert f"| `{SURE[0].id}`, A | 200 | {share} |" in made["rules"]


def test_a_find_where_there_is_none_counts_against_precision() -> None:
    """One wrong of two hundred and one finds."""
    made = RESULTS.tables(results({number: {"x"} for number in range(201)}), {}, "")
    assert "| hashes | 1 | 1 |" in made["lookalikes"]
    assert "| precision | 201 | 99.50 % |" in made["summary"]


PAGE = """Before.

<!-- recall: places -->
| place | files | keeptabs | peer |
| --- | --: | --: | --: |
| `.env` | 200 | 7 % | 50 % |
<!-- /recall -->
After.
"""


def test_only_the_tables_are_written() -> None:
    """What stands around them stays, and what they say of keeptabs can be read back."""
    page = RECALL.page(PAGE, {"places": "| `.env` | 200 | 100 % |\n"})
    assert page.startswith("Before.\n\n<!-- recall: places -->\n| `.env`")
    assert page.endswith("| 100 % |\n<!-- /recall -->\nAfter.\n")
    assert RECALL.told(PAGE)["places", "`.env`"] == ("200", "7 %")


@pytest.mark.parametrize(("hits", "code"), [(14, 0), (15, 0), (16, 1)])
def test_a_page_that_says_too_little_is_refused(
    hits: int, code: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The row is named, with what the page says and what is so."""
    page = tmp_path / "page.md"
    page.write_text(RECALL.page(PAGE, RESULTS.tables(results({number: {"x"} for number in range(14)}), {}, "")))
    monkeypatch.setattr(RECALL, "PAGE", page)
    monkeypatch.setattr(RECALL, "measured", lambda names, **_: results({number: {"x"} for number in range(hits)}))
    assert RECALL.check() == code
    assert ("`.env`: ('200', '7 %'), not ('200', '8 %')" in capsys.readouterr().err) is bool(code)


def test_our_own_scanner_is_run_as_a_command(tmp_path: Path) -> None:
    """Cases are told apart by their folders, and a clean one is not among them."""
    place = PLACES.PLACES[0]
    case = POSITIVES.positive(SURE[0], SURE[0].forms[0], place, CHANCE.seeded("command"))
    CASE.write([CASE.Case("hashes", "a.txt", b"nothing\n"), case], tmp_path)
    assert TOOLS.ours(tmp_path) == {1: {SURE[0].id}}


def test_a_tool_that_fails_is_told(tmp_path: Path) -> None:
    """By its name and the last thing that it had to say."""
    with pytest.raises(TOOLS.ToolError, match=r"^python[\d.]*: nothing works$"):
        TOOLS._run(sys.executable, "-c", "import sys; sys.exit('first\\nnothing works')")


def test_the_command_line_says_what_it_does() -> None:
    """The script can be started from anywhere."""
    done = subprocess.run([sys.executable, SCRIPTS / "recall.py", "--help"], capture_output=True, text=True, check=True)
    assert "--check" in done.stdout
