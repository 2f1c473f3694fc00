"""Imported by Python as it starts, where ``keeptabs run`` put this directory on the path: installs keeptabs.

Then makes way for a ``sitecustomize`` of the environment's own, which this one hides.
"""

import importlib
import os
import sys


def _install() -> None:
    try:
        import keeptabs
    except ImportError as error:
        sys.stderr.write(f"keeptabs: not installed for {sys.executable} ({error}); nothing is recorded\n")
        return
    keeptabs.install()


def _make_way() -> None:
    here = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - pathlib would be loaded for this alone
    kept = sys.path[:]
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != here]  # noqa: PTH100
    mine = sys.modules.pop("sitecustomize", None)
    try:
        importlib.import_module("sitecustomize")
    except ModuleNotFoundError as error:
        if error.name != "sitecustomize":
            raise
        if mine is not None:
            sys.modules["sitecustomize"] = mine
    finally:
        sys.path[:] = [entry for entry in kept if os.path.abspath(entry or ".") != here]  # noqa: PTH100


_install()
_make_way()
