"""What one process takes: seconds of the clock and of processors, and the most memory that it had, in bytes."""

import json
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

_NOT = ("GIT_", "PYTHONDONTWRITEBYTECODE")  # as for those who use it: byte code is there from the first time on
_PEAK_UNIT = 1 if sys.platform == "darwin" else 1024  # what ru_maxrss is counted in
_EVERY = 0.005  # seconds
_HIGH_WATER = re.compile(r"VmHWM:\s+(\d+) kB")


def main() -> None:
    """Start it, and wait. What it says goes nowhere; that it found something is no failure."""
    asked = json.loads(sys.argv[1])
    environ = {name: value for name, value in os.environ.items() if not name.startswith(_NOT)}
    peaks, done = [0], threading.Event()
    begin = time.perf_counter()
    nothing = subprocess.DEVNULL
    process = subprocess.Popen(asked["command"], cwd=asked["where"], env=environ, stdout=nothing, stderr=nothing)
    watch = threading.Thread(target=_watch, args=(process.pid, peaks, done))
    watch.start()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begin
    done.set()
    watch.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    memory = max(peaks) or used.ru_maxrss * _PEAK_UNIT
    print(json.dumps({"wall": wall, "cpu": used.ru_utime + used.ru_stime, "memory": memory}))


def _watch(pid: int, peaks: list[int], done: threading.Event) -> None:
    """The peak of the process itself, again and again: what the system tells in the end has git's in it, too."""
    while True:
        try:
            found = _HIGH_WATER.search(Path(f"/proc/{pid}/status").read_text("ascii", "replace"))
        except OSError:  # it has ended, or the system has no such file
            return
        peaks.append(int(found[1]) * 1024 if found else 0)
        if done.wait(_EVERY):
            return


if __name__ == "__main__":
    main()
