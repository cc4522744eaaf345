// The timeline of a staged fail-over is the one that was staged.
#include "reports/timeline.hpp"

#include <doctest/doctest.h>

#include <map>

#include "reports/timeline_builder.hpp"
#include "sim/trace/trace_cursor.hpp"
#include "tests/reports/staged_failover.hpp"

using namespace splitvote;
using namespace splitvote::reports;
using test::StagedFailover;

namespace {

constexpr std::int64_t ms = StagedFailover::ms;
constexpr Window around_cut{{4'900 * ms}, {5'700 * ms}};

Timeline staged(Window window = around_cut) {
  const sim::Result<Timeline> timeline = read_timeline(StagedFailover().reader(), window);
  REQUIRE_MESSAGE(timeline.has_value(), timeline.error().message);
  return *timeline;
}

bool is(const Span& span, std::int64_t from, std::int64_t to, LaneState state, std::uint64_t term) {
  return span.period == Window{{from}, {to}} && span.state == state && span.term == term;
}

std::vector<std::string> story(const Timeline& timeline) {
  std::vector<std::string> texts;
  for (const TurningPoint& point : timeline.turning_points) texts.push_back(point.text);
  return texts;
}

}  // namespace

TEST_CASE("a lane shows role and term from the state before the window on") {
  const Timeline timeline = staged();

  const auto& spans = timeline.lanes[3].spans;
  REQUIRE(spans.size() == 4);
  CHECK(is(spans[0], 4'900 * ms, 5'212 * ms, LaneState::follower, 1));
  CHECK(is(spans[1], 5'212 * ms, 5'226 * ms, LaneState::pre_candidate, 1));
  CHECK(is(spans[2], 5'226 * ms, 5'241 * ms, LaneState::candidate, 2));
  CHECK(is(spans[3], 5'241 * ms, 5'700 * ms, LaneState::leader, 2));
  CHECK(timeline.lanes[3].name == "n4");
  CHECK_FALSE(timeline.lanes[3].client);
  CHECK(timeline.lanes[5].client);
}

TEST_CASE("spans of a lane touch and fill the window") {
  const Timeline timeline = staged();
  std::size_t gaps = 0;
  for (const Lane& lane : timeline.lanes) {
    sim::Instant reached = around_cut.from;
    for (const Span& span : lane.spans) {
      gaps += span.period.from != reached;
      reached = span.period.to;
    }
    gaps += reached != around_cut.to;
  }

  CHECK(timeline.lanes.size() == 9);
  CHECK(gaps == 0);
}

TEST_CASE("the story of the fail-over is told in order") {
  CHECK(story(staged()) == std::vector<std::string>{
                               "cut: partition minority n1, n2 | majority n3, n4, n5",
                               "n4 misses the leader and asks who would vote for it",
                               "n4 stands for election in term 2",
                               "n4 leads term 2",
                               "n4 commits the first entry of term 2",
                               "kv/3 has its first write acknowledged in term 2",
                               "n1 steps down: a follower in term 1",
                               "healed: cut: partition minority n1, n2 | majority n3, n4, n5",
                               "one leader again",
                           });
}

