"""
How long `zimu --help` takes, against an interpreter that does nothing: python -m benchmarks.startup

Both are run alternately and the medians are compared; results go to benchmarks/results/startup.json.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from benchmarks.spoken import machine, save, table

RUNS = 15
COMMANDS = {
    "zimu --help": [sys.executable, "-m", "plugin_core.cli", "--help"],
    "python -c pass": [sys.executable, "-c", "pass"],
}


def seconds(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, capture_output=True, check=True)
    return time.perf_counter() - began


def main() -> None:
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(RUNS):
        for name, command in COMMANDS.items():
            times[name].append(seconds(command))
    medians = {name: round(statistics.median(found), 3) for name, found in times.items()}
    save("startup", {"seconds": medians, "runs": RUNS, **machine()})
    print(table(("command", "median seconds"), [[name, value] for name, value in medians.items()]))


if __name__ == "__main__":
    main()
