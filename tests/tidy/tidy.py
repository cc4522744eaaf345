#!/usr/bin/env python3
"""The house rules as a test: arrows between rooms, bans in the deterministic rooms, sizes, a sentence at the top of each file.

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
    "scenarios/histories": FAULT + ["models", "reports", "scenarios/load"],
    "scenarios/cli": FAULT + ["models", "reports", "scenarios/load", "scenarios/run", "scenarios/histories"],
    "viz": ["sim/base", "sim/trace", "reports", "scenarios/run"],
}
# Within models/: what every tenant may share; a protocol never includes another protocol.
MODELS = {
    "models/wire": [], "models/client": ["models/wire"], "models/wal": [], "models/kv": ["models/client", "models/wal"],
    "models/raft": ["models/wire", "models/client", "models/wal", "models/kv", "models/registry"],
    "models/primary_backup": ["models/wire", "models/client", "models/wal", "models/kv", "models/registry"],
    "models/registry": ["models/raft", "models/primary_backup"],
    "models/consistency": [],
    "models/check": ["models/client", "models/consistency"], "models/measure": ["models/client", "models/consistency", "models/check"],
}
BANS = [  # in sim/ and models/
    (r"\b(double|float)\b", "floating point"), (r"\bstd::(unordered_\w+)", "unordered container"),
    (r"\bstd::\w*_distribution\b|\bstd::(mt19937|random_device|rand)\b", "std randomness"),
    (r"\bstd::chrono\b|\bclock_gettime\b|\bgettimeofday\b|\bstd::time\b", "wall clock"),
    (r"\bthrow\b|\btry\s*\{|\bcatch\s*\(", "exceptions"), (r"#include <(cmath|math\.h|random|chrono|thread|mutex|atomic|iostream)>", "banned header"),
    (r"\bstd::hash\b", "std::hash"),
]
FILE_LINES, FUNCTION_LINES, COLUMNS = 400, 70, 100
ROOMS = ("sim", "models", "scenarios", "reports", "viz")  # under the arrows; tests may include what they test


def room_of(path):
    parts = path.split("/")
    return "/".join(parts[:2]) if parts[0] in ("sim", "models", "scenarios") else parts[0]


def strip(line):
    line = re.sub(r'"(\\.|[^"\\])*"', '""', line)
    return re.sub(r"//.*", "", line)


LITERAL = re.compile(r'R"(\w*)\((?:.|\n)*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Za-z_])\'(?:\\.|[^\'\\\n])+\'|//[^\n]*|/\*(?:.|\n)*?\*/|^#(?:.*\\\n)*.*', re.M)


def code_of(lines):
    """The text with the insides of literals, the comments and the preprocessor's lines blanked, line by line."""
    return LITERAL.sub(lambda match: "\n" * match[0].count("\n"), "\n".join(lines))


def opens(head, inside):
    """What a brace opens that stands behind `head` in a namespace, a class, or a function."""
    head = head.strip()
    if inside == "function" or re.search(r"(^|[^=!<>])=[^=]", re.sub(r"\(.*\)|operator\S*", "", head)):
        return "block"
    if re.match(r"(inline )?namespace\b|extern\b", head):
        return "namespace"
    if re.search(r"\)[^()]* : .*[\w>]$", head) or not head:  # a member of a constructor's list: `Wal() : file_{3} {`
        return "initializer" if head else "block"
    if "(" in head and not re.match(r"(template <.*> )?(class|struct|union|enum)\b", head):
        return "function"
    return "class" if re.search(r"\b(class|struct|union)\b", head) else "block"


def functions(lines):
    """The first and last line of each function: free ones, members within their class, and tests."""
    stack, head, number, first = [], "", 1, None
    for c in code_of(lines):
        if c == "{":
            kind = opens(head, "function" if any(k != "namespace" and k != "class" for k, _, _ in stack) else "")
            stack.append((kind, first or number, head))
            head, first = "", None
        elif c == "}" and stack:
            kind, start, before = stack.pop()
            if kind == "function":
                yield start, number
            head, first = (before + "{}", start) if kind == "initializer" else ("", None)
        elif c == ";":
            head, first = "", None
        elif not c.isspace():
            head += c
            first = first or number
            if re.search(r"\b(public|private|protected):$", head):
                head, first = "", None
        else:
            head += " "
        number += c == "\n"


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
    strict = path.startswith(("sim/", "models/"))
    bans = BANS if strict else BANS[:1] if path.startswith("scenarios/") else []  # doubles are for reports/ and viz/
    for number, line in enumerate(lines, 1):
        code = strip(line) if not line.startswith("#include") else line
        for pattern, what in bans:
            if re.search(pattern, code):
                yield number, f"{what} is banned in {'sim/ and models/' if strict else 'scenarios/'}"


