"""Keys of every rule are found as such, and what only looks like them is not."""

import re
import sys
from pathlib import Path
from random import Random

import pytest
import re2

from keeptabs.secrets.form import example, pattern
from keeptabs.secrets.gates import is_real
from keeptabs.secrets.rule import Rule, Tier

sys.path.insert(0, str(Path(__file__).parent))
try:
    from secret_keys import TABLE, found, keys, whole
finally:
    sys.path.pop(0)

EACH = pytest.mark.parametrize("rule", TABLE, ids=lambda rule: rule.id)
WITH_PREFIX = [rule for rule in TABLE if rule.tier is not Tier.C]
# What stands in the code and the logs of everybody who calls models, and is no key of anybody.
NO_KEYS = {
    "chat completion": "chatcmpl-{alnum:29}",
    "response": "resp_{hex:48}",
    "response item": "msg_{hex:48}",
    "tool call": "call_{alnum:24}",
    "tool use": "toolu_{alnum:24}",
    "message": "msg_{alnum:24}",
    "request": "req_{hex:32}",
    "batch": "batch_{hex:32}",
    "file": "file-{alnum:24}",
    "assistant": "asst_{alnum:24}",
    "thread": "thread_{alnum:24}",
    "vector store": "vs_{hex:32}",
    "organisation": "org-{alnum:24}",
    "project": "proj_{alnum:24}",
    "fine-tuned model": "ft:gpt-4o-mini-2024-07-18:acme::{alnum:8}",
    "generation": "gen-{digit:10}-{alnum:20}",
    "scikit-learn's HTML": "sk-container-id-{digit:2}",
    "scikit-learn's colours": "sk-estimator-doc-link",
    "GTK": "gsk_render_node_get_bounds",
    "Perplexity's models": "pplx-{digit:2}b-online",
    "Hugging Face's functions": "hf_hub_download_{letter:12}",
    "CSS": "fc-daygrid-day-number",
    "commit": "{hex:40}",
    "SHA-256": "{hex:64}",
    "integrity": "sha512-{base64:86}==",
    "UUID": "{hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:12}",
    "trace": "00-{hex:32}-{hex:16}-01",
    "image": "data:image/png;base64,{base64:200}",
    "public key": "-----BEGIN PUBLIC KEY-----",
    "masked key": "sk-...{alnum:4}",
    "kebab case": "task-{letter:8}-{letter:8}-{letter:8}",
}


@EACH
def test_two_hundred_keys_of_a_rule_are_keys_of_it(rule: Rule) -> None:
    """From the first character to the last, in ``re`` and in RE2; at most one of them looks made up."""
    made = list(keys(rule, 200))
    forms = re2.compile("|".join(f"(?:{pattern(form)})" for form in rule.forms))
    assert [key for key in made if not whole(rule).fullmatch(key) or not forms.fullmatch(key)] == []
    assert sum(is_real(rule, key.encode()) for key in made) >= 199


@EACH
def test_a_key_is_found_between_quotes_and_in_a_sentence(rule: Rule) -> None:
    """Whatever punctuation stands around it."""
    key = next(key for key in keys(rule, 10) if is_real(rule, key.encode()))
    for text in (f'key="{key}"', f"({key})", f"{key}\n", f"it is {key}, I think", f"<key>{key}</key>", key):
        assert found(rule, text) == [key]


@EACH
def test_a_key_that_is_cut_short_is_none(rule: Rule) -> None:
    """One character less than the shortest of its form, or one in its midst that no form holds."""
    random = Random(rule.id)
    for form in rule.forms:
        shortest = example(re.sub(r"\{\w+:0-\d+\}|(?<=\d)(?:-\d+|\+)(?=\})", "", form), random)
        middle = len(shortest) // 2
        assert re.fullmatch(pattern(form), shortest)
        assert not re.fullmatch(pattern(form), shortest[:-1])
        assert not re.fullmatch(pattern(form), f"{shortest[:middle]}…{shortest[middle + 1 :]}")


@EACH
def test_its_near_misses_are_none(rule: Rule) -> None:
    """Twenty of each form that only looks like a key."""
    random = Random(rule.id)
    hits = [miss for miss in rule.near_misses for _ in range(20) if found(rule, example(miss, random))]
    assert hits == []


@pytest.mark.parametrize("form", NO_KEYS.values(), ids=NO_KEYS)
def test_what_stands_in_everybodys_code_is_no_key(form: str) -> None:
    """No rule that needs no word nearby, or that has a prefix, takes it for one."""
    random = Random(form)
    texts = [example(form, random) for _ in range(20)]
    assert [(rule.id, text) for rule in WITH_PREFIX for text in texts if found(rule, text)] == []


@pytest.mark.parametrize("rule", [rule for rule in TABLE if rule.tier is Tier.A], ids=lambda rule: rule.id)
def test_a_key_of_a_sure_form_is_no_other_providers(rule: Rule) -> None:
    """No other provider's rule of tier A matches it as a whole."""
    others = [other for other in TABLE if other.tier is Tier.A and other.provider != rule.provider]
    assert [other.id for key in keys(rule, 20) for other in others if whole(other).fullmatch(key)] == []
