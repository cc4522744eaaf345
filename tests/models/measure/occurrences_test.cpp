// What notes count as having occurred, and what looks like it and does not count.
#include "models/measure/occurrence.hpp"

#include <doctest/doctest.h>

#include "tests/models/measure/measured_run.hpp"

using namespace splitvote;
using measure::Occurrence;
using models::NoteType;
using Run = testing::MeasuredRun;

TEST_CASE("a change of members by joint consensus counts when its entries are committed") {
  Run run;
  run.feed.note(0, NoteType::configuration, 0, 0b001, 0);

  run.feed.note(0, NoteType::configuration, 5, 0b110, 0b001);
  CHECK(run.count(Occurrence::configuration_joint) == 0);
  run.feed.committed(0, 5, 1);
  CHECK(run.count(Occurrence::configuration_joint) == 1);
  CHECK(run.count(Occurrence::configuration_changed) == 0);
  run.feed.note(0, NoteType::configuration, 6, 0b110, 0);
  CHECK(run.count(Occurrence::configuration_changed) == 0);
  run.feed.committed(0, 6, 1);

  CHECK(run.count(Occurrence::configuration_joint) == 1);
  CHECK(run.count(Occurrence::configuration_changed) == 1);
}

TEST_CASE("that another server learns of the change does not count again") {
  Run run;
  for (int node = 0; node < 2; ++node) run.feed.note(node, NoteType::configuration, 0, 0b011, 0);
  for (int node = 0; node < 2; ++node) run.feed.note(node, NoteType::configuration, 5, 0b111, 0);

  run.feed.committed(0, 5, 1);
  run.feed.committed(1, 5, 1);

  CHECK(run.count(Occurrence::configuration_changed) == 1);
}

TEST_CASE("a configuration with the voters there were before changes nothing") {
  Run run;
  run.feed.note(0, NoteType::configuration, 0, 0b011, 0);

  run.feed.note(0, NoteType::configuration, 5, 0b011, 0);
  run.feed.committed(0, 5, 1);

  CHECK(run.count(Occurrence::configuration_changed) == 0);
  CHECK(run.count(Occurrence::configuration_joint) == 0);
}

TEST_CASE("every learner that has caught up is counted") {
  Run run;

  run.feed.note(0, NoteType::caught_up, 3, 40);
  run.feed.note(0, NoteType::caught_up, 4, 41);

  CHECK(run.count(Occurrence::learner_caught_up) == 2);
}

TEST_CASE("an order counts as refused only if it was") {
  Run run;

  run.feed.note(0, NoteType::order, 40, 0);
  CHECK(run.count(Occurrence::order_refused) == 0);
  run.feed.note(1, NoteType::order, 40, 1);

  CHECK(run.count(Occurrence::order_refused) == 1);
}

TEST_CASE("leadership is transferred when the one that was told leads the next term") {
  Run run;
  run.feed.note(0, NoteType::transfer, 1, 1, 0);
  run.feed.note(0, NoteType::transfer, 1, 1, 1);
  CHECK(run.count(Occurrence::leadership_transferred) == 0);

  SUBCASE("it does") {
    run.feed.leader(1, 2);
    CHECK(run.count(Occurrence::leadership_transferred) == 1);
  }
  SUBCASE("another one does") {
    run.feed.leader(2, 2);
    CHECK(run.count(Occurrence::leadership_transferred) == 0);
  }
  SUBCASE("it leads a later term") {
    run.feed.leader(1, 3);
    CHECK(run.count(Occurrence::leadership_transferred) == 0);
  }
  CHECK(run.count(Occurrence::transfer_aborted) == 0);
}

TEST_CASE("a transfer is aborted when the leader gives it up") {
  Run run;

  run.feed.note(0, NoteType::transfer, 1, 1, 0);
  run.feed.note(0, NoteType::transfer, 1, 1, 2);

  CHECK(run.count(Occurrence::transfer_aborted) == 1);
}

TEST_CASE("a snapshot counts as installed if a leader sent it, not if a server began with it") {
  Run run;

  run.feed.note(1, NoteType::restored, 9, 1, 0);
  CHECK(run.count(Occurrence::snapshot_installed) == 0);
  run.feed.note(1, NoteType::restored, 20, 1, 1);

  CHECK(run.count(Occurrence::snapshot_installed) == 1);
}

TEST_CASE("a log is compacted when entries are let go, not when a snapshot is saved") {
  Run run;

  run.feed.note(1, NoteType::saving, 9, 1);
  run.feed.note(1, NoteType::saved, 9, 1);
  CHECK(run.count(Occurrence::log_compacted) == 0);
  run.feed.note(1, NoteType::compacted, 5, 1);

  CHECK(run.count(Occurrence::log_compacted) == 1);
}

TEST_CASE(
    "a snapshot for followers is taken, one of a server's own is written when it is on its disk") {
  Run run;

  run.feed.note(1, NoteType::saving, 9, 1);
  CHECK(run.count(Occurrence::snapshot_written) == 0);
  run.feed.note(1, NoteType::saved, 9, 1);
  run.feed.note(2, NoteType::taken, 12, 1);

  CHECK(run.count(Occurrence::snapshot_written) == 1);
  CHECK(run.count(Occurrence::snapshot_taken) == 1);
}

TEST_CASE("what a server did not execute itself is counted by the reason") {
  Run run;

  run.feed.note(0, NoteType::throttled, 5, 1);
  run.feed.note(1, NoteType::forwarded, 5, 1, 0);
  run.feed.note(1, NoteType::forwarded, 5, 2, 0);
  run.feed.note(2, NoteType::too_old, 5, 3);

  CHECK(run.count(Occurrence::proposal_throttled) == 1);
  CHECK(run.count(Occurrence::request_forwarded) == 2);
  CHECK(run.count(Occurrence::stale_read_refused) == 1);
}
