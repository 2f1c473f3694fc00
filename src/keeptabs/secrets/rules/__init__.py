"""The table: one module a group of providers, one row a kind of key. A row is data, and adding one is all it takes."""

import sys
from functools import cache

from keeptabs.core.discover import constants
from keeptabs.secrets.rule import Level, Rule


@cache
def every() -> tuple[Rule, ...]:
    """All rules. Where two fit, the surer one comes first, and of two as sure the one that blocks."""
    found = [rule for rules in constants(sys.modules[__name__], "RULES", tuple) for rule in rules]
    return tuple(sorted(found, key=lambda rule: (rule.tier, rule.level is not Level.BLOCK)))
