"""An application: calls of two prices, some of which fail, recorded by keeptabs, which exports as the environment says.

Arguments: the base URL of a provider, and how many rounds of calls.
"""

import sys
from concurrent.futures import ThreadPoolExecutor

import httpx

import keeptabs

_MODELS = "gpt-4o-mini", "gpt-4", "mock-429@gpt-4o-mini", "gpt-4o-mini"


def main(url: str, rounds: int) -> None:
    keeptabs.install()
    with httpx.Client(timeout=30) as client, ThreadPoolExecutor(4) as pool:

        def ask(number: int) -> None:
            message = {"role": "user", "content": f"question {number}"}
            body = {"model": _MODELS[number % len(_MODELS)], "messages": [message]}
            client.post(f"{url}/chat/completions", json=body, headers={"authorization": "Bearer none-is-needed"})

        list(pool.map(ask, range(rounds * len(_MODELS))))
    if not keeptabs.flush(30):
        sys.exit("not everything was exported")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
