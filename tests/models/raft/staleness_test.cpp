// Local reads with a bound on their age: the rule at one server, and the bound in random worlds.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <set>

#include "models/client/client_process.hpp"
#include "models/measure/measurements.hpp"
#include "sim/world/world.hpp"
#include "tests/models/raft/stage.hpp"

using namespace splitvote;
using namespace splitvote::raft;
using models::NoteType;

namespace {

constexpr std::int64_t ms = 1'000'000;

/// One of three servers that answers from what it has applied if that is at most 100 ms old.
struct Local : Stage {
  Local() {
    members = three;
    options.reads = Reads::local;
    options.max_staleness = sim::milliseconds(100);
    options.clock_drift_bound = {1, 10};
  }
  /// n1 follows n2 from 10 ms on and has applied entry 1, with one question under way since 25 ms.
  Local& follow() {
    start();
    at(10).hear(1);
    host.run_timers(*process, 25 * ms);
    return *this;
  }
  Local& at(std::int64_t milliseconds) {
    host.now_ns = milliseconds * ms;
    return *this;
  }
  /// A heartbeat, or an entry that is committed already.
  Local& hear(Index entry = 0) {
    sim::Bytes bytes;
    if (entry > 0) wal::encode({1, entry, wal::RecordType::no_op, {}, {}}, bytes);
    const LogPosition previous{entry > 1 ? entry - 1 : 0, entry > 1 ? Term{1} : 0};
    deliver(n2, AppendEntries{.term = 1, .previous = previous, .commit = entry, .entries = bytes});
    complete();
    return *this;
  }
  [[nodiscard]] std::vector<ReadIndexRequest> questions() const {
    std::vector<ReadIndexRequest> found;
    for (const models::SentFrame& sent : host.sent) {
      Message message;
      if (sent.kind != read_index_kind || !decode(sent.frame, message)) continue;
      found.push_back(std::get<ReadIndexRequest>(message));
    }
    return found;
  }
  Local& tell(Index index) {
    const ReadIndexRequest asked = questions().back();
    deliver(n2, ReadIndexResponse{1, asked.incarnation, asked.sequence, index});
    return *this;
  }
  [[nodiscard]] client::Status read(std::uint64_t sequence) {
    get(sequence, "k");
    return answers().back().status;
  }
};

}  // namespace

TEST_CASE("a follower that has never learnt how far it must be sends reads to its leader") {
  Local stage;
  stage.follow();
  REQUIRE(stage.questions().size() == 1);

  CHECK(stage.read(1) == client::Status::not_leader);
  CHECK(stage.answers().back().leader == n2);
  CHECK(stage.host.noted(NoteType::too_old).size() == 1);
}

TEST_CASE("a proof counts from the moment of the question, by the slowest clock that may be") {
  Local stage;
  stage.follow();
  stage.at(60).tell(1);

  // Asked at 25 ms; a clock that loses a tenth shows 90 ms when 100 have passed.
  CHECK(stage.at(114).read(1) == client::Status::ok);
  CHECK(stage.at(115).read(2) == client::Status::not_leader);
}

TEST_CASE("messages of the leader prove nothing, however fresh they seem") {
  Local stage;
  stage.follow();
  stage.at(60).tell(1);

  stage.at(114).hear().at(120).hear();

  CHECK(stage.read(1) == client::Status::not_leader);
}

TEST_CASE("an index proves something only when everything up to it is applied") {
  Local stage;
  stage.follow();
  stage.at(60).tell(2);
  CHECK(stage.read(1) == client::Status::not_leader);

  stage.hear(2);

  CHECK(stage.read(2) == client::Status::ok);
}

TEST_CASE("there is one question at a time, and after its answer the next") {
  Local stage;
  stage.follow();
  stage.host.run_timers(*stage.process, 110 * ms);
  REQUIRE(stage.questions().size() == 1);
  stage.tell(1);

  stage.host.run_timers(*stage.process, 130 * ms);

  REQUIRE(stage.questions().size() == 2);
  CHECK(stage.questions()[1].sequence > stage.questions()[0].sequence);
}

TEST_CASE("a change of the leader ends the question, and the proof that there is stays") {
  Local stage;
  stage.follow();
  stage.at(40).tell(1);
  stage.host.run_timers(*stage.process, 60 * ms);
  const std::size_t asked = stage.questions().size();
  stage.deliver(n3, AppendEntries{.term = 2, .previous = {}, .entries = {}}).complete();
  CHECK(stage.read(1) == client::Status::ok);

  stage.host.run_timers(*stage.process, 90 * ms);

  CHECK(stage.questions().size() == asked + 1);
  CHECK(stage.questions().back().term == 2);
}

