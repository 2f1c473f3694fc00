"""Keys in what calls carry: taken out of what is kept of a call and, where that is asked for, noticed in prompts.

Nothing here changes what is sent.
"""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from keeptabs.core.call import IN_PROMPT, Call
from keeptabs.core.dialect import Asked
from keeptabs.core.exchange import Request

if TYPE_CHECKING:
    from keeptabs.secrets.engine import Scanner
    from keeptabs.secrets.redact import Redactor

_JSON = "application/json"
_SHORT = 40  # characters of a path in which there is no room for a key


class Guard:
    """Knows all kinds of keys, from the first text on that there is to look at."""

    def __init__(self, salt: Callable[[], bytes], *, prompts: bool = False) -> None:
        self._salt, self._prompts = salt, prompts

    @cached_property
    def _scanner(self) -> "Scanner":
        from keeptabs.secrets.engine import Scanner
        from keeptabs.secrets.rules import every

        return Scanner(every())

    @cached_property
    def _redactor(self) -> "Redactor":
        from keeptabs.secrets.fingerprint import Fingerprint
        from keeptabs.secrets.redact import Redactor

        return Redactor(Fingerprint(self._salt()), self._scanner)

    def asked(self, asked: Asked) -> Asked:
        """A request without keys in what the application says of it in words."""
        said = (asked.metadata, asked.user)
        if not any(said) or self._is_clean(said):
            return asked
        redacted: Callable[[Any], Any] = self._redactor.value
        return msgspec.structs.replace(asked, metadata=redacted(asked.metadata), user=redacted(asked.user))

    def clean(self, call: Call) -> Call:
        """A call without keys in what the application, the provider or a path says in words."""
        call = msgspec.structs.replace(call, request=self.asked(call.request))
        said = (call.tags, call.facts, call.gaps, call.path)
        if (not any(said[:3]) and len(call.path) <= _SHORT) or self._is_clean(said):
            return call
        redacted: Callable[[Any], Any] = self._redactor.value
        tags, facts, gaps, path = map(redacted, said)
        return msgspec.structs.replace(call, tags=tags, facts=facts, gaps=gaps, path=path)

    def value(self, said: Any) -> Any:
        """A text, or a structure of texts, without keys."""
        return said if self._is_clean(said) else self._redactor.value(said)

    def noticed(self, call: Call, request: Request) -> Call:
        """The call with the kinds of keys that its request holds, where prompts are looked at; never the keys."""
        if not self._prompts or not (request.headers.get("content-type") or _JSON).startswith(_JSON):
            return call
        from keeptabs.secrets.report import spans

        found = sorted({span.rule.id for span in spans(request.body, "", self._scanner)})
        return msgspec.structs.replace(call, facts={**call.facts, IN_PROMPT: found}) if found else call

    def _is_clean(self, said: object) -> bool:
        data = msgspec.json.encode(said)
        return self._redactor.data(data) is data


def bare(call: Call) -> Call:
    """A call without anything that was said in words: what is kept of one that could not be looked at."""
    request = msgspec.structs.replace(call.request, metadata={}, user=None)
    return msgspec.structs.replace(call, tags={}, facts={}, gaps=(), path="", request=request)
