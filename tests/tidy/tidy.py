#!/usr/bin/env python3
"""The house rules as a test: arrows between rooms, bans in the deterministic rooms, sizes, headers that stand alone.

Run from the repository's root; prints every breach as file:line: what, and exits with 1 if there is one.
With --self-test it plants one breach of each rule in a scratch tree and fails unless every one is found.
"""
import pathlib
import re
import sys
import tempfile

# A room may include itself and the rooms named here; the order is the design's.
BASE = ["sim/base"]
RANDOM = BASE + ["sim/random"]
TRACE = BASE + ["sim/trace"]
ENGINE = RANDOM + TRACE + ["sim/engine"]
CLOCK = ENGINE + ["sim/clock"]
NETWORK = ENGINE + ["sim/network"]
DISK = ENGINE + ["sim/disk"]
WORLD = sorted(set(CLOCK + NETWORK + DISK)) + ["sim/world"]
FAULT = WORLD + ["sim/fault"]
ALLOWED = {
    "sim/base": [], "sim/random": BASE, "sim/trace": BASE, "sim/engine": RANDOM + TRACE, "sim/clock": ENGINE,
    "sim/network": ENGINE, "sim/disk": ENGINE, "sim/world": WORLD, "sim/fault": WORLD,
    "models": FAULT, "reports": FAULT + ["models"], "scenarios/load": FAULT + ["models", "reports"],
    "scenarios/run": FAULT + ["models", "reports", "scenarios/load"],
    "scenarios/cli": FAULT + ["models", "reports", "scenarios/load", "scenarios/run"],
    "viz": ["sim/base", "sim/trace", "reports", "scenarios/run"],
}
# Within models/: what every tenant may share; a protocol never includes another protocol.
MODELS = {
    "models/wire": [], "models/client": ["models/wire"], "models/wal": [], "models/kv": ["models/client", "models/wal"],
    "models/raft": ["models/wire", "models/client", "models/wal", "models/kv", "models/registry"],
    "models/primary_backup": ["models/wire", "models/client", "models/wal", "models/kv", "models/registry"],
    "models/registry": ["models/raft", "models/primary_backup"],
    "models/check": ["models/client"], "models/measure": ["models/client", "models/check"],
}
BANS = [  # in sim/ and models/
    (r"\b(double|float)\b", "floating point"), (r"\bstd::(unordered_\w+)", "unordered container"),
    (r"\bstd::\w*_distribution\b|\bstd::(mt19937|random_device|rand)\b", "std randomness"),
    (r"\bstd::chrono\b|\bclock_gettime\b|\bgettimeofday\b|\bstd::time\b", "wall clock"),
    (r"\bthrow\b|\btry\s*\{|\bcatch\s*\(", "exceptions"), (r"#include <(cmath|math\.h|random|chrono|thread|mutex|atomic|iostream)>", "banned header"),
    (r"\bstd::hash\b", "std::hash"),
]
FILE_LINES, FUNCTION_LINES, COLUMNS = 450, 80, 100


def room_of(path):
    parts = path.split("/")
    return "/".join(parts[:2]) if parts[0] in ("sim", "models", "scenarios") else parts[0]


def strip(line):
    line = re.sub(r'"(\\.|[^"\\])*"', '""', line)
    return re.sub(r"//.*", "", line)


def check_includes(path, lines):
    room = room_of(path)
    rooms = ALLOWED.get(room if not room.startswith("models") else "models")
    for number, line in enumerate(lines, 1):
        match = re.match(r'#include "([^"]+)"', line)
        if not match:
            continue
        target = room_of(match[1]) if match[1].count("/") > 1 or match[1].startswith(("reports", "viz")) else "/".join(match[1].split("/")[:1])
        if target == room or target == "models":  # models/notes.hpp belongs to the whole floor
            continue
        if room.startswith("models/") and target.startswith("models/"):
            if target not in MODELS.get(room, []):
                yield number, f"{room} may not include {target}"
        elif rooms is None or (target not in rooms and not (target.startswith("models/") and "models" in rooms)):
            yield number, f"{room} may not include {target}"


