// Recorded runs made again: the same, tampered with, cut short, and drawn.
#include "sim/trace/trace_cursor.hpp"
#include "sim/trace/trace_writer.hpp"
#include "tests/scenarios/cli/command_line.hpp"

namespace splitvote::cli {
namespace {

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

/// Records a run of the scenario and returns the path of its trace.
std::string recorded(const Folder& folder, const std::string& name) {
  REQUIRE(splitvote({"run", a_case(name), "-o", folder.path()}).code == 0);
  return folder / (name + "-7.trace");
}

/// The trace again, with another header, without the last records, or with another digest.
void copy_trace(const std::string& source, const std::string& target, const std::string& what,
                const std::string& by, std::uint64_t records_left_out = 0,
                sim::Digest digest_change = {}) {
  const auto reader = sim::TraceReader::open(source);
  REQUIRE(reader);
  sim::TraceHeader header = reader->header();
  if (!what.empty()) header.text = replaced(header.text, what, by);
  auto writer = sim::TraceWriter::create(target, header);
  REQUIRE(writer);
  sim::TraceCursor cursor(*reader);
  sim::Record record;
  while (cursor.position() < reader->records() - records_left_out) {
    REQUIRE(cursor.next(record).value());
    writer->add(record);
  }
  sim::TraceEnd end = reader->end();
  if (digest_change != sim::Digest{}) end.digest = digest_change;
  REQUIRE(writer->finish(end));
}

TEST_CASE("a recorded run is the same when it is made again") {
  const Folder folder;
  const std::string trace = recorded(folder, "passes");
  const auto reader = sim::TraceReader::open(trace);

  const Outcome outcome = splitvote({"replay", trace});

  CHECK(outcome.code == 0);
  CHECK(outcome.out.starts_with("passes seed 7: identical, "));
  CHECK(outcome.out.ends_with("digest " + sim::to_hex(reader->end().digest) + "\n"));
}

TEST_CASE("another seed in the header parts at an event, and both records are told") {
  const Folder folder;
  const std::string trace = recorded(folder, "passes");
  copy_trace(trace, folder / "tampered.trace", "\"seed\":7,", "\"seed\":8,");

  const Outcome outcome = splitvote({"replay", folder / "tampered.trace"});

  CHECK(outcome.code == 6);
  CHECK(outcome.out.contains("\nDIVERGED at event "));
  CHECK(outcome.out.contains("\n  recorded  event "));
  CHECK(outcome.out.contains("\n  now       event "));
  CHECK(outcome.out.contains("\n  digest    "));
  CHECK(outcome.out.contains("\n  build     splitvote "));
}

TEST_CASE("another setting of the protocol in the header parts the runs") {
  const Folder folder;
  const std::string trace = recorded(folder, "passes");
  copy_trace(trace, folder / "tampered.trace", "pre_vote: true", "pre_vote: false");

  CHECK(splitvote({"replay", folder / "tampered.trace"}).code == 6);
}

TEST_CASE("a recording that claims to be whole but ends early parts where it ends") {
  const Folder folder;
  const std::string trace = recorded(folder, "passes");
  copy_trace(trace, folder / "short.trace", "", "", 5);

  const Outcome outcome = splitvote({"replay", folder / "short.trace"});

  CHECK(outcome.code == 6);
  CHECK(outcome.out.contains("\n  recorded  ended\n"));
}

TEST_CASE("equal records with another digest are not the same run") {
  const Folder folder;
  const std::string trace = recorded(folder, "passes");
  copy_trace(trace, folder / "digest.trace", "", "", 0, sim::Digest{1, 2});

  const Outcome outcome = splitvote({"replay", folder / "digest.trace"});

  CHECK(outcome.code == 6);
  CHECK(outcome.out.contains("DIVERGED in events that leave no record"));
}

TEST_CASE("a header whose scenario is none is refused with the place in it") {
  const Folder folder;
  const std::string trace = recorded(folder, "passes");
  copy_trace(trace, folder / "tampered.trace", "kind: raft", "kind: raff");

  const Outcome outcome = splitvote({"replay", folder / "tampered.trace"});

  CHECK(outcome.code == 2);
  CHECK(outcome.err.contains("unknown protocol \"raff\""));
}

TEST_CASE("a trace that is cut off anywhere is refused or replayed as far as it goes") {
  const Folder folder;
  const std::string bytes = content(recorded(folder, "passes"));

  for (std::size_t size = 0; size < bytes.size(); size += bytes.size() / 37) {
    CAPTURE(size);
    std::ofstream(folder / "cut.trace", std::ios::binary) << bytes.substr(0, size);
    const Outcome outcome = splitvote({"replay", folder / "cut.trace"});
    const bool nothing = outcome.out.contains("cut off before its first record");
    CHECK(outcome.code == (!outcome.err.empty() ? 2 : nothing ? 4 : 0));
    if (outcome.code == 0) CHECK(outcome.out.contains("identical as far as the recording goes"));
  }
}

TEST_CASE("a variant of a sweep is replayed as that variant") {
  const Folder folder;
  REQUIRE(splitvote({"run", a_case("sweeps"), "--trace", "-o", folder.path()}).code == 0);

  const Outcome outcome = splitvote({"replay", folder / "sweeps-protocol.pre_vote-false-3.trace"});

  CHECK(outcome.code == 0);
  CHECK(outcome.out.starts_with("sweeps seed 3 protocol.pre_vote=false: identical, "));
}

TEST_CASE("replaying leaves nothing behind") {
  const Folder folder;
  const std::string trace = recorded(folder, "passes");
  ::setenv("TMPDIR", folder.path().c_str(), 1);

  (void)splitvote({"replay", trace});

  ::unsetenv("TMPDIR");
  const std::filesystem::directory_iterator left(folder.path());
  CHECK(std::distance(begin(left), end(left)) == 3);  // the trace, the history and the summary
}

TEST_CASE("a trace is drawn beside itself, into a file, or onto standard output") {
  const Folder folder;
  const std::string trace = recorded(folder, "passes");

  CHECK(splitvote({"report", trace}).out == "wrote " + folder / "passes-7.svg\n");
  const Outcome out =
      splitvote({"report", trace, "-o", "-", "--from", "100ms", "--to", "300ms", "--width", "900"});

  CHECK(content(folder / "passes-7.svg").starts_with("<svg"));
  CHECK(out.out.starts_with("<svg"));
  CHECK(out.out.contains("width=\"900\""));
  CHECK(out.out != content(folder / "passes-7.svg"));
}

TEST_CASE("of several groups one is drawn, and one that there is not is refused") {
  const Folder folder;
  REQUIRE(splitvote({"run", a_case("passes"), "--set", "protocol.groups=3", "-o", folder.path(),
                     "--report"})
              .code == 0);
  const std::string trace = folder / "passes-7.trace";

  const Outcome second = splitvote({"report", trace, "--group", "2", "-o", "-"});
  const Outcome none = splitvote({"report", trace, "--group", "3", "-o", "-"});

  CHECK(content(folder / "passes-7.svg").contains("everything of group 0 (there are 3,"));
  CHECK(second.code == 0);
  CHECK(second.out.contains("everything of group 2 (there are 3,"));
  CHECK(none.code == 2);
  CHECK(none.out.empty());
  CHECK(none.err.contains("there is no group 3: the servers have 3, counted from 0"));
  CHECK(splitvote({"report", trace, "--group", "x"}).code == 2);
  CHECK(splitvote({"report", recorded(folder, "passes"), "--group", "1"}).code == 2);
}

}  // namespace
}  // namespace splitvote::cli
