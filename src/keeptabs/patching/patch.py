"""Putting a wrapper around a method, deferred until its module is imported, gated, and undoable.

The only file that imports wrapt. A hook on a module that was never imported cannot be withdrawn, so undoing closes
the gate first: a wrapper whose gate is closed calls straight through.
"""

import sys
from collections.abc import Callable
from typing import Any

import msgspec
import wrapt

from keeptabs.patching.shield import shield

Wrapper = Callable[[Callable[..., Any], Any, tuple[Any, ...], dict[str, Any]], Any]


class Target(msgspec.Struct, frozen=True):
    """A method to wrap: ``Client.send`` of module ``httpx``, by what ``make`` returns for the imported module."""

    module: str
    attribute: str
    make: Callable[[Any], Wrapper]


class Patches:
    """A set of installed wrappers. ``open`` is the gate; ``undo`` closes it and takes off what can be taken off."""

    def __init__(self) -> None:
        self.open = False
        self._applied: list[tuple[Any, str, Any, Any]] = []
        self._hooked: set[tuple[str, str]] = set()

    def install(self, targets: list[Target]) -> None:
        """Wrap every target now if its module is loaded, else as soon as it is. Never imports it."""
        self.open = True
        for target in targets:
            if target.module in sys.modules:
                self._apply(target, sys.modules[target.module])
            elif (target.module, target.attribute) not in self._hooked:
                self._hooked.add((target.module, target.attribute))
                wrapt.register_post_import_hook(self._when_imported(target), target.module)

    def undo(self) -> None:
        """Close the gate, and restore the methods that nobody else has wrapped since."""
        self.open = False
        for owner, name, original, wrapper in reversed(self._applied):
            if owner.__dict__.get(name) is wrapper:
                setattr(owner, name, original)
        self._applied.clear()

    def _when_imported(self, target: Target) -> Callable[[Any], None]:
        def hook(module: Any) -> None:
            if self.open:
                self._apply(target, module)

        return hook

    def _apply(self, target: Target, module: Any) -> None:
        with shield.stage("patch"):
            owner, name, original = wrapt.resolve_path(module, target.attribute)
            if any(owner is done and name == known for done, known, _, _ in self._applied):
                return
            wrapper = wrapt.FunctionWrapper(original, target.make(module), enabled=self._is_open)
            self._applied.append((owner, name, original, wrapper))
            wrapt.apply_patch(owner, name, wrapper)

    def _is_open(self) -> bool:
        return self.open
