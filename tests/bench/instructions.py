#!/usr/bin/env python3
"""Counts Raft's instructions and compares them with what the goals allow: instructions.py BENCH_INSTRUCTIONS

A machine that is shared measures time badly, and instructions well: callgrind counts the same ones each time. The first
version that reached the goals of README.md needed `then` instructions for a unit, and was `reach` times as fast as its
goal, when both were measured on a quiet machine. So long as a unit needs no more than their product, the goal is
reached, as far as instructions tell. A message that carries one entry never was: what the first version needed and what
its goal allows are printed beside it. Prints one JSON document; the exit code is 1 if a figure needs more whose goal was
reached before.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

# figure: (unit, instructions then, reach)
FIGURES = {
    "idle_5_message": ("message", 1_691, 150 / 91),
    "load_3_servers_1_outstanding": ("commit", 24_083, 546 / 350),
    "load_5_servers_1_outstanding": ("commit", 38_692, 426 / 350),
    "load_3_servers_64_outstanding": ("commit", 14_590, 806 / 400),
    "load_5_servers_64_outstanding": ("commit", 19_733, 571 / 400),
    "unbatched_3_servers_64_message": ("message", 3_944, 250 / 315),
    "unbatched_5_servers_64_message": ("message", 3_986, 250 / 315),
    "failover": ("fail-over", 64_498, 214 / 200),
    "first_leader": ("cluster", 157_439, 50 / 10.6),
}


def count(program, figure):
    """Instructions of one unit."""
    with tempfile.TemporaryDirectory() as directory:
        profile = pathlib.Path(directory) / "callgrind.out"
        command = ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={profile}", program, figure]
        result = subprocess.run(command, capture_output=True, text=True)
    collected = re.search(r"Collected : (\d+)", result.stderr)
    if result.returncode != 0 or collected is None:
        sys.exit(f"{' '.join(command)}: {result.stderr}")
    return int(collected.group(1)) / float(result.stdout)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    found = {}
    for figure, (unit, then, reach) in FIGURES.items():
        now = count(sys.argv[1], figure)
        found[figure] = {"instructions": round(now), "unit": unit, "then": then, "allowed": round(then * reach)}
    print(json.dumps(found, indent=2))
    missed = [figure for figure, of in found.items() if of["instructions"] > of["allowed"] >= of["then"]]
    if missed:
        sys.exit(f"more instructions than their goals allow: {', '.join(missed)}")


if __name__ == "__main__":
    main()
