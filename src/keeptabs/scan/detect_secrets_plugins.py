"""The rules as plugins of detect-secrets 1.5, for those who use it as it is.

    detect-secrets scan -p hooks/detect_secrets_plugin.py

`KeeptabsDetector` finds the keys of all rules at once; a class for each rule finds only those. They never verify a key:
that would send it somewhere. detect-secrets looks at one line at a time, so private keys are left to its own plugin.

``python -m keeptabs.scan.detect_secrets_plugins audit .secrets.baseline`` runs detect-secrets with these plugins known
from the start, and any other of its commands (``hook`` is ``detect-secrets-hook``). Its ``audit`` needs that: it makes
its list of plugins before it reads from the baseline that there are more, and stops at the first key of theirs with
TypeError (``core/plugins/util.py``, checked 2026-11-24).
"""

import sys
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any, ClassVar

from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from detect_secrets.core.potential_secret import PotentialSecret
from detect_secrets.plugins.base import RegexBasedDetector
from detect_secrets.util.code_snippet import CodeSnippet

from keeptabs.scan.baseline import kind
from keeptabs.secrets.block import BEGIN
from keeptabs.secrets.engine import Scanner
from keeptabs.secrets.report import spans
from keeptabs.secrets.rule import Rule
from keeptabs.secrets.rules import every

_ABOVE = 3  # lines before a key's own that may say whose it is


class KeeptabsDetector(RegexBasedDetector):
    """Keys of LLM, vector database and observability providers, each as a secret of its rule's type."""

    secret_type = "Key of an LLM provider"  # noqa: S105 - a name
    denylist = ()  # keys are found by the engine, not by detect-secrets
    rule: ClassVar[Rule | None] = None

    def analyze_string(self, string: str, **_given: Any) -> Iterator[str]:  # type: ignore[override]
        """The keys in a text."""
        yield from (key for _, key in self._keys(string, ""))

    def analyze_line(
        self, filename: str, line: str, line_number: int = 0, context: CodeSnippet | None = None, **_given: Any
    ) -> set[PotentialSecret]:
        """The keys in a line, for which the lines above may be needed."""
        before = context.lines[max(0, context.target_index - _ABOVE) : context.target_index] if context else []
        above = "".join(f"{each.rstrip()}\n" for each in before)
        return {
            PotentialSecret(type=kind(rule), filename=filename, secret=key, line_number=line_number)
            for rule, key in self._keys(line, filename, above)
        }

    def _keys(self, line: str, filename: str, above: str = "") -> Iterator[tuple[Rule, str]]:
        return (found for found in _found(above, line, filename) if self.rule in {None, found[0]})


@cache
def _scanner() -> Scanner:
    return Scanner(every())


@lru_cache(maxsize=1)  # every plugin is asked about a line before the next one comes
def _found(above: str, line: str, filename: str) -> tuple[tuple[Rule, str], ...]:
    """The keys in a line, with their rules."""
    before = above.encode("utf-8", "replace")
    found = spans(before + line.encode("utf-8", "replace"), filename, _scanner())
    return tuple((span.rule, span.key.decode("latin-1")) for span in found if span.start >= len(before))


def _plugin(rule: Rule) -> type[KeeptabsDetector]:
    name = "".join(part.capitalize() for part in rule.id.split("-")) + "Detector"
    says = {"__doc__": f"{kind(rule)}.", "__module__": __name__, "secret_type": kind(rule), "rule": rule}
    return type(name, (KeeptabsDetector,), says)


_OF_ONE_LINE = tuple(rule for rule in every() if not rule.forms[0].startswith(BEGIN.decode()))
PLUGINS: tuple[type[KeeptabsDetector], ...] = (KeeptabsDetector, *map(_plugin, _OF_ONE_LINE))
# detect-secrets finds plugins as the classes that are names of a module.
globals().update({plugin.__name__: plugin for plugin in PLUGINS})
__all__ = ["PLUGINS", *(plugin.__name__ for plugin in PLUGINS)]


def register() -> None:
    """Make the plugins known to detect-secrets in this process."""
    known: dict[str, Any] = get_mapping_from_secret_type_to_class()
    known.update({plugin.secret_type: plugin for plugin in PLUGINS})


def main(arguments: list[str]) -> int:
    """Run detect-secrets with the plugins known; its exit code."""
    from detect_secrets.main import main as detect_secrets
    from detect_secrets.pre_commit_hook import main as hook

    register()
    return hook(arguments[1:]) if arguments[:1] == ["hook"] else detect_secrets(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
