"""What keeptabs adds to chat calls of the openai SDK, on and off in one process: the finest measure of it alone."""

from chat import caller, repeated
from harness import Telemetry, plan, tell
from toggle import added


def main() -> None:
    """Measure every case of the plan."""
    asked = plan()
    Telemetry()
    works = {case["name"]: (repeated(caller(case, None)), case["calls"]) for case in asked["cases"]}
    tell({name: added(work, calls=calls, pairs=asked["pairs"]) for name, (work, calls) in works.items()})


if __name__ == "__main__":
    main()
