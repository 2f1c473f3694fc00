"""Names of resources: a model is asked for, and told, with the collection that it is in."""


def model(name: str | None) -> str | None:
    """The model alone: ``models/m`` and ``projects/p/locations/l/publishers/google/models/m`` are ``m``."""
    return name.rpartition("/")[2] or None if name else None
