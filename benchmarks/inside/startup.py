"""CPU of importing and installing keeptabs in a fresh process, and what that imported."""

import json
import sys
import time

_UNWANTED = ("aiohttp", "httpx", "httpx2", "requests", "urllib3", "opentelemetry.sdk")


def main() -> None:
    """Measure once: a process is fresh only once."""
    start = time.process_time_ns()
    import keeptabs

    imported = time.process_time_ns()
    keeptabs.install()
    installed = time.process_time_ns()
    print(
        json.dumps(
            {
                "import": (imported - start) / 1e6,
                "install": (installed - imported) / 1e6,
                "total": (installed - start) / 1e6,
                "unwanted": [name for name in _UNWANTED if name in sys.modules],
            }
        )
    )


if __name__ == "__main__":
    main()
