"""Who is compared: keeptabs, its peers, and each of them with the settings that make it fastest."""

from collections.abc import Mapping
from typing import NamedTuple


class Subject(NamedTuple):
    """An instrumentation in its environment, with the variables that it reads."""

    name: str
    environment: str
    instrument: str
    variables: Mapping[str, str] = {}

    @property
    def is_peer(self) -> bool:
        """True for all but keeptabs itself."""
        return self.environment != "keeptabs"

    def baseline(self) -> "Subject":
        """Nothing, in the same environment."""
        return Subject(f"nothing in {self.environment}", self.environment, "nothing")


SUBJECTS: tuple[Subject, ...] = (
    Subject("keeptabs", "keeptabs", "keeptabs"),
    Subject("keeptabs, ledger off", "keeptabs", "keeptabs", {"KEEPTABS_STORE": "off"}),
    Subject("openinference", "openinference", "openinference"),
    Subject(
        "openinference, no content",
        "openinference",
        "openinference",
        {"OPENINFERENCE_HIDE_INPUTS": "true", "OPENINFERENCE_HIDE_OUTPUTS": "true"},
    ),
    Subject("openllmetry", "openllmetry", "openllmetry"),
    Subject("openllmetry, no content", "openllmetry", "openllmetry", {"TRACELOOP_TRACE_CONTENT": "false"}),
    Subject("genai-openai", "genai-openai", "genai_openai"),
)
QUICK = tuple(subject for subject in SUBJECTS if subject.name in ("keeptabs", "genai-openai"))
