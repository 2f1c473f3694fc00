"""Keys that nobody has, made at run time from the table of rules, and the table as plain expressions to find them."""

import re
from collections.abc import Iterator
from functools import cache
from random import Random

from keeptabs.secrets.form import example, pattern
from keeptabs.secrets.gates import is_real
from keeptabs.secrets.rule import Rule
from keeptabs.secrets.rules import every

TABLE = every()
BY_ID = {rule.id: rule for rule in TABLE}


def keys(rule: Rule, count: int, seed: int = 1) -> Iterator[str]:
    """``count`` keys of a rule, of its forms in turn."""
    random = Random(f"{rule.id} {seed}")
    for number in range(count):
        yield example(rule.forms[number % len(rule.forms)], random)


@cache
def whole(rule: Rule) -> re.Pattern[str]:
    """What is a key of a rule from its first character to its last."""
    return re.compile("|".join(pattern(form) for form in rule.forms))


def found(rule: Rule, text: str) -> list[str]:
    """The keys of a rule in a text, with nothing on either side that could belong to them, past the gates."""
    bounded = re.compile(rf"(?<![A-Za-z0-9_-])(?:{whole(rule).pattern})(?![A-Za-z0-9_-])")
    return [each[0] for each in bounded.finditer(text) if is_real(rule, each[0].encode())]
