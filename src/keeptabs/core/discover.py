"""Finding the parts of the product: a sorted walk of a package for one named constant a module."""

import pkgutil
from importlib import import_module
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


def constants(package: ModuleType, name: str, kind: type[T]) -> list[T]:
    """Every module's ``name`` in ``package``, sorted by module name.

    A module without the constant, or with one of another type, is a mistake of ours and fails loudly; modules whose
    name starts with an underscore are helpers and are passed over.
    """
    found: list[T] = []
    for module in sorted(entry.name for entry in pkgutil.iter_modules(package.__path__)):
        if module.startswith("_"):
            continue
        constant = getattr(import_module(f"{package.__name__}.{module}"), name, None)
        if not isinstance(constant, kind):
            raise TypeError(f"{package.__name__}.{module} must define {name}: {kind.__name__}")
        found.append(constant)
    return found
