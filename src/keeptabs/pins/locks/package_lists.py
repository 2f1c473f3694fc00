"""``poetry.lock``, ``uv.lock`` and ``pdm.lock``: TOML with a ``[[package]]`` for each."""

from keeptabs.pins import toml_lock
from keeptabs.pins.dependency import Lock

LOCK = Lock(names=("poetry.lock", "uv.lock", "pdm.lock"), of=("pyproject.toml",), read=toml_lock.versions)
