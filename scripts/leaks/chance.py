"""Chance that repeats itself."""

from random import Random


def seeded(*seed: object) -> Random:
    """A source of chance that is the same for the same seed."""
    return Random(" ".join(map(str, seed)))  # noqa: S311 - nobody is to be kept from guessing
