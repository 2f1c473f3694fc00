"""pgvector's searches: a SELECT that compares vectors with an operator, as the statement tells.

Some of the operators are others' too: ``<->`` is a distance between points, geometries and texts, ``<#>`` between
boxes, ``<=>`` between a text and a search in it. So one of these counts only between things that are vectors by their
name, literal or cast, and ``<=>`` unless the other side is a text search or a cube. What stands in texts and comments
is nothing. Of a literal only its size is kept. Sources: github.com/pgvector/pgvector README 0.8,
postgresql.org/docs/current functions-geometry, pgtrgm, cube, postgis.net/docs/reference.html; checked 2026-11-24.
"""

import re

import msgspec

from keeptabs.core.dialect import Asked
from keeptabs.dialects.vector import _search

_DISTANCES = {"<->": "l2", "<#>": "inner_product", "<=>": "cosine", "<+>": "l1", "<~>": "hamming", "<%>": "jaccard"}
_SHARED = ("<->", "<#>")
_SIGNS = (*_DISTANCES, "<%%>")  # a driver whose placeholders begin with % has it doubled
_LONGEST = 1024 * 1024  # characters of a statement that is read
_NEAR = 128  # characters on either side of an operator

_NOISE = re.compile(
    r"""--[^\n]*
      | /\*.*?(?:\*/|\Z)
      | \be'[^'\\]*(?:(?:\\.|'')[^'\\]*)*(?:'|\Z)
      | '[^']*(?:''[^']*)*(?:'|\Z)
      | \$(?P<tag>(?:[A-Za-z_]\w*)?)\$.*?(?:\$(?P=tag)\$|\Z)
      | \b(?:extract|substring|trim|overlay|position)\s*\([^()]*\)""",
    re.DOTALL | re.VERBOSE | re.IGNORECASE,
)
_LITERAL = re.compile(r"'\[\s*[-+.\d]")
_SELECT = re.compile(r"[\s(]*(?:select|with)\b", re.IGNORECASE)
_WRITES = re.compile(r"\b(?:insert\s+into|delete\s+from|update\s+\S+\s+set)\b", re.IGNORECASE)
_SIGN = re.compile(r"(?<![-+*/<>=~!@#^&|`%?])<(?:->|#>|=>|\+>|~>|%%?>)(?![-+*/<>=~!@#^&|`])")
_LEFT = re.compile(r"([^\s,]*)\s*\Z")
_RIGHT = re.compile(r"\s*(cast\s*\([^()]*|[^\s,]*)", re.IGNORECASE)
_VECTOR = re.compile(r"embed|(?<!ts)vec|'\[\d+\]'", re.IGNORECASE)
_NO_VECTOR = re.compile(r"tsquery|tsvector|\bcube\b", re.IGNORECASE)
_SIZE = re.compile(r"'\[(\d+)\]'|\b(?:vector|halfvec)\s*\(\s*(\d+)\s*\)", re.IGNORECASE)
_LIMIT = re.compile(r"\b(?:limit|fetch\s+(?:first|next))\s+(\S+)", re.IGNORECASE)
_NAME = r'(?:\b[\w$]+|"[^"]+")'
_TABLE = re.compile(  # and perhaps its alias
    rf'\b(?:from|join)\s+(?:only\s+)?({_NAME}(?:\.{_NAME})*)(?![\w$."]|\s*\()(?=(?:\s+(?:as\s+)?({_NAME}))?)',
    re.IGNORECASE,
)
_COMMON = re.compile(rf"({_NAME})\s+as\s+(?:(?:not\s+)?materialized\s+)?\(", re.IGNORECASE)


class _Compared(msgspec.Struct, frozen=True):
    """An operator and what stands on both sides of it."""

    left: str
    sign: str
    right: str

    @classmethod
    def of(cls, plain: str, sign: re.Match[str]) -> "_Compared":
        left = _LEFT.search(plain[max(sign.start() - _NEAR, 0) : sign.start()])
        right = _RIGHT.match(plain[sign.end() : sign.end() + _NEAR])
        return cls(left[1] if left else "", sign[0].replace("%%", "%"), right[1] if right else "")

    @property
    def is_of_vectors(self) -> bool:
        sides = f"{self.left} {self.right}"
        if _NO_VECTOR.search(sides):
            return False
        return self.sign not in _SHARED or _VECTOR.search(sides) is not None


def ask(statement: str) -> Asked | None:
    """What a statement searches for, or None when it is no vector search."""
    if len(statement) > _LONGEST or not any(sign in statement for sign in _SIGNS):
        return None
    plain = _NOISE.sub(_size_only, statement)
    if not _SELECT.match(plain) or _WRITES.search(plain):
        return None
    signs = (_Compared.of(plain, sign) for sign in _SIGN.finditer(plain))
    compared = next((one for one in signs if one.is_of_vectors), None)
    if compared is None:
        return None
    found = _search.Search(
        system="postgresql",
        operation="SELECT",
        source=_table(plain, compared.left),
        top_k=_top_k(plain),
        dimensions=next((int(one or other) for one, other in _SIZE.findall(plain)), None),
        distance=_DISTANCES[compared.sign],
    )
    return found.asked()


def _size_only(noise: re.Match[str]) -> str:
    """What a text or comment leaves behind: of a vector its size, of any other nothing."""
    text = noise[0]
    if _LITERAL.match(text):
        return f"'[{text.count(',') + 1}]'"
    return "''" if text.endswith(("'", "$")) else " "


def _top_k(plain: str) -> int | None:
    """The outermost limit, which comes last, where it is a number and no parameter."""
    limits = _LIMIT.findall(plain)
    last = limits[-1].strip(";)") if limits else ""
    return int(last) if last.isascii() and last.isdigit() else None


def _table(plain: str, column: str) -> str | None:
    """The only table, or that which the compared column says it is of; None where neither tells."""
    inner = {_bare(name) for name in _COMMON.findall(plain)}
    tables = {_bare(name): _bare(alias) for name, alias in _TABLE.findall(plain) if _bare(name) not in inner}
    if len(tables) == 1:
        return next(iter(tables))
    owner = _bare(column.lstrip("(")).rpartition(".")[0]
    return next((name for name, alias in tables.items() if owner and owner in (name, alias)), None)


def _bare(name: str) -> str:
    return name.replace('"', "")