def check_sizes(path, lines):
    if len(lines) > FILE_LINES:
        yield len(lines), f"{len(lines)} lines; split the file by its nouns ({FILE_LINES} at most)"
    for number, line in enumerate(lines, 1):
        if len(line) > COLUMNS:
            yield number, f"{len(line)} columns ({COLUMNS} at most)"
    for first, last in functions(lines):
        if last - first + 1 > FUNCTION_LINES:
            yield first, f"a function of {last - first + 1} lines ({FUNCTION_LINES} at most)"


def check_openings(path, lines):
    opening = " ".join(line[3:] for line in lines[:next((n for n, line in enumerate(lines) if line[:3] != "// "), len(lines))])
    said = set(re.findall(r"[a-z]+", opening.lower())) - set(re.findall(r"[a-z]+", path.rsplit("/", 1)[-1]))
    if not opening:
        yield 1, "a file opens with one sentence that says what it is"
    elif len(said - {"a", "an", "the", "of", "and", "for", "file", "header", "class", "tests"}) < 2:
        yield 1, "the opening sentence says no more than the file's name"
    elif not re.search(r"[.:\"]", opening):
        yield 1, "the opening is not a sentence: it has no end"
    if path.endswith(".hpp") and not any(line == "#pragma once" for line in lines[:12]):
        yield 1, "a header has #pragma once"
    for number, line in enumerate(lines, 1):
        if re.search(r"\b(TODO|FIXME|XXX)\b", line):
            yield number, "an open end: finish it or put it into an issue"


def check_rooms(root):
    for room in sorted({room_of(str(p.relative_to(root))) for folder in ROOMS
                        for p in (root / folder).rglob("*.cpp")}):
        if not (root / room / "README.md").exists():
            yield f"{room}/README.md", 1, "every room says what a line of code in it may touch"


def breaches(root):
    for folder in ROOMS + ("tests",):
        checks = (check_sizes, check_openings) if folder == "tests" else (check_includes, check_bans, check_sizes, check_openings)
        for file in sorted((root / folder).rglob("*.[ch]pp")):
            path = str(file.relative_to(root))
            lines = file.read_text().splitlines()
            for check in checks:
                for number, what in check(path, lines):
                    yield path, number, what
    yield from check_rooms(root)