TEST_CASE("a leader that cannot prove it at once asks the others and answers then") {
  Local stage;
  stage.options.core.pre_vote = false;
  stage.lead();
  stage.deliver(n2, VoteResponse{Ballot::vote, stage.process->core().term(), true}).complete();
  REQUIRE(stage.process->core().role() == models::Role::leader);

  stage.get(1, "k");

  CHECK(stage.answers().empty());
  CHECK(stage.host.noted(NoteType::too_old).empty());
}

TEST_CASE("without a bound every local read is answered and nobody asks anything") {
  Local stage;
  stage.options.max_staleness = {};
  stage.follow();

  CHECK(stage.read(1) == client::Status::ok);
  CHECK(stage.questions().empty());
}

namespace {

/// What clients read, and when each index was first known to anybody to be committed.
class ReadWatcher final : public sim::Watcher {
 public:
  explicit ReadWatcher(std::size_t servers) : measured({.servers = servers}) {}

  [[nodiscard]] bool on_note(const sim::Moment& moment, NodeId node,
                             const sim::Note& note) override {
    measured.on_note(moment, node, note);
    const auto type = static_cast<NoteType>(note.kind);
    if (type == NoteType::committed) {
      while (committed_.size() <= note.a) committed_.push_back(moment.time);
    } else if (type == NoteType::invoke) {
      client::Operation operation;
      REQUIRE(client::decode(note.detail, operation));
      open_[{node, note.a}] = {operation.kind, std::string(operation.key), 0, moment.time};
    } else if (type == NoteType::complete) {
      on_complete(node, note);
    }
    return false;
  }
  void on_node(const sim::Moment& moment, NodeId node, sim::RecordKind what,
               std::uint64_t detail) override {
    measured.on_node(moment, node, what, detail);
  }
  void on_record(const sim::Record&) override {}
  [[nodiscard]] bool recording() const override { return false; }

  /// For every read, how long before its invocation a newer version of its key was committed.
  [[nodiscard]] std::vector<std::int64_t> ages() const {
    std::vector<std::int64_t> ages;
    for (const Operation& read : reads_) {
      const auto& versions = versions_.at(read.key);
      const auto newer = versions.upper_bound(read.revision);
      const std::int64_t age =
          newer == versions.end() ? 0 : (read.invoked - committed_.at(*newer)).ns;
      ages.push_back(std::max<std::int64_t>(age, 0));
    }
    return ages;
  }

  measure::Measurements measured;

 private:
  struct Operation {
    client::OperationKind kind{};
    std::string key;
    std::uint64_t revision = 0;
    sim::Instant invoked;
  };

  void on_complete(NodeId node, const sim::Note& note) {
    Operation operation = open_.at({node, note.a});
    if (static_cast<client::Outcome>(note.b) != client::Outcome::ok) return;
    operation.revision = note.c;
    versions_[operation.key].insert(note.c);
    if (operation.kind == client::OperationKind::get) reads_.push_back(operation);
  }

  std::map<std::pair<NodeId, std::uint64_t>, Operation> open_;
  std::map<std::string, std::set<std::uint64_t>> versions_;
  std::vector<Operation> reads_;
  std::vector<sim::Instant> committed_;  // by index
};

constexpr std::uint16_t servers = 5;
constexpr std::uint16_t clients = 3;

struct Draw {
  std::mt19937_64 random;

  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(high - low + 1));
  }
  NodeId server() { return NodeId{static_cast<std::uint16_t>(random() % servers)}; }
};

