"""Start Phoenix with every socket on loopback: run by the interpreter of its environment, with Phoenix's arguments.

``PHOENIX_HOST`` holds for HTTP alone; gRPC is bound to all interfaces (``phoenix/server/grpc_server.py`` of
arize-phoenix 20.26.1, checked 2026-11-24), which a test has no business with.
"""

from typing import Any

import grpc.aio

_make = grpc.aio.server


def _server(*args: Any, **keywords: Any) -> Any:
    """A server of gRPC that takes loopback for all interfaces."""
    made = _make(*args, **keywords)
    bind = made.add_insecure_port
    made.add_insecure_port = lambda address: bind(address.replace("[::]", "127.0.0.1"))
    return made


grpc.aio.server = _server

if __name__ == "__main__":
    from phoenix.server.main import main

    main()
