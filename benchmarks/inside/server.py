"""The mock server in a process of its own: prints its URL, and stops when its standard input ends."""

import sys

from keeptabs.testing.mock import MockServer


def main() -> None:
    """Serve until whoever started us is gone."""
    with MockServer() as server:
        print(server.url, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
