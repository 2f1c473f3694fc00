"""What to do about keys that got out, in order."""

from collections.abc import Iterable, Iterator

import msgspec

from keeptabs.secrets.finding import Finding
from keeptabs.secrets.rule import Level


class Page(msgspec.Struct, frozen=True):
    """Where one provider's keys are revoked; ``url`` is empty where nobody knows."""

    provider: str
    url: str


def pages(findings: Iterable[Finding]) -> tuple[Page, ...]:
    """Each provider's page once, in the order of the findings; none for keys that are made to be public."""
    found = (each.rule for each in findings if each.rule.level is not Level.NOTE)
    return tuple(dict.fromkeys(Page(rule.provider, rule.revoke) for rule in found))


def steps(findings: Iterable[Finding]) -> Iterator[str]:
    """What comes after revoking, in order.

    git filter-repo is what GitHub and git's own manual name for it
    (https://docs.github.com/en/authentication/keeping-your-account-and-data-secure, checked 2026-11-24).
    """
    yield "make a new one, and keep it where code does not: an environment variable, a secret store"
    yield "look at who used the old one: the provider's usage page; keeptabs report has your own calls"
    if any(finding.commit for finding in findings):
        yield "only then take it out of the history: git filter-repo --replace-text FILE, then push with --force"


def step(finding: Finding) -> str:
    """The first thing to do about one finding, in one sentence."""
    where = f" at {finding.rule.revoke}" if finding.rule.revoke else " where it was issued"
    return f"Revoke it{where}, then make a new one; taking it out of the file does not make it safe."
