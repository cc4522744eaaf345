// Why `advance` comes back, and what a watcher is told.
#include <doctest/doctest.h>

#include "tests/sim/world/puppet.hpp"

using namespace splitvote::sim;

namespace {

/// Fires once a millisecond.
Script ticks() {
  return {.start = [](Host& host) { host.arm(TimerId{0}, milliseconds(1)); },
          .timer = [](Host& host, TimerId timer) { host.arm(timer, milliseconds(1)); }};
}

}  // namespace

TEST_CASE("at the limit everything due by then has happened and the time is the limit") {
  Stage stage;
  stage.play(0, ticks());

  const Advance end = stage.world.advance(Instant{3'500 * us}, stage.audience);

  CHECK(end.stop == Stop::limit);
  CHECK(stage.world.now() == Instant{3'500 * us});
  CHECK(stage.audience.lines.back() == Line{3 * ms, 0, "timer 0"});
}

TEST_CASE("what is due exactly at the limit happens") {
  Stage stage;
  stage.play(0, ticks());
  CHECK(stage.told_by(milliseconds(3)).back() == Line{3 * ms, 0, "timer 0"});
}

TEST_CASE("control events come back with their marks, in order, amid the others") {
  Stage stage;
  stage.play(0, ticks());
  stage.world.schedule_control(Instant{2'500 * us}, 77);
  stage.world.schedule_control(Instant{2'500 * us}, 78);
  stage.world.schedule_control(Instant{1'500 * us}, 79);
  for (const std::uint64_t mark : {79, 77, 78}) {
    const Advance stop = stage.world.advance(end_of_time, stage.audience);
    CHECK(stop.stop == Stop::control);
    CHECK(stop.control == mark);
  }
  CHECK(stage.world.now() == Instant{2'500 * us});
  CHECK(stage.audience.lines.back() == Line{2 * ms, 0, "timer 0"});
}

TEST_CASE("not one event more is executed than the event limit allows") {
  Stage stage;
  stage.play(0, ticks());

  const Advance end = stage.world.advance(end_of_time, stage.audience, EventId{5});

  CHECK(end.stop == Stop::budget);
  CHECK(stage.world.last_event() == EventId{5});
  CHECK(stage.told_by({}).size() == 5);  // the start and four timers
}

TEST_CASE("the event at which a watcher asks to stop is complete, the next one is not begun") {
  Stage stage;
  stage.play(0, {.start = [](Host& host) {
               tell(host, "here");
               tell(host, "and there");
               host.arm(TimerId{0}, {});
             }});
  stage.audience.stop_at = "here";

  const Advance end = stage.world.advance(end_of_time, stage.audience);

  CHECK(end.stop == Stop::watcher);
  CHECK(stage.audience.lines ==
        std::vector<Line>{{0, 0, "start"}, {0, 0, "here"}, {0, 0, "and there"}});
  CHECK(stage.told_by(milliseconds(1)).back() == Line{0, 0, "timer 0"});
}

TEST_CASE("where a run is interrupted makes no difference to it") {
  Stage whole;
  Stage pieces;
  for (Stage* stage : {&whole, &pieces}) {
    stage->play(0, ticks());
    stage->play(1, ticks());
  }
  (void)whole.world.advance(Instant{9 * ms}, whole.audience);

  pieces.audience.stop_at = "timer 0";
  for (std::int64_t at = 0; at <= 9 * ms; at += 700 * us) {
    (void)pieces.world.advance(Instant{at}, pieces.audience, EventId{7});
    while (pieces.world.advance(Instant{at}, pieces.audience).stop != Stop::limit) {
    }
  }
  while (pieces.world.advance(Instant{9 * ms}, pieces.audience).stop != Stop::limit) {
  }

  CHECK(pieces.world.digest() == whole.world.digest());
  CHECK(pieces.audience.lines == whole.audience.lines);
}

TEST_CASE("a remark is recorded and counts for the digest") {
  Stage remarked;
  Stage silent;
  for (Stage* stage : {&remarked, &silent}) {
    stage->play(0, ticks());
    stage->run_to(milliseconds(2));
  }
  CHECK(remarked.world.digest() == silent.world.digest());

  remarked.world.remark(RecordKind::mark, first, 4, 5, "now", remarked.audience);

  CHECK(remarked.world.digest() != silent.world.digest());
  const Record& record = remarked.audience.records.back();
  CHECK(record.kind == RecordKind::mark);
  CHECK(record.moment.time == Instant{2 * ms});
  CHECK(record.moment.event == remarked.world.last_event());
  CHECK(record.a == 4);
  CHECK(record.b == 5);
  CHECK(remarked.audience.details.back() == "now");
}

TEST_CASE("the records tell of a message when it is sent and when it arrives, and name the cause") {
  Stage stage;
  stage.play(1, {});
  stage.play(0, {.start = [](Host& host) { send(host, second, "hello"); }});
  (void)stage.told_by(milliseconds(5));

  std::vector<Record> of_message;
  for (const Record& record : stage.audience.records) {
    if (record.kind == RecordKind::send || record.kind == RecordKind::deliver)
      of_message.push_back(record);
  }
  REQUIRE(of_message.size() == 2);
  CHECK(of_message[0].kind == RecordKind::send);
  CHECK(of_message[0].node == first);
  CHECK(of_message[0].peer == second);
  CHECK(of_message[1].kind == RecordKind::deliver);
  CHECK(of_message[1].node == second);
  CHECK(of_message[1].peer == first);
  CHECK(of_message[1].a == of_message[0].a);
  CHECK(of_message[1].moment.time == Instant{1 * ms});
  CHECK(of_message[1].moment.cause == of_message[0].moment.event);
}

TEST_CASE("a record of a sending has the group that a message is of, and the digest has not") {
  const auto sent_as = [](MessageLabel label) {
    Stage stage;
    stage.play(1, {});
    stage.play(0, {.start = [label](Host& host) {
                 Bytes frame(3);
                 host.send(second, label, frame);
               }});
    (void)stage.told_by(milliseconds(5));
    const auto sent = std::ranges::find(stage.audience.records, RecordKind::send, &Record::kind);
    REQUIRE(sent != stage.audience.records.end());
    return std::pair(sent->b, stage.world.digest());
  };
  const auto [plain, digest] = sent_as(MessageKind{3});
  const auto [of_first, first_digest] = sent_as({MessageKind{3}, std::uint16_t{0}});
  const auto [of_last, last_digest] = sent_as({MessageKind{3}, std::uint16_t{UINT16_MAX}});

  CHECK(plain == 3);
  CHECK(group_of_send(plain) == std::nullopt);
  CHECK(kind_of_send(of_first) == 3);
  CHECK(group_of_send(of_first) == 0);
  CHECK(kind_of_send(of_last) == 3);
  CHECK(group_of_send(of_last) == UINT16_MAX);
  CHECK(first_digest == digest);
  CHECK(last_digest == digest);
}

TEST_CASE("one bit more in a note or a frame is another digest") {
  const auto digest = [](std::string_view note, std::string_view frame) {
    Stage stage;
    stage.play(1, {});
    stage.play(0, {.start = [=](Host& host) {
                 tell(host, note);
                 send(host, second, frame);
               }});
    // A node that is down hears nothing: the frame itself must count.
    stage.run_to(microseconds(1));
    stage.world.crash(second, {}, stage.audience);
    (void)stage.told_by(milliseconds(5));
    return stage.world.digest();
  };

  CHECK(digest("a", "b") == digest("a", "b"));
  CHECK(digest("c", "b") != digest("a", "b"));
  CHECK(digest("a", "c") != digest("a", "b"));
}
