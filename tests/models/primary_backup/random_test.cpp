// Many random histories of faults: what the protocol keeps must hold in all of them, and what it is
// known to break must break in some.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <utility>

#include "models/kv/command.hpp"
#include "tests/models/primary_backup/fake_cluster.hpp"

using namespace splitvote;
using namespace splitvote::primary_backup;
using models::NoteType;

namespace {

enum class Faults : std::uint8_t { none, network, all };

/// One random history, and what its notes gave away.
class History {
 public:
  History(std::uint64_t seed, Faults faults)
      : stream_(seed, {.purpose = sim::Purpose::first_model_purpose}),
        faults_(faults),
        cluster_(3) {}

  void run(int steps) {
    for (int i = 0; i < steps; ++i) {
      step();
      read_notes();
    }
    calm_down();
    read_notes();
  }

  bool two_primaries = false;  // in one epoch
  bool two_versions = false;   // of an entry, named by index and epoch
  bool logs_differ = false;    // at the end
  bool stores_differ = false;  // likewise
  bool lost = false;           // an acknowledged write is in no log at the end
  std::size_t acknowledged = 0;

 private:
  [[nodiscard]] std::uint64_t draw(std::uint64_t count) {
    return sim::below(stream_.draw(), count);
  }

  void step() {
    const std::uint64_t choice = draw(100);
    if (choice < 30) return request();
    if (choice < 75) return deliver();
    if (choice < 85) return cluster_.complete_disks();
    if (choice < 95) return pass_time();
    if (faults_ != Faults::none) fault();
  }

  void request() {
    const std::string value = std::to_string(++sequence_);
    cluster_.request(draw(3), sequence_,
                     {.kind = client::OperationKind::put, .key = "k", .value = value});
    take_answers();
  }

  void deliver() {
    take_answers();
    if (cluster_.in_flight.empty()) return;
    // Without faults the order holds and nothing is lost or doubled.
    const bool faulty = faults_ != Faults::none;
    const std::size_t at = faulty ? draw(cluster_.in_flight.size()) : 0;
    const std::uint64_t fate = faulty ? draw(20) : 2;
    const auto message = cluster_.in_flight[at];
    if (fate != 0) cluster_.in_flight.erase(cluster_.in_flight.begin() + static_cast<long>(at));
    if (fate != 1) cluster_.deliver(message.first, message.second);
  }

  void pass_time() {
    now_ns_ += static_cast<std::int64_t>(draw(30)) * 1'000'000;
    if (faults_ == Faults::none) return cluster_.run_to(now_ns_ / 1'000'000);  // nothing is late
    cluster_.fire_until(now_ns_);
  }

  void fault() {
    const std::size_t rank = draw(3);
    const std::uint64_t kind = draw(faults_ == Faults::all ? 6 : 2);
    if (kind == 0) return cluster_.cut(rank);
    if (kind == 1) return cluster_.heal();
    if (!cluster_.up(rank)) return cluster_.start(rank);
    if (kind == 2) return cluster_.crash(rank);
    if (kind == 3) return cluster_.lose_power(rank);
  }

  void take_answers() {
    cluster_.collect();
    for (const Answer& answer : cluster_.answers) {
      if (answer.response.status == client::Status::ok && answer.response.revision > 0)
        acknowledged_[answer.response.sequence] = answer.response.revision;
    }
    cluster_.answers.clear();
  }

  void calm_down() {
    cluster_.heal();
    for (std::size_t rank = 0; rank < 3; ++rank) {
      if (!cluster_.up(rank)) cluster_.start(rank);
    }
    cluster_.settle();
    take_answers();
    cluster_.run_to(now_ns_ / 1'000'000 + 3000);
    take_answers();
    acknowledged = acknowledged_.size();
    compare();
  }

  void compare() {
    const Log& log = cluster_.server(0).log();
    for (std::size_t rank = 1; rank < 3; ++rank) {
      const Log& other = cluster_.server(rank).log();
      logs_differ |= !std::ranges::equal(log.bytes(1, log.last()), other.bytes(1, other.last()));
      stores_differ |= !(cluster_.server(rank).store() == cluster_.server(0).store());
    }
    std::map<std::uint64_t, Index> present;  // by sequence
    for (Index index = 1; index <= log.last(); ++index) {
      sim::ByteView bytes = log.record(index);
      wal::Record record;
      take_record(bytes, record);
      kv::Command command;
      if (kv::decode(record, command)) present[command.sequence] = index;
    }
    for (const auto& [sequence, revision] : acknowledged_) {
      const auto found = present.find(sequence);
      lost |= found == present.end() || found->second != revision;
    }
  }

  void read_notes() {
    for (std::size_t rank = 0; rank < 3; ++rank) {
      for (const models::RecordedNote& note : cluster_.host(rank).notes) {
        if (note.type == NoteType::role &&
            note.a == static_cast<std::uint64_t>(models::Role::leader))
          two_primaries |= primaries_.try_emplace(note.b, rank).first->second != rank;
        if (note.type == NoteType::appended)
          two_versions |= entries_.try_emplace({note.a, note.b}, note.c).first->second != note.c;
      }
      cluster_.host(rank).notes.clear();
    }
  }

  sim::Stream stream_;
  Faults faults_;
  FakeCluster cluster_;
  std::int64_t now_ns_ = 0;
  std::uint64_t sequence_ = 0;
  std::map<std::uint64_t, std::uint64_t> acknowledged_;  // revision by sequence
  std::map<Epoch, std::size_t> primaries_;
  std::map<std::pair<Index, Epoch>, std::uint64_t> entries_;
};

struct Totals {
  int two_primaries = 0;
  int two_versions = 0;
  int logs_differ = 0;
  int stores_differ = 0;
  int lost = 0;
  std::size_t acknowledged = 0;
};

Totals run_many(int histories, Faults faults) {
  Totals totals;
  for (int i = 0; i < histories; ++i) {
    History history(static_cast<std::uint64_t>(i), faults);
    history.run(600);
    totals.two_primaries += history.two_primaries ? 1 : 0;
    totals.two_versions += history.two_versions ? 1 : 0;
    totals.logs_differ += history.logs_differ ? 1 : 0;
    totals.stores_differ += history.stores_differ ? 1 : 0;
    totals.lost += history.lost ? 1 : 0;
    totals.acknowledged += history.acknowledged;
  }
  return totals;
}

}  // namespace

TEST_CASE("without faults nothing acknowledged is lost and all servers end alike") {
  const Totals totals = run_many(200, Faults::none);

  CHECK(totals.acknowledged > 5000);
  CHECK(totals.lost == 0);
  CHECK(totals.two_primaries == 0);
  CHECK(totals.two_versions == 0);
  CHECK(totals.logs_differ == 0);
  CHECK(totals.stores_differ == 0);
}

TEST_CASE(
    "whatever the network does, epochs have one primary, entries one version, and calm heals") {
  const Totals totals = run_many(400, Faults::network);

  CHECK(totals.two_primaries == 0);
  CHECK(totals.two_versions == 0);
  CHECK(totals.logs_differ == 0);
  CHECK(totals.stores_differ == 0);
  CHECK(totals.lost > 20);  // that is what the protocol is for
}

TEST_CASE("crashes and power losses change nothing in that") {
  const Totals totals = run_many(400, Faults::all);

  CHECK(totals.two_primaries == 0);
  CHECK(totals.two_versions == 0);
  CHECK(totals.logs_differ == 0);
  CHECK(totals.stores_differ == 0);
  CHECK(totals.lost > 20);
}
