#!/usr/bin/env bash
# What only a process shows: pipes, signals, terminals, and XML as a real parser reads it.
# Usage: process_test.sh path/to/splitvote, from the repository's root.
set -uo pipefail
splitvote=$1
cases=tests/scenarios/cli/cases
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

# expect WHAT CODE COMMAND…: runs the command and compares its exit code.
expect() {
  local what=$1 wanted=$2 got
  shift 2
  "$@" >"$scratch/out" 2>"$scratch/err"
  got=$?
  if [ "$got" -eq "$wanted" ]; then return; fi
  echo "FAILED: $what: exit code $got, not $wanted" >&2
  cat "$scratch/out" "$scratch/err" >&2
  failed=1
}
# holds WHAT COMMAND…: the command must succeed.
holds() { local what=$1; shift; expect "$what" 0 "$@"; }

holds "a passing scenario" "$splitvote" run $cases/passes.yaml
expect "a violated expectation" 1 "$splitvote" run $cases/violates-safety.yaml
expect "a bad command line" 2 "$splitvote" run --see 5
expect "nothing selected" 5 "$splitvote" run sim/base

# The README shows what a failure looks like: it is what the command prints, but for the time it took.
timeless() { sed -E 's/ in [0-9.]+ m?s,/ in … ms,/' "$1"; }
sed -n '/^\$ splitvote run/,/^```/p' README.md | sed '1d;$d' >"$scratch/shown"
arguments=$(sed -n 's/^\$ splitvote //p' README.md | head -1)
# shellcheck disable=SC2086  # the arguments are words
"$splitvote" $arguments >"$scratch/printed" 2>&1
holds "the README shows what is printed" diff <(timeless "$scratch/shown") <(timeless "$scratch/printed")

sed -n '/^\$ splitvote check/,/^```/p' README.md | sed '1d;$d' >"$scratch/shown"
arguments=$(sed -n 's/^\$ splitvote //p' README.md | sed -n 2p)
# shellcheck disable=SC2086  # the arguments are words
"$splitvote" $arguments >"$scratch/printed" 2>&1
holds "the README shows what check prints" diff "$scratch/shown" "$scratch/printed"

# A reader that goes away ends nothing but the printing; the verdict stays.
"$splitvote" run $cases/violates-safety.yaml 2>"$scratch/pipe.err" | true
code=${PIPESTATUS[0]}
holds "a broken pipe keeps the exit code (it was $code)" [ "$code" -eq 1 ]
holds "a broken pipe is no error" [ ! -s "$scratch/pipe.err" ]

# A full disk is an error.
if [ -w /dev/full ]; then
  expect "a full standard output" 2 bash -c '"$0" run "$1" >/dev/full' "$splitvote" $cases/passes.yaml
  expect "a full device" 2 "$splitvote" run $cases/passes.yaml --json /dev/full
  holds "a device stays a device" [ -c /dev/full ]
fi
holds "a pipe is written to" bash -c '"$0" run "$1" --brief --json >(cat >"$2/piped") && sleep 0.2 && grep -q digest "$2/piped"' \
  "$splitvote" $cases/passes.yaml "$scratch"

# Colours: never into a file, NO_COLOR on a terminal, and one line that is written over there.
expect "colours when they are wanted" 0 bash -c '"$0" list --color=always | grep -q "$(printf "\033")"' "$splitvote"
expect "no colours into a pipe" 1 bash -c '"$0" list | grep -q "$(printf "\033")"' "$splitvote"
if command -v script >/dev/null; then
  holds "colours on a terminal" bash -c \
    'script -qec "$0 list" /dev/null </dev/null | grep -q "$(printf "\033")"' "$splitvote"
  expect "NO_COLOR on a terminal" 1 bash -c \
    'NO_COLOR=1 script -qec "$0 list" /dev/null </dev/null | grep -q "$(printf "\033")"' "$splitvote"
fi

# An interrupt ends a sweep early, with a summary and exit code 4.
"$splitvote" run $cases/passes.yaml --seeds 1..100000000 --jobs 2 >"$scratch/sweep.out" 2>"$scratch/sweep.err" &
sweep=$!
sleep 0.5
kill -INT $sweep
wait $sweep
code=$?
holds "an interrupted sweep (its code was $code)" [ "$code" -eq 4 ]
holds "an interrupted sweep says so" grep -q "it was interrupted" "$scratch/sweep.err"
holds "an interrupted sweep has a summary" grep -q " runs, .* passed" "$scratch/sweep.out"

# What XML and JSON parsers of others think.
"$splitvote" run $cases/sweeps-and-fails.yaml $cases/passes.yaml $cases/runs-out.yaml \
  --junit "$scratch/junit.xml" --json "$scratch/summary.json" --report -o "$scratch/left" >/dev/null 2>&1
holds "JUnit is well-formed, and counts" python3 - "$scratch/junit.xml" <<'P'
import sys, xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
cases = root.findall("./testsuite/testcase")
assert root.tag == "testsuites" and len(cases) == 14 == int(root.get("tests")), len(cases)
assert len(root.findall(".//failure")) == 12 == int(root.get("failures"))
assert len(root.findall(".//error")) == 1 == int(root.get("errors"))
P
holds "the summary is JSON, and the pictures are XML" python3 - "$scratch" <<'P'
import glob, json, sys, xml.etree.ElementTree as tree
summary = json.load(open(sys.argv[1] + "/summary.json"))
assert summary["exit_code"] == 1 and len(summary["runs"]) == 14
pictures = glob.glob(sys.argv[1] + "/left/*.svg")
assert len(pictures) == 5, pictures
for picture in pictures: tree.parse(picture)
P

exit $failed