TEST_CASE("a read that is answered does not count as service under the new leader") {
  StagedFailover run;
  run.get(5, 9'999, 5'250 * ms, 5'256 * ms);  // just behind the first commit; perhaps stale
  const sim::Result<Timeline> timeline = read_timeline(run.reader(), around_cut);
  REQUIRE(timeline.has_value());

  CHECK(story(*timeline) == story(staged()));
}

TEST_CASE("a message is shown if it was in flight at any time of the window") {
  const sim::TraceReader trace = StagedFailover().reader();
  const Window window{{4'955 * ms}, {5'105 * ms}};
  std::map<std::uint64_t, std::int64_t> sent;
  std::map<std::uint64_t, sim::Fate> expected;
  sim::TraceCursor cursor(trace);
  sim::Record record;
  while (*cursor.next(record)) {
    if (record.kind == sim::RecordKind::send) sent[record.a] = record.moment.time.ns;
    const bool dropped = record.kind == sim::RecordKind::drop;
    if (record.kind != sim::RecordKind::deliver && !dropped) continue;
    if (sent[record.a] <= window.to.ns && record.moment.time >= window.from)
      expected[record.a] = dropped ? sim::Fate::cut : sim::Fate::delivered;
  }

  const Timeline timeline = staged(window);

  std::map<std::uint64_t, sim::Fate> found;
  for (const DrawnMessage& message : timeline.messages) found[message.id] = message.fate;
  CHECK(expected.size() > 100);
  CHECK(found == expected);
}

TEST_CASE("messages are grouped by what they are for") {
  std::map<MessageGroup, std::size_t> groups;
  for (const DrawnMessage& message : staged().messages) ++groups[message.group];

  CHECK(groups[MessageGroup::election] == 12);  // two rounds: four requests, two answers each
  CHECK(groups[MessageGroup::heartbeat] > 0);
  CHECK(groups[MessageGroup::replication] > 0);
  CHECK(groups[MessageGroup::client] > 0);
  CHECK(groups[MessageGroup::other] == 0);
}

TEST_CASE("a cut is a period of the network, from its verb to its healing") {
  const Timeline timeline = staged();

  REQUIRE(timeline.faults.size() == 1);
  CHECK(timeline.faults[0].period == Window{{5'000 * ms}, {5'600 * ms}});
  CHECK(timeline.faults[0].on_network);
  CHECK_FALSE(timeline.faults[0].began_before);
  CHECK_FALSE(timeline.faults[0].lasts_beyond);
}

TEST_CASE("a fault that began before the window and lasts beyond it fills it") {
  const Timeline timeline = staged({{5'200 * ms}, {5'300 * ms}});

  REQUIRE(timeline.faults.size() == 1);
  CHECK(timeline.faults[0].period == Window{{5'200 * ms}, {5'300 * ms}});
  CHECK(timeline.faults[0].began_before);
  CHECK(timeline.faults[0].lasts_beyond);
}

TEST_CASE("a node that goes down, is paused and comes back shows it on its lane") {
  StagedFailover run;
  run.life(4, 5'350 * ms, sim::RecordKind::stop, 2);
  run.power_loss(4, 5'350 * ms, 3);
  run.life(4, 5'500 * ms, sim::RecordKind::start, 0, 2);
  run.life(2, 5'400 * ms, sim::RecordKind::pause);
  run.life(2, 5'450 * ms, sim::RecordKind::resume);
  const sim::Result<Timeline> timeline = read_timeline(run.reader(), around_cut);
  REQUIRE(timeline.has_value());

  const auto& down = timeline->lanes[4].spans;
  const auto& paused = timeline->lanes[2].spans;
  REQUIRE(down.size() == 4);
  CHECK(is(down[2], 5'350 * ms, 5'500 * ms, LaneState::down, 0));
  CHECK(is(down[3], 5'500 * ms, 5'700 * ms, LaneState::idle, 0));
  REQUIRE(paused.size() == 4);
  CHECK(is(paused[2], 5'400 * ms, 5'450 * ms, LaneState::paused, 2));
  CHECK(is(paused[3], 5'450 * ms, 5'700 * ms, LaneState::follower, 2));
  REQUIRE(timeline->lives.size() == 2);
  CHECK(timeline->lives[0].event == LifeEvent::power_loss);
  CHECK(timeline->lives[1].event == LifeEvent::restart);
}

TEST_CASE("a loss of power is drawn for a node that is down already, and what it destroyed told") {
  StagedFailover run;
  run.life(4, 5'350 * ms, sim::RecordKind::stop, 1);
  run.power_loss(4, 5'400 * ms, 3);
  const sim::Result<Timeline> timeline = read_timeline(run.reader(), around_cut);
  REQUIRE(timeline.has_value());

  REQUIRE(timeline->lives.size() == 2);
  CHECK(timeline->lives[0].event == LifeEvent::crash);
  CHECK(timeline->lives[1].event == LifeEvent::power_loss);
  const auto told = std::ranges::find_if(timeline->turning_points, [](const TurningPoint& point) {
    return point.text ==
           "n5 loses power and of what it had not synced 3 sectors, 0 torn ones and 0 changes of "
           "files and names";
  });
  CHECK(told != timeline->turning_points.end());
}

TEST_CASE("client operations keep their kind, key, times and outcome") {
  const Timeline timeline = staged();
  std::size_t ok = 0;
  std::size_t unknown = 0;
  std::size_t negative = 0;
  for (const ClientOperation& operation : timeline.operations) {
    ok += operation.outcome == client::Outcome::ok;
    unknown += operation.outcome == client::Outcome::unknown;
    negative += operation.invoke && operation.complete && *operation.complete < *operation.invoke;
  }

  CHECK(ok > 100);
  CHECK(unknown > 3);
  CHECK(negative == 0);
  CHECK(timeline.operations[0].key.starts_with("k"));
}

TEST_CASE("an empty window is refused, a window beyond the run is cut to it") {
  const sim::TraceReader trace = StagedFailover().reader();

  const auto empty = read_timeline(trace, {{5'000 * ms}, {5'000 * ms}});
  const auto behind = read_timeline(trace, {{7'000 * ms}, {8'000 * ms}});
  const auto wide = read_timeline(trace, {{-1}, {60'000 * ms}});

  CHECK(empty.error().message == "the window is empty: the trace runs from 0 s to 6.000000 s");
  CHECK_FALSE(behind.has_value());
  REQUIRE(wide.has_value());
  CHECK(wide->window == Window{{0}, {6'000 * ms}});
}

TEST_CASE("without a window the first fault and the return of service are shown") {
  const sim::Result<Window> window = suggested_window(StagedFailover().reader());

  REQUIRE(window.has_value());
  CHECK(window->from == sim::Instant{4'850 * ms});
  CHECK(window->to > sim::Instant{5'273 * ms});
  CHECK(window->to < sim::Instant{5'600 * ms});
}

TEST_CASE("service that takes long to come back is shown when it does") {
  StagedFailover run;
  run.fault(1'000 * ms, false, "an earlier fault");

  const sim::Result<Window> window = suggested_window(run.reader());

  REQUIRE(window.has_value());
  CHECK(window->from == sim::Instant{850 * ms});
  CHECK(window->to > sim::Instant{5'273 * ms});
}

TEST_CASE("a trace whose header is no run's is refused, missing keys are empty") {
  CHECK_FALSE(parse_trace_text("not json").has_value());
  CHECK_FALSE(parse_trace_text("[1]").has_value());
  REQUIRE(parse_trace_text("{}").has_value());
  CHECK(*parse_trace_text("{}") == TraceText{});
  CHECK(
      parse_trace_text(R"({"seed": -1, "nodes": [3, {"name": 4}], "messages": 7})")->nodes.size() ==
      1);
  CHECK(TraceText{}.node_name(sim::NodeId{7}) == "node 7");
}

TEST_CASE("the header text comes back as it was written") {
  CHECK(*parse_trace_text(trace_header(test::staged_text()).text) == test::staged_text());
}

namespace {

sim::Record role_of_group(std::uint16_t group, std::int64_t time, models::Role role,
                          std::uint64_t term) {
  const auto kind = static_cast<sim::NoteKind>(models::NoteType::role);
  return {.moment = {sim::EventId{1}, {time}, sim::no_event},
          .kind = sim::RecordKind::note,
          .node = sim::NodeId{1},
          .a = sim::note_word({.kind = kind, .group = group}),
          .b = static_cast<std::uint64_t>(role),
          .c = term,
          .detail = {}};
}

}  // namespace

TEST_CASE("lanes are those of group 0, and of another group it is told who leads it") {
  TimelineBuilder builder(test::staged_text(), {{0}, {100}}, sim::Keyframe(9, {}));
  const auto role = [&](std::uint16_t group, std::int64_t time, models::Role plays) {
    builder.follow(role_of_group(group, time, plays, 7));
  };
  builder.follow({.moment = {}, .kind = sim::RecordKind::start, .node = sim::NodeId{1}, .a = 1});

  role(0, 10, models::Role::follower);
  role(3, 20, models::Role::candidate);
  role(3, 30, models::Role::leader);
  const Timeline timeline = std::move(builder).take();

  CHECK(story(timeline) == std::vector<std::string>{"n2 leads term 7 of group 3"});
  REQUIRE(timeline.lanes[1].spans.size() == 2);
  CHECK(is(timeline.lanes[1].spans[1], 10, 100, LaneState::follower, 7));
}

TEST_CASE("lanes are those of the group that is asked for") {
  TimelineBuilder builder(test::staged_text(), {{0}, {100}}, sim::Keyframe(9, {}), 3);
  const auto role = [&](std::uint16_t group, std::int64_t time, models::Role plays) {
    builder.follow(role_of_group(group, time, plays, 7));
  };
  builder.follow({.moment = {}, .kind = sim::RecordKind::start, .node = sim::NodeId{1}, .a = 1});

  role(3, 10, models::Role::follower);
  role(0, 20, models::Role::candidate);
  role(0, 30, models::Role::leader);
  const Timeline timeline = std::move(builder).take();

  CHECK(story(timeline) == std::vector<std::string>{"n2 leads term 7 of group 0"});
  REQUIRE(timeline.lanes[1].spans.size() == 2);
  CHECK(is(timeline.lanes[1].spans[1], 10, 100, LaneState::follower, 7));
}

TEST_CASE("a window begins with what its group had noted before, and no other one") {
  sim::TraceEncoder encoder(trace_header(test::staged_text()));
  const auto start = [&](std::int64_t time, std::uint64_t incarnation) {
    encoder.add({.moment = {sim::EventId{1}, {time}, sim::no_event},
                 .kind = sim::RecordKind::start,
                 .node = sim::NodeId{1},
                 .a = incarnation});
  };
  start(0, 1);
  encoder.add(role_of_group(1, 10 * ms, models::Role::leader, 5));
  encoder.add(role_of_group(0, 20 * ms, models::Role::follower, 2));
  encoder.add(role_of_group(2, 30 * ms, models::Role::candidate, 9));
  start(9'500 * ms, 2);
  encoder.finish({.digest = {}, .events = 1, .time = {9'600 * ms}, .text = {}});
  const sim::TraceReader trace = *sim::TraceReader::from_bytes(encoder.output());
  const Window window{{9'000 * ms}, {9'600 * ms}};

  const Timeline none = *read_timeline(trace, window, 3);
  const Timeline zero = *read_timeline(trace, window);
  const Timeline one = *read_timeline(trace, window, 1);

  REQUIRE(one.lanes[1].spans.size() == 2);
  CHECK(is(one.lanes[1].spans[0], 9'000 * ms, 9'500 * ms, LaneState::leader, 5));
  CHECK(is(one.lanes[1].spans[1], 9'500 * ms, 9'600 * ms, LaneState::idle, 0));
  CHECK(is(zero.lanes[1].spans[0], 9'000 * ms, 9'500 * ms, LaneState::follower, 2));
  CHECK(none.lanes[1].spans[0].state == LaneState::idle);
}
