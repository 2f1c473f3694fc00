"""Texts that regular expressions match: run in the environment of the peers, which has ``rstr`` (checked with 3.2.2).

Reads a JSON object of names and expressions from standard input; writes one of names and lists of texts.
"""

import json
import re
import sys
from importlib import import_module

from chance import seeded  # it lies beside this script
from rstr import Rstr

_MOST = 400  # repetitions; without it rstr gives up on what repeats more than a hundred times
_SAMPLES = 20


def texts(name: str, pattern: str) -> list[str]:
    """So many texts, always the same for a name."""
    sampler = Rstr(seeded(name))
    return [sampler.xeger(_python(pattern)) for _ in range(_SAMPLES)]


def _python(pattern: str) -> str:
    """An expression as Python writes it. One that ignores case allows both; hexadecimal digits are small letters."""
    pattern = pattern.replace(r"\z", r"\Z").replace("a-fA-F", "a-f")
    return re.sub(r"(?<!a-z)A-Z(?!a-z)|(?<=\(\?i:\[)a-z", "A-Za-z", pattern) if "(?i" in pattern else pattern


if __name__ == "__main__":
    import_module("rstr.xeger").STAR_PLUS_LIMIT = _MOST
    wanted = json.load(sys.stdin)
    json.dump({name: texts(name, pattern) for name, pattern in wanted.items()}, sys.stdout)
