import sys
from types import ModuleType
from typing import Any

import pytest

from keeptabs.patching.patch import Patches, Target


class Owner:
    def method(self, value: int) -> int:
        return value


def doubled(module: Any) -> Any:
    def wrapper(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
        return 2 * wrapped(*args, **kwargs)

    return wrapper


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module with a class of its own, loaded for this test alone."""
    made = ModuleType("keeptabs_test_target")
    made.Owner = type("Owner", (), dict(Owner.__dict__))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, made.__name__, made)
    return made


@pytest.fixture
def target(module: ModuleType) -> Target:
    return Target(module.__name__, "Owner.method", doubled)


def test_a_loaded_module_is_wrapped_at_once(module: Any, target: Target) -> None:
    """Installing wraps the method of a module that is imported already."""
    patches = Patches()
    patches.install([target])
    assert module.Owner().method(4) == 8
    patches.undo()


def test_installing_twice_wraps_once(module: Any, target: Target) -> None:
    """A second installation changes nothing."""
    patches = Patches()
    patches.install([target])
    patches.install([target])
    assert module.Owner().method(4) == 8
    patches.undo()


def test_undoing_restores_the_method_itself(module: Any, target: Target) -> None:
    """After undo the class holds the very function that it held before."""
    before = module.Owner.__dict__["method"]
    patches = Patches()
    patches.install([target])
    patches.undo()
    assert module.Owner.__dict__["method"] is before


def test_a_later_wrapper_is_left_in_place_and_ours_made_inert(module: Any, target: Target) -> None:
    """Somebody who wrapped over us keeps their wrapper; ours calls straight through."""
    patches = Patches()
    patches.install([target])
    ours = module.Owner.method
    module.Owner.method = lambda self, value: 100 + ours(self, value)
    patches.undo()
    assert module.Owner().method(4) == 104


def test_a_module_that_is_imported_later_is_wrapped_then(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is imported for the sake of wrapping it; the wrapper comes with the import."""
    (tmp_path / "keeptabs_later.py").write_text("class Owner:\n    def method(self, value):\n        return value\n")
    monkeypatch.syspath_prepend(tmp_path)
    patches = Patches()
    patches.install([Target("keeptabs_later", "Owner.method", doubled)])
    assert "keeptabs_later" not in sys.modules
    import keeptabs_later  # type: ignore[import-not-found]

    assert keeptabs_later.Owner().method(4) == 8
    patches.undo()
    monkeypatch.delitem(sys.modules, "keeptabs_later")


def test_a_module_imported_after_undo_is_left_alone(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pending hook cannot be withdrawn, but it does nothing once the gate is closed."""
    (tmp_path / "keeptabs_never.py").write_text("class Owner:\n    def method(self, value):\n        return value\n")
    monkeypatch.syspath_prepend(tmp_path)
    patches = Patches()
    patches.install([Target("keeptabs_never", "Owner.method", doubled)])
    patches.undo()
    import keeptabs_never  # type: ignore[import-not-found]

    assert keeptabs_never.Owner().method(4) == 4
    monkeypatch.delitem(sys.modules, "keeptabs_never")


def test_a_method_that_is_gone_is_a_fault_and_no_crash(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client whose method was renamed is left unpatched, and that is counted."""
    from keeptabs.patching.shield import shield

    monkeypatch.setattr(shield, "raises", False)
    Patches().install([Target(module.__name__, "Owner.gone", doubled)])
    assert [fault.stage for fault in shield.drain()] == ["patch"]
