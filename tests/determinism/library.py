#!/usr/bin/env python3
"""Plays the library with several builds of splitvote and compares the digest of every run.

Usage: library.py PRESET… (two or more: presets of CMakePresets.json; each is built first), or paths of programs
Prints the runs whose digests differ and exits with 6, or says how many agree.
"""
import json
import pathlib
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]


def program_of(argument):
    """A program is taken as it is; a preset is built."""
    if "/" in argument:
        return argument
    folder = TOP / "build" / argument
    for command in (["cmake", "--preset", argument, "-DSPLITVOTE_TESTS=OFF"],
                    ["cmake", "--build", str(folder), "--target", "splitvote"]):
        result = subprocess.run(command, cwd=TOP, capture_output=True, text=True)
        if result.returncode != 0:
            sys.exit(result.stdout + result.stderr)
    return str(folder / "splitvote")


def digests(program):
    """(scenario, variant, seed) -> digest, of every run of the library; long sweeps are cut to one run in ten."""
    command = [program, "run", "--json", "-", "--shard", "1/10", "scenarios/library"]
    result = subprocess.run(command, cwd=TOP, capture_output=True, text=True)
    if not result.stdout:
        sys.exit(f"{program}: {result.stderr}")
    return {(run["scenario"], run["variant"], run["seed"]): run["digest"] for run in json.loads(result.stdout)["runs"]}


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    programs = [program_of(argument) for argument in sys.argv[1:]]
    expected = digests(programs[0])
    differing = 0
    for program in programs[1:]:
        found = digests(program)
        for run in sorted(expected.keys() | found.keys(), key=str):
            if expected.get(run) != found.get(run):
                differing += 1
                print(f"{run}: {expected.get(run)} by {programs[0]}, {found.get(run)} by {program}")
    if differing:
        return 6
    print(f"{len(expected)} runs, the same digests by {len(programs)} programs")
    return 0


sys.exit(main())
