"""The table of rules: every row is complete, none hides another, and the whole is cheap to look for."""

import re
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest
import re2

import keeptabs.secrets
from keeptabs.secrets.form import Hole, anchor, parts, pattern, prefix
from keeptabs.secrets.rule import Level, Rule, Tier
from keeptabs.secrets.rules import every

sys.path.insert(0, str(Path(__file__).parent))
try:
    from secret_keys import BY_ID, TABLE, found
finally:
    sys.path.pop(0)

EACH = pytest.mark.parametrize("rule", TABLE, ids=lambda rule: rule.id)
TIER_A = [rule for rule in TABLE if rule.tier is Tier.A]
HOLES = [(rule, hole) for rule in TABLE for form in rule.forms for hole in parts(form) if isinstance(hole, Hole)]

PROVIDERS = {
    "Alibaba": 1, "Anthropic": 6, "AssemblyAI": 1, "AWS": 4, "Azure": 3, "Braintrust": 1, "Cartesia": 1,
    "Cerebras": 1, "Cohere": 1, "Cursor": 1, "Databricks": 1, "Deepgram": 1, "DeepSeek": 1, "E2B": 1, "ElevenLabs": 2,
    "fal": 1, "Firecrawl": 1, "Fireworks": 1, "GitHub": 6, "Google": 2, "Groq": 1, "Helicone": 2, "Hugging Face": 2,
    "Jina": 1, "Langfuse": 2, "LangSmith": 3, "LiteLLM": 1, "LlamaIndex": 1, "Logfire": 1, "Mem0": 1, "MiniMax": 1,
    "Mistral": 1, "Moonshot": 1, "NVIDIA": 1, "Ollama": 1, "OpenAI": 7, "OpenAI-compatible": 1, "OpenRouter": 1,
    "PEM": 2, "Perplexity": 1, "Pinecone": 2, "PostHog": 3, "Qdrant": 2, "Replicate": 1, "Retell": 1, "RunPod": 1,
    "Tavily": 1, "Together": 2, "Upstage": 1, "Upstash": 1, "Vercel": 1, "Voyage": 1, "Weaviate": 2,
    "Weights & Biases": 2, "xAI": 1, "Z.ai": 1,
}  # fmt: skip


def test_every_provider_has_its_kinds_of_keys() -> None:
    """A row that is lost is seen here."""
    counted = defaultdict(int)
    for rule in TABLE:
        counted[rule.provider] += 1
    assert dict(counted) == PROVIDERS


def test_every_id_is_one_kind_of_key() -> None:
    """Lower case, words joined by dashes, none twice; the number of rows is the number of ids."""
    assert len(BY_ID) == len(TABLE)
    assert [rule.id for rule in TABLE if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", rule.id)] == []


@EACH
def test_a_row_says_where_it_is_known_from_and_where_to_revoke_the_key(rule: Rule) -> None:
    """A page to revoke on, a source that can be looked up, and an ISO date."""
    assert re.fullmatch(r"https://[a-z0-9.-]+\.[a-z]+(/\S*)?", rule.revoke)
    assert "https://" in rule.source
    assert date.fromisoformat(rule.checked).isoformat() == rule.checked
    assert rule.name
    assert rule.near_misses


@EACH
def test_a_form_from_memory_warns(rule: Rule) -> None:
    """It never blocks a commit, and what is made to be public does not either."""
    assert not (rule.remembered and rule.level is Level.BLOCK)


@EACH
def test_a_weak_form_needs_a_word(rule: Rule) -> None:
    """Words are in lower case and long enough to mean something; only copies of OpenAI's prefix need none."""
    assert all(word == word.lower() and len(word) >= 3 for word in rule.words)
    assert bool(rule.words) is (rule.tier is not Tier.A and rule.id != "compatible-api-key")
    if rule.tier is Tier.C:
        assert not any(prefix(form) for form in rule.forms)


@EACH
def test_a_form_compiles_wherever_it_is_looked_for(rule: Rule) -> None:
    """In ``re`` and in RE2, over bytes as over text."""
    for form in rule.forms:
        assert re.compile(pattern(form).encode())
        assert re2.compile(pattern(form).encode())


def test_all_forms_are_one_automaton() -> None:
    """RE2 takes them as one expression, within the memory that it takes by default."""
    options = re2.Options()
    options.log_errors = False
    whole = "|".join(f"(?:{pattern(form)})" for rule in TABLE for form in rule.forms)
    assert re2.compile(whole, options).search("nothing to see") is None


def test_a_key_has_an_end() -> None:
    """What the holes may hold is bounded, in all too; one that is not ends its form, so that it is read once."""
    assert sum(hole.most for _, hole in HOLES if not hole.open) < 10_000
    open_rules = {rule.id for rule, hole in HOLES if hole.open}
    assert open_rules == {"bedrock-short-term-key"}
    for form in BY_ID["bedrock-short-term-key"].forms:
        *_, last, pad = parts(form)
        assert isinstance(last, Hole)
        assert last.open
        assert pad == Hole("pad", 0, 2)


@pytest.mark.parametrize("rule", TIER_A, ids=lambda rule: rule.id)
def test_a_sure_form_has_a_text_that_is_nobody_elses(rule: Rule) -> None:
    """Three characters at least, and the literal texts of the form are no other provider's."""
    for form in rule.forms:
        assert len(anchor(form)) >= 3
        texts = [part for part in parts(form) if isinstance(part, str)]
        for other in TABLE:
            if other.provider != rule.provider:
                assert texts not in [[part for part in parts(each) if isinstance(part, str)] for each in other.forms]


def test_the_surest_rules_come_first() -> None:
    """By tier, and within it what blocks before what warns; a second call gives the same tuple."""
    order = [(rule.tier, rule.level is not Level.BLOCK) for rule in TABLE]
    assert order == sorted(order)
    assert every() is TABLE


def test_rows_that_share_a_form_differ_in_their_words() -> None:
    """Else nobody could tell whose the key is."""
    owners = defaultdict(list)
    for rule in TABLE:
        for form in rule.forms:
            owners[form].append(rule)
    for rules in owners.values():
        words = [word for rule in rules for word in rule.words]
        assert len(words) == len(set(words)), [rule.id for rule in rules]


@pytest.mark.parametrize("rule", TABLE, ids=lambda rule: rule.id)
def test_the_table_itself_holds_no_key(rule: Rule) -> None:
    """No rule of tier A or B finds anything in the sources of this package or in its tests."""
    folders = [Path(keeptabs.secrets.__file__).parent, Path(__file__).parent]
    if rule.tier is not Tier.C:
        for path in sorted(path for folder in folders for path in folder.rglob("*.py")):
            assert found(rule, path.read_text("utf-8")) == [], path.name