HEADER = "// What stands here for the test.\n#pragma once\n"
SOURCE = "// What stands here for the test.\n"
LONG = "  g();\n" * 70
PLANTED = [  # path, text, the complaint that is due
    ("sim/base/arrow.hpp", HEADER + '#include "sim/world/world.hpp"\n', "sim/base may not include sim/world"),
    ("sim/world/arrow.hpp", HEADER + '#include "models/raft/raft.hpp"\n', "sim/world may not include models/raft"),
    ("models/raft/arrow.hpp", HEADER + '#include "models/primary_backup/x.hpp"\n', "models/raft may not include"),
    ("reports/arrow.cpp", SOURCE + '#include "scenarios/run/run.hpp"\n', "reports may not include"),
    ("viz/arrow.cpp", SOURCE + '#include "sim/engine/engine.hpp"\n', "viz may not include"),
    ("sim/base/real.hpp", HEADER + "double x;\n", "floating point is banned in sim/ and models/"),
    ("scenarios/cli/real.hpp", HEADER + "double x;\n", "floating point is banned in scenarios/"),
    ("models/kv/table.hpp", HEADER + "std::unordered_map<int, int> m;\n", "unordered"),
    ("models/kv/chance.cpp", SOURCE + "std::mt19937 m;\n", "std randomness"),
    ("models/kv/shape.cpp", SOURCE + "std::normal_distribution<int> m;\n", "std randomness"),
    ("models/kv/now.cpp", SOURCE + "auto t = std::chrono::steady_clock::now();\n", "wall clock"),
    ("sim/base/jump.cpp", SOURCE + "void f() { throw 1; }\n", "exceptions"),
    ("sim/base/math.cpp", SOURCE + "#include <cmath>\n", "banned header"),
    ("sim/base/hashed.cpp", SOURCE + "std::hash<int> h;\n", "std::hash"),
    ("sim/base/function.cpp", SOURCE + "int f() {\n" + LONG + "}\n", "a function of 72 lines"),
    ("sim/base/member.hpp", HEADER + "class A {\n  int f() const {\n" + LONG + "  }\n};\n", "a function of 72 lines"),
    ("sim/base/nested.hpp", HEADER + "struct A {\n public:\n  struct B {\n  int f() {\n" + LONG + "  }\n};\n};\n", ":6: a function of 72"),
    ("sim/base/born.cpp", SOURCE + "A::A(int x)\n    : a_(x), b_{x} {\n" + LONG + "}\n", ":2: a function of 73 lines"),
    ("sim/base/operator.cpp", SOURCE + "bool operator==(A a, B b) {\n" + LONG + "}\n", "a function of 72 lines"),
    ("tests/sim/base/case_test.cpp", SOURCE + 'TEST_CASE("a brace { is no block") {\n' + LONG + "}\n", "a function of 72 lines"),
    ("sim/base/long.cpp", SOURCE + "\n" * 400, "split the file"),
    ("tests/sim/base/long_test.cpp", SOURCE + "\n" * 400, "split the file"),
    ("sim/base/wide.cpp", SOURCE + "// " + "x" * 98 + "\n", "101 columns"),
    ("sim/base/mute.hpp", "#pragma once\n", "opens with one sentence"),
    ("models/raft/mute.cpp", '#include "models/raft/mute.hpp"\n', "opens with one sentence"),
    ("tests/models/raft/mute_test.cpp", "int x;\n", "opens with one sentence"),
    ("sim/base/event_queue.cpp", "// The event queue.\n", "no more than the file's name"),
    ("reports/endless.cpp", "// what stands here for the test\n", "not a sentence"),
    ("sim/base/twice.hpp", SOURCE, "#pragma once"),
    ("sim/base/open.cpp", SOURCE + "// TO" + "DO later\n", "open end"),
    ("models/quorum/bare.cpp", SOURCE, "every room says"),
]
CLEAN = [  # what is allowed looks much like it
    ("sim/clock/short.cpp", SOURCE + "int f() {\n" + "  g();\n" * 68 + "}\nint g() { return 1'000; }\nint h() {\n  g();\n}\n"),
    ("sim/clock/table.cpp", SOURCE + "const A all[] = {\n" + "    {f(1)},\n" * 90 + "};\n"),
    ("sim/clock/class.hpp", HEADER + "class A {\n public:\n" + "  int f() { return 1; }\n" * 90 + "};\n"),
    ("sim/clock/word.cpp", SOURCE + 'constexpr auto text = "double {";  // a double, thrown\n'),
    ("tests/sim/clock/word_test.cpp", SOURCE + '#include "models/raft/raft.hpp"\ndouble x;\n'),
]


def self_test():
    with tempfile.TemporaryDirectory() as scratch:
        root = pathlib.Path(scratch)
        for path, text in [planted[:2] for planted in PLANTED] + CLEAN:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        (root / "sim/clock/README.md").write_text("A clock.\n")
        found = [(path, f"{path}:{number}: {what}") for path, number, what in breaches(root)]
    missed = [f"not found: {path}: {due}" for path, _, due in PLANTED
              if not any((p == path or p == path.rsplit("/", 1)[0] + "/README.md") and due in text for p, text in found)]
    alarms = [f"a false alarm: {text}" for path, text in found if path in dict(CLEAN)]
    print(*(missed + alarms or [f"all {len(PLANTED)} planted breaches are found, and nothing in {len(CLEAN)} clean files"]), sep="\n")
    return 1 if missed or alarms else 0


def main():
    if "--self-test" in sys.argv:
        return self_test()
    found = list(breaches(pathlib.Path(".")))
    for path, number, what in found:
        print(f"{path}:{number}: {what}")
    return 1 if found else 0


sys.exit(main())
