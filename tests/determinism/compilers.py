#!/usr/bin/env python3
"""Builds the probe with every compiler, optimisation and standard library at hand and compares what they print.

Not with g++ -O3: that is the release build, whose own probe another test compares.

Usage: compilers.py BUILD_DIRECTORY [--update]

Each build compiles sim/, models/ and the probe without exceptions. A build whose compiler or library is missing is
named and left out; at least two must be there. `--update` writes tests/golden/digests.txt anew, which a commit that
changes what worlds do has to announce.
"""
import concurrent.futures
import itertools
import os
import pathlib
import shutil
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = TOP / "tests/golden/digests.txt"
BUILDS = {
    "g++ -O0": ["g++", "-O0"],
    "g++ -O2": ["g++", "-O2"],
    "clang++ -O2": ["clang++-19", "-O2"],
    "clang++ -O2 libc++": ["clang++-19", "-O2", "-stdlib=libc++"],
}
COMMON = ["-std=c++23", "-fno-exceptions", "-I", str(TOP)]
LIBRARIES = ["-lisal", "-lzstd"]


def sources(root):
    """The probe, which takes longest, and a file for each room that includes the room's: what they include themselves is
    read once, which is most of the work. So no two files of a room may use a name of their own for different things."""
    rooms = {}
    for room in ("sim", "models"):
        for path in sorted((TOP / room).glob("**/*.cpp")):
            rooms.setdefault(path.parent, []).append(path)
    found = [TOP / "tests/determinism/probe.cpp"]
    for room, paths in sorted(rooms.items()):
        whole = root / (str(room.relative_to(TOP)).replace("/", "_") + ".cpp")
        whole.write_text("".join(f'#include "{path.relative_to(TOP)}"\n' for path in paths))
        found.append(whole)
    return found


def run(command):
    return subprocess.run(command, capture_output=True, text=True)


def usable(compiler, directory):
    """Whether the compiler and its standard library are here."""
    if shutil.which(compiler[0]) is None:
        return False
    test = directory / "usable.cpp"
    test.write_text("#include <expected>\nint main() { return std::expected<int, int>(0).value_or(1); }\n")
    return run([*compiler, "-std=c++23", str(test), "-o", str(directory / "usable")]).returncode == 0


def build(name, files, directory, workers):
    """Compiles and links; the path of the program."""
    compiler = BUILDS[name]
    launcher = ["ccache"] if shutil.which("ccache") else []
    objects = []
    jobs = []
    for source in files:
        target = directory / (source.stem + ".o")
        objects.append(str(target))
        jobs.append([*launcher, *compiler, *COMMON, "-c", str(source), "-o", str(target)])
    for result in workers.map(run, jobs):
        if result.returncode != 0:
            sys.exit(f"{name}: {result.stderr}")
    program = directory / "probe"
    result = run([*compiler, *objects, *LIBRARIES, "-o", str(program)])
    if result.returncode != 0:
        sys.exit(f"{name}: {result.stderr}")
    return program


def difference(expected, found):
    """The first line that differs, both ways."""
    for line, other in itertools.zip_longest(expected.splitlines(), found.splitlines()):
        if line != other:
            return f"  golden: {line}\n  found:  {other}"
    return "  in its line ends"


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    update = "--update" in sys.argv
    root = pathlib.Path(sys.argv[1]) / "determinism"
    root.mkdir(parents=True, exist_ok=True)
    files = sources(root)
    outputs = {}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as workers:
        for name, compiler in BUILDS.items():
            directory = root / name.replace(" ", "_")
            directory.mkdir(parents=True, exist_ok=True)
            if not usable(compiler, directory):
                print(f"left out: {name}")
                continue
            program = build(name, files, directory, workers)
            for arguments in ([], ["--copies"]):
                result = run([str(program), *arguments])
                if result.returncode != 0:
                    sys.exit(f"{name}: the probe failed: {result.stderr}")
                outputs[" ".join([name, *arguments])] = result.stdout
    if len(outputs) < 4:
        sys.exit("needs two builds to compare")
    if update:
        GOLDEN.write_text(next(iter(outputs.values())))
    golden = GOLDEN.read_text()
    wrong = [name for name, output in outputs.items() if output != golden]
    for name in wrong:
        print(f"{name} differs from tests/golden/digests.txt:\n{difference(golden, outputs[name])}")
    print(f"{len(outputs)} outputs, {len(wrong)} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
