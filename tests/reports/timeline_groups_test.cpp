// Of servers with several groups a timeline has the messages and operations of one.
#include <doctest/doctest.h>

#include <algorithm>

#include "models/client/placement.hpp"
#include "reports/timeline_builder.hpp"
#include "tests/reports/staged_failover.hpp"

using namespace splitvote;
using namespace splitvote::reports;

namespace {

/// What of four groups' traffic a timeline of the group has: the messages' ids, and the keys asked
/// for. Message 10 + g is of group g, 20 is of none.
struct Seen {
  std::vector<std::uint64_t> messages;
  std::vector<std::string> keys;
};

void tell_traffic(TimelineBuilder& builder) {
  const auto send = [&](std::uint64_t id, std::optional<std::uint16_t> group) {
    builder.follow({.moment = {sim::EventId{id}, {10}, sim::no_event},
                    .kind = sim::RecordKind::send,
                    .node = sim::NodeId{0},
                    .peer = sim::NodeId{1},
                    .a = id,
                    .b = sim::send_word(13, group),
                    .c = 50});
  };
  for (std::uint16_t group = 0; group < 4; ++group) send(10u + group, group);
  send(20, std::nullopt);
  // The copy and the end of a message that is not drawn are not drawn either.
  const auto ends = [&](sim::RecordKind kind, std::uint64_t id, std::uint64_t b) {
    builder.follow({.moment = {sim::EventId{id}, {20}, sim::no_event},
                    .kind = kind,
                    .node = sim::NodeId{1},
                    .peer = sim::NodeId{0},
                    .a = id,
                    .b = b});
  };
  ends(sim::RecordKind::duplicate, 12, 30);
  ends(sim::RecordKind::deliver, 12, 13);
  ends(sim::RecordKind::deliver, 30, 13);
}

void tell_operation(TimelineBuilder& builder, std::uint64_t number, const std::string& key) {
  constexpr std::size_t third_argument = sizeof(std::uint64_t);
  sim::Bytes operation(third_argument);
  client::encode({client::OperationKind::put, 0, key, "v"}, operation);
  const auto note = [&](models::NoteType type, std::int64_t time, sim::ByteView detail) {
    builder.follow({.moment = {sim::EventId{number}, {time}, sim::no_event},
                    .kind = sim::RecordKind::note,
                    .node = sim::NodeId{5},
                    .a = static_cast<std::uint64_t>(type),
                    .b = number,
                    .detail = detail});
  };
  note(models::NoteType::invoke, 30, operation);
  note(models::NoteType::complete, 40, {});
}

Seen traffic_of(std::uint64_t group) {
  TraceText text = test::staged_text();
  text.groups = 4;
  TimelineBuilder builder(text, {{0}, {100}}, sim::Keyframe(9, {}), group);
  tell_traffic(builder);
  std::uint64_t number = 0;
  for (const char* const key : {"foobar", "k2", "k6", "k8"}) tell_operation(builder, ++number, key);
  // One that was asked for before the reading: its key is not known.
  builder.follow({.moment = {sim::EventId{99}, {50}, sim::no_event},
                  .kind = sim::RecordKind::note,
                  .node = sim::NodeId{5},
                  .a = static_cast<std::uint64_t>(models::NoteType::complete),
                  .b = 999,
                  .detail = {}});
  const Timeline timeline = std::move(builder).take();
  Seen seen;
  for (const DrawnMessage& message : timeline.messages) seen.messages.push_back(message.id);
  for (const ClientOperation& operation : timeline.operations) seen.keys.push_back(operation.key);
  return seen;
}

}  // namespace

TEST_CASE("of several groups a timeline has the messages of its own and those of none") {
  CHECK(traffic_of(0).messages == std::vector<std::uint64_t>{10, 20});
  CHECK(traffic_of(2).messages == std::vector<std::uint64_t>{12, 20, 30});
  CHECK(traffic_of(3).messages == std::vector<std::uint64_t>{13, 20});
}

TEST_CASE("of several groups a timeline has the operations on keys of its own") {
  CHECK(client::group_of("foobar", 4) == 0);
  CHECK(client::group_of("k8", 4) == 2);

  CHECK(std::ranges::count(traffic_of(0).keys, "foobar") == 1);
  CHECK(std::ranges::count(traffic_of(0).keys, "k8") == 0);
  CHECK(std::ranges::count(traffic_of(2).keys, "foobar") == 0);
  CHECK(std::ranges::count(traffic_of(2).keys, "k8") == 1);
  CHECK(traffic_of(0).keys.size() + traffic_of(1).keys.size() + traffic_of(2).keys.size() +
            traffic_of(3).keys.size() ==
        4);
}
