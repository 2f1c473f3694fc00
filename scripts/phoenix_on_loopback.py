"""Start Phoenix with every socket on loopback: run by the interpreter of its environment, with Phoenix's arguments.

``PHOENIX_HOST`` holds for HTTP alone; gRPC is bound to all interfaces (``phoenix/server/grpc_server.py`` of
arize-phoenix 20.26.1, checked 2026-11-24), which a test has no business with.
"""

import grpc.aio

_bind = grpc.aio.Server.add_insecure_port


def _bind_to_loopback(server: grpc.aio.Server, address: str) -> int:
    return _bind(server, address.replace("[::]", "127.0.0.1"))


grpc.aio.Server.add_insecure_port = _bind_to_loopback

if __name__ == "__main__":
    from phoenix.server.main import main

    main()
