"""What a client file offers: a family of HTTP clients, and the methods of theirs to wrap."""

from collections.abc import Callable

import msgspec

from keeptabs.patching.patch import Target
from keeptabs.patching.recorder import Recorder


class Client(msgspec.Struct, frozen=True):
    """A client family: the modules it covers, and its patch targets for a recorder."""

    modules: tuple[str, ...]
    targets: Callable[[Recorder], list[Target]]
