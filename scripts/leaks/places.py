r"""Places where keys leak: 24 that are plain text, and ways of writing under which the bytes of a key are others.

In a text ``@KEY@`` is the key; ``@NAME@``, ``@name@``, ``@host@`` and ``@Class@`` are the provider's (`names.py`).
"""

import base64
import json
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import quote

from leaks.names import Names

Text = Callable[[str], str]
Bytes = Callable[[str], bytes]


class Place(NamedTuple):
    """A file around a key. A place that does not name the provider holds keys that need no name (tier A) only."""

    name: str
    path: str
    text: str
    named: bool = True
    spell: Text = str  # of the key
    encode: Bytes = str.encode  # of the whole file

    def file(self, key: str, names: Names) -> tuple[str, bytes]:
        """The path and the bytes of a file with a key in it."""
        words = {"@NAME@": names.variable, "@name@": names.slug, "@host@": names.host, "@Class@": names.client}
        text = self.text
        for word, meaning in {**words, "@KEY@": self.spell(key)}.items():
            text = text.replace(word, meaning)
        return self.path, self.encode(text)


def _lines(key: str) -> str:
    """A key of several lines as one."""
    return key.replace("\n", "\\n")


def _quoted(key: str) -> str:
    """What JSON in a string of JSON has."""
    return json.dumps(_lines(key))[1:-1].replace("\\n", "\\\\n")


def _percent(key: str) -> str:
    return quote(key, safe="").replace("-", "%2D").replace("_", "%5F")


def _unicode(key: str) -> str:
    return "".join(letter if letter.isalnum() else f"\\u{ord(letter):04x}" for letter in key)


def _entities(key: str) -> str:
    return "".join(letter if letter.isalnum() else f"&#{ord(letter)};" for letter in key)


def _whole_base64(key: str) -> str:
    return base64.b64encode(key.encode()).decode()


def _latin_1(text: str) -> bytes:
    return f"# façade\n{text}".encode("latin-1")


def _binary(text: str) -> bytes:
    return b"\x7fELF\x02\x01\x01\0\0\0\xff\xfe\0" + text.encode() + b"\0\x01\x02\0"


def _utf_16_unmarked(text: str) -> bytes:
    return text.encode("utf-16-be")


def _utf_16(text: str) -> bytes:
    return text.encode("utf-16")


_CELL = (
    '{"cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "source": [\n    "import os\\n",\n    "%s\\n"\n'
    '   ]}],\n "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n'
)

PLACES: tuple[Place, ...] = (
    Place("`.env`", ".env", "DEBUG=1\n@NAME@=@KEY@\n", spell=_lines),
    Place("shell export", "setup.sh", '#!/bin/sh\nexport @NAME@="@KEY@"\n', spell=_lines),
    Place("argument: `client = C(api_key=…)`", "app.py", 'client = @Class@(api_key="@KEY@")\n', spell=_lines),
    Place("assignment", "settings.py", '@NAME@ = "@KEY@"\n', spell=_lines),
    Place("YAML", "config.yaml", "llm:\n  provider: @name@\n  api_key: @KEY@\n", spell=_lines),
    Place("JSON", "config.json", '{"@NAME@": "@KEY@", "temperature": 0.2}\n', spell=_lines),
    Place("notebook, argument", "demo.ipynb", _CELL % 'client = @Class@(api_key=\\"@KEY@\\")', spell=_quoted),
    Place("notebook, `os.environ`", "demo.ipynb", _CELL % "os.environ['@NAME@'] = '@KEY@'", spell=_quoted),
    Place("curl, bearer", "call.sh", 'curl https://@host@/v1 -H "Authorization: Bearer @KEY@"\n', spell=_lines),
    Place("curl, `x-api-key`", "call.sh", 'curl https://@host@/v1 -H "x-api-key: @KEY@" -d @body\n', spell=_lines),
    Place("URL query", "links.txt", "https://@host@/v1/models?key=@KEY@&alt=json\n", spell=_lines),
    Place("Markdown, code", "README.md", "Set the @name@ key:\n\n```\n@NAME@=@KEY@\n```\n", spell=_lines),
    Place("Markdown, table", "README.md", "| provider | key |\n|---|---|\n| @name@ | @KEY@ |\n", spell=_lines),
    Place("XML", "app.config", '<add name="@name@"><apiKey>@KEY@</apiKey></add>\n', spell=_lines),
    Place("CSV", "keys.csv", "id,key,made\n7,@KEY@,2026-01-01\n", named=False, spell=_lines),
    Place("Terraform", "main.tf", 'variable "@name@_api_key" {\n  default = "@KEY@"\n}\n', spell=_lines),
    Place("Dockerfile", "Dockerfile", "FROM python:3.12\nENV @NAME@ @KEY@\n", spell=_lines),
    Place("log, before a full stop", "app.log", "ERROR @name@: incorrect API key provided: @KEY@.\n", spell=_lines),
    Place("command line", "run.sh", "@name@ login --api-key @KEY@ --quiet\n", spell=_lines),
    Place("JavaScript, template", "app.js", "const key = `@KEY@`; // @name@\n", named=False, spell=_lines),
    Place("comment", "app.py", "x = 1  # the old key was @KEY@, now rotated\n", named=False, spell=_lines),
    Place("nothing else", "key.txt", "@KEY@", named=False),
    Place("JSON in JSON", "events.json", '{"body": "{\\"@NAME@\\": \\"@KEY@\\"}"}\n', spell=_quoted),
    Place("bare word in brackets", "notes.txt", "connect(@KEY@, 1)\n", named=False, spell=_lines),
)
ENCODED: tuple[Place, ...] = (
    Place("UTF-16 with a mark", ".env", "DEBUG=1\r\n@NAME@=@KEY@\r\n", encode=_utf_16),
    Place("UTF-16 without a mark", "env.txt", "DEBUG=1\r\n@NAME@=@KEY@\r\n", encode=_utf_16_unmarked),
    Place("Latin-1", "settings.py", '@NAME@ = "@KEY@"\n', spell=_lines, encode=_latin_1),
    Place("binary", "core.bin", "@NAME@=@KEY@", encode=_binary),
    Place("`%2D` in a URL", "links.txt", "https://x.test/cb?@NAME@%3D%22@KEY@%22&a=1\n", spell=_percent),
    Place(r"`\u002d` in JSON", "dump.json", '{"@NAME@": "\\u0022@KEY@\\u0022"}\n', spell=_unicode),
    Place("`&#45;` in HTML", "page.html", "<p>@NAME@=&#34;@KEY@&#34;</p>\n", spell=_entities),
    Place("terminal colours", "ci.log", "@NAME@=\x1b[93m@KEY@\x1b[0m\n", spell=_lines),
    Place(r"colours, written `\x1b[93m`", "ci.json", '{"log": "@NAME@=\\u001b[93m@KEY@\\u001b[0m"}\n', spell=_quoted),
    Place("base64 of the key", "secret.yaml", "kind: Secret\ndata:\n  @NAME@: @KEY@\n", spell=_whole_base64),
)


def places(*, named: bool) -> Iterator[Place]:
    """All places, or those that name the provider only."""
    yield from (place for place in (*PLACES, *ENCODED) if place.named or not named)