def check_bans(path, lines):
    if not path.startswith(("sim/", "models/")):
        return
    for number, line in enumerate(lines, 1):
        code = strip(line) if not line.startswith("#include") else line
        for pattern, what in BANS:
            if re.search(pattern, code):
                yield number, f"{what} is banned in sim/ and models/"


def check_sizes(path, lines):
    if len(lines) > FILE_LINES:
        yield len(lines), f"{len(lines)} lines; split the file by its nouns ({FILE_LINES} at most)"
    start = None
    for number, line in enumerate(lines, 1):
        if len(line) > COLUMNS:
            yield number, f"{len(line)} columns ({COLUMNS} at most)"
        if re.match(r"\S.*\)( const)?( noexcept)?( override)? \{$|\s+.*\) (const )?(override )?\{$", line) and re.match(r"[A-Za-z~]", line):
            start = number
        if line == "}" and start:
            if number - start > FUNCTION_LINES:
                yield start, f"a function of {number - start} lines ({FUNCTION_LINES} at most)"
            start = None


def check_openings(path, lines):
    first = lines[0] if lines else ""
    if path.endswith(".hpp"):
        if not first.startswith("// "):
            yield 1, "a header opens with one sentence that says what it is"
        if not any(line == "#pragma once" for line in lines[:12]):
            yield 1, "a header has #pragma once"
    for number, line in enumerate(lines, 1):
        if re.search(r"\b(TODO|FIXME|XXX)\b", line):
            yield number, "an open end: finish it or put it into an issue"


def check_rooms(root):
    for room in sorted({room_of(str(p.relative_to(root))) for folder in ("sim", "models", "scenarios", "reports", "viz")
                        for p in (root / folder).rglob("*.cpp")}):
        if not (root / room / "README.md").exists():
            yield f"{room}/README.md", 1, "every room says what a line of code in it may touch"


def breaches(root):
    for folder in ("sim", "models", "scenarios", "reports", "viz"):
        for file in sorted((root / folder).rglob("*.[ch]pp")):
            path = str(file.relative_to(root))
            lines = file.read_text().split("\n")
            for check in (check_includes, check_bans, check_sizes, check_openings):
                for number, what in check(path, lines):
                    yield path, number, what
    yield from check_rooms(root)


PLANTED = {
    "sim/base/a.hpp": ('// A.\n#pragma once\n#include "sim/world/world.hpp"\n', "may not include"),
    "sim/world/b.hpp": ('// B.\n#pragma once\n#include "models/raft/raft.hpp"\n', "may not include"),
    "models/raft/c.hpp": ('// C.\n#pragma once\n#include "models/primary_backup/x.hpp"\n', "may not include"),
    "sim/base/d.hpp": ("// D.\n#pragma once\ndouble x;\n", "floating point"),
    "models/kv/e.hpp": ("// E.\n#pragma once\nstd::unordered_map<int, int> m;\n", "unordered"),
    "sim/base/f.hpp": ("#pragma once\n", "opens with one sentence"),
    "sim/base/g.hpp": ("// G.\n", "#pragma once"),
    "sim/base/h.cpp": ("int f() {\n" + "  g();\n" * 90 + "}\n", "a function of"),
    "sim/base/i.cpp": ("\n" * 500, "split the file"),
    "sim/base/j.cpp": ("#include <chrono>\n", "banned header"),
    "reports/k.cpp": ('#include "scenarios/run/run.hpp"\n', "may not include"),
    "sim/base/l.cpp": ("// TO" + "DO later\n", "open end"),
}


def self_test():
    with tempfile.TemporaryDirectory() as scratch:
        root = pathlib.Path(scratch)
        for path, (text, _) in PLANTED.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        found = list(breaches(root))
        missed = [path for path, (_, what) in PLANTED.items()
                  if not any(p == path and what in text for p, _, text in found)]
    print("not found:" if missed else "every planted breach is found", *missed)
    return 1 if missed else 0


def main():
    if "--self-test" in sys.argv:
        return self_test()
    found = list(breaches(pathlib.Path(".")))
    for path, number, what in found:
        print(f"{path}:{number}: {what}")
    return 1 if found else 0


sys.exit(main())
