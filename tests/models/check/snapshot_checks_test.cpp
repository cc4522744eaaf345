// What snapshots may stand for: committed entries, one content each, never the past; and what a
// server owes that restarts from one.
#include <doctest/doctest.h>

#include "tests/models/check/checked_run.hpp"

using splitvote::check::Check;
using splitvote::models::NoteType;
using Run = splitvote::testing::CheckedRun;
using splitvote::testing::replicate;

namespace {

enum class From : std::uint8_t { disk, leader };

void restored(Run& run, int node, std::uint64_t index, std::uint64_t term, From from) {
  run.feed.note(node, NoteType::restored, index, term, from == From::leader ? 1 : 0);
}

void saving(Run& run, int node, std::uint64_t index, std::uint64_t term, std::uint64_t hash) {
  run.feed.note(node, NoteType::saving, index, term, hash);
}

/// Node 0 leads term 1; entries 1 to 5 are on nodes 0 and 1, committed and applied by node 0.
/// Node 2 was away.
void without_node_2(Run& run) {
  for (int node = 0; node < 3; ++node) run.feed.start(node);
  run.feed.leader(0, 1);
  for (std::uint64_t index = 1; index <= 5; ++index) {
    run.feed.appended(0, index, 1);
    run.feed.appended(1, index, 1);
    run.feed.stored(1, index);
    run.feed.stored(0, index);
    run.feed.committed(0, index, 1);
    run.feed.applied(0, index, 1);
  }
}

}  // namespace

TEST_CASE("a snapshot of committed entries, installed and saved alike, is accepted") {
  Run run;
  without_node_2(run);
  saving(run, 0, 5, 1, 42);

  restored(run, 2, 5, 1, From::leader);
  saving(run, 2, 5, 1, 42);
  run.feed.stored(2, 5);
  run.feed.appended(2, 6, 1);

  CHECK(run.clean());
}

TEST_CASE("a snapshot that ends with an entry that nobody has committed is reported") {
  Run run;
  without_node_2(run);
  run.feed.appended(0, 6, 1);

  restored(run, 2, 6, 1, From::leader);

  CHECK(run.count(Check::commit_agreement) == 1);
}

TEST_CASE("a snapshot that ends with an entry of another term than the committed one is reported") {
  Run run;
  without_node_2(run);

  restored(run, 2, 5, 3, From::leader);

  CHECK(run.count(Check::commit_agreement) == 1);
}

TEST_CASE("two snapshots of the same entry with different contents are reported") {
  Run run;
  without_node_2(run);
  saving(run, 0, 5, 1, 42);

  restored(run, 2, 5, 1, From::leader);
  saving(run, 2, 5, 1, 43);

  CHECK(run.count(Check::state_machine_safety) == 1);
}

TEST_CASE("a snapshot that claims more, or less, than its node has applied is reported") {
  Run run;
  without_node_2(run);

  saving(run, 0, 4, 1, 42);
  saving(run, 1, 5, 1, 43);

  CHECK(run.count(Check::state_machine_safety) == 2);
}

TEST_CASE("a snapshot that takes a state machine back is reported") {
  Run run;
  without_node_2(run);

  restored(run, 0, 3, 1, From::leader);

  CHECK(run.count(Check::monotone_applied) == 1);
}

TEST_CASE("behind a snapshot the next entry is applied, and no other") {
  Run run;
  without_node_2(run);
  restored(run, 2, 4, 1, From::leader);
  run.feed.appended(2, 5, 1);
  run.feed.committed(2, 5, 1);

  run.feed.applied(2, 5, 1);
  CHECK(run.clean());
  run.feed.applied(2, 7, 1);

  CHECK_FALSE(run.clean());
}

TEST_CASE("a node that restarts from a snapshot behind all it had stored owes nothing more") {
  Run run;
  without_node_2(run);
  run.feed.power_loss(1);
  run.feed.start(1);

  run.feed.recovered(1, 5, 1, 0);
  restored(run, 1, 5, 1, From::disk);

  CHECK(run.clean());
}

TEST_CASE("a node that restarts from a snapshot without the entries it had stored is reported") {
  Run run;
  without_node_2(run);
  run.feed.power_loss(1);
  run.feed.start(1);

  run.feed.recovered(1, 3, 1, 0);
  restored(run, 1, 3, 1, From::disk);

  CHECK(run.count(Check::durable_storage) == 1);
}

TEST_CASE("a node that is stopped while a snapshot is installed owes only what was committed") {
  Run run;
  replicate(run, 3, 2);
  run.feed.committed(1, 2, 1);
  run.feed.appended(0, 4, 1);
  run.feed.appended(1, 4, 1);
  run.feed.committed(0, 4, 1);
  run.feed.applied(0, 1, 1);
  run.feed.truncated(2, 3);
  run.feed.committed(2, 2, 1);
  restored(run, 2, 4, 1, From::leader);
  run.feed.power_loss(2);
  run.feed.start(2);

  run.feed.recovered(2, 2, 1, 0);
  run.feed.appended(2, 1, 1);
  run.feed.appended(2, 2, 1);

  CHECK(run.clean());
}

TEST_CASE("a leader that took over a snapshot holds what it stands for") {
  Run run;
  without_node_2(run);
  restored(run, 2, 5, 1, From::leader);
  run.feed.stored(2, 5);

  run.feed.leader(2, 2);

  CHECK(run.clean());
}

TEST_CASE("a leader whose snapshot ends before a committed entry is reported") {
  Run run;
  without_node_2(run);
  restored(run, 2, 4, 1, From::leader);

  run.feed.leader(2, 2);

  CHECK(run.count(Check::leader_completeness) == 1);
}