sim::World make_world(std::uint64_t seed, const ProcessOptions& options) {
  std::vector<sim::NodeConfiguration> nodes(servers + clients);
  for (std::size_t i = 0; i < nodes.size(); ++i) nodes[i].name = "n" + std::to_string(i);
  sim::LinkProfile link;
  link.latency = *sim::Distribution::exponential(2 * ms, 400 * ms);
  link.loss = {1, 100};
  link.duplication = {1, 100};
  link.reordering = {1, 10};
  sim::World world(seed, nodes, link);
  std::vector<NodeId> members;
  for (std::uint16_t i = 0; i < servers; ++i) members.push_back(NodeId{i});
  for (const NodeId member : members) {
    world.install(member, std::make_unique<RaftProcess>(options, members, member));
    world.schedule_start(member);
  }
  client::ClientSettings load;
  load.servers = members;
  load.pause = *sim::Distribution::exponential(4 * ms, 100 * ms);
  load.lanes_max = 4;
  load.mix = {.get = 60, .put = 40, .remove = 0, .compare_and_swap = 0};
  load.keys = *sim::Zipf::create(4, {0, 1});
  load.target = client::Target::any;
  for (std::uint16_t i = servers; i < servers + clients; ++i) {
    world.install(NodeId{i}, std::make_unique<client::ClientProcess>(load));
    world.schedule_start(NodeId{i});
  }
  return world;
}

/// A clock that runs otherwise within the bound, a fault, or the end of all of them.
void trouble(sim::World& world, Draw& draw, sim::Ratio drift, std::uint32_t& next_fault,
             ReadWatcher& watcher) {
  const NodeId node = draw.server();
  const NodeId other = draw.server();
  const std::int64_t bound = std::int64_t{1'000'000'000} * drift.numerator / drift.denominator;
  world.set_drift(draw.server(), draw.between(-bound, bound));
  switch (draw.random() % 8) {
    case 0:
      world.crash(node, {.power = draw.random() % 2 == 0}, watcher);
      break;
    case 1:
    case 2:
      world.pause(node, watcher);
      break;
    case 3: {
      // Everything from this node comes late, and nobody notices.
      const sim::LinkChange late{.latency_extra = {draw.between(10, 600) * ms}};
      for (std::uint16_t i = 0; i < servers; ++i) {
        if (i != sim::number(node))
          world.network().change(sim::FaultId{next_fault}, {node, NodeId{i}}, late);
      }
      ++next_fault;
      break;
    }
    case 4:
      world.network().cut(sim::FaultId{next_fault++}, {node, other});
      break;
    case 5:
      for (std::uint16_t i = 0; i < servers; ++i) {
        if (i == sim::number(node) || i == sim::number(other)) continue;
        for (const NodeId cut : {node, other}) {
          world.network().cut(sim::FaultId{next_fault}, {cut, NodeId{i}});
          world.network().cut(sim::FaultId{next_fault}, {NodeId{i}, cut});
        }
      }
      ++next_fault;
      break;
    default:
      for (std::uint32_t fault = 0; fault < next_fault; ++fault) world.heal(sim::FaultId{fault});
      for (std::uint16_t i = 0; i < servers; ++i) {
        world.resume(NodeId{i}, watcher);
        world.schedule_start(NodeId{i});
      }
  }
}

}  // namespace

TEST_CASE("no local read is older than max_staleness, whatever links, processes and clocks do") {
  std::int64_t stale = 0;
  std::int64_t nearly = 0;  // older than half of what was allowed
  std::uint64_t refused = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    CAPTURE(seed);
    Draw draw{std::mt19937_64(seed)};
    ProcessOptions options;
    options.reads = Reads::local;
    options.max_staleness = {draw.between(30, 400) * ms};
    options.clock_drift_bound = {static_cast<std::uint32_t>(draw.between(1, 40)), 100};
    options.forward_proposals = draw.random() % 2 == 0;
    sim::World world = make_world(seed, options);
    ReadWatcher watcher(servers);
    std::uint32_t next_fault = 0;

    for (int i = 1; i <= 80; ++i) {
      world.advance({sim::milliseconds(100 * i).ns}, watcher);
      trouble(world, draw, options.clock_drift_bound, next_fault, watcher);
    }

    const std::vector<std::int64_t> ages = watcher.ages();
    const auto told = watcher.measured.durations(measure::Metric::read_staleness);
    REQUIRE(ages.size() == told.size());
    for (std::size_t i = 0; i < ages.size(); ++i) {
      REQUIRE(ages[i] <= options.max_staleness.ns);
      // A client hears of a version after it was committed.
      REQUIRE(told[i] <= ages[i]);
      if (ages[i] > 0) ++stale;
      if (ages[i] > options.max_staleness.ns / 2) ++nearly;
    }
    refused += watcher.measured.occurrences()[measure::Occurrence::stale_read_refused];
  }

  MESSAGE("stale ", stale, ", by more than half of the bound ", nearly, ", refused ", refused);
  CHECK(stale > 1000);
  CHECK(nearly > 50);
  CHECK(refused > 1000);
}
