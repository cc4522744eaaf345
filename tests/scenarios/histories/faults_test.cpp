// The faults of histories: of the nemesis, and of this project's own format.
#include "scenarios/histories/nemesis.hpp"
#include "tests/scenarios/histories/read_case.hpp"

using namespace splitvote;
using namespace splitvote::histories;
using reports::HistoryFault;

namespace {

constexpr auto open_end = consistency::never_returned;

const std::string own =
    "{\"splitvote_history\":1}\n"
    "{\"fault\":0,\"name\":\"cut n1\",\"time\":5}\n"
    "{\"invoke\":0,\"session\":\"c\",\"key\":\"x\",\"does\":\"read\",\"time\":6}\n"
    "{\"fault\":1,\"name\":\"pause n2\",\"time\":7}\n"
    "{\"healed\":0,\"time\":8}\n"
    "{\"return\":0,\"outcome\":\"ok\",\"result\":null,\"time\":9}\n";

// Each of these words twice, as the nemesis has them, between the invocation and the return of
// client operations.
std::vector<HistoryFault> nemesis(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += "{:process 0, :type :invoke, :f :read}\n";
    text += "{:process :nemesis, :type :info, :f " + word + "}\n";
    text += "{:process :nemesis, :type :info, :f " + word + ", :value :done}\n";
    text += "{:process 0, :type :ok, :f :read, :value nil}\n";
  }
  return read_text(text).faults;
}

}  // namespace

TEST_CASE("own histories have faults by number, and write them as they were") {
  const Reading reading = read_text(own);

  REQUIRE(reading.faults.size() == 2);
  CHECK(reading.faults[0] == HistoryFault{"cut n1", 0, 1, sim::Instant{5}, sim::Instant{8}});
  CHECK(reading.faults[1] == HistoryFault{"pause n2", 1, open_end, sim::Instant{7}, {}});

  const auto written = find_format("splitvote")->write(*reading.operations, reading.faults);
  REQUIRE(written.has_value());
  CHECK(read_text(written->text).faults == reading.faults);
  CHECK(find_format("jepsen-edn")->write(*reading.operations, reading.faults)->notes.back() ==
        "the faults are left out");
}

TEST_CASE(
    "what is healed behind the last answer is written, and what happened earlier stands earlier") {
  const std::string lines =
      "{\"splitvote_history\":1}\n"
      "{\"invoke\":0,\"session\":\"c\",\"key\":\"x\",\"does\":\"read\",\"time\":6}\n"
      "{\"fault\":0,\"name\":\"first\",\"time\":7}\n"
      "{\"return\":0,\"outcome\":\"ok\",\"result\":null,\"time\":9}\n"
      "{\"healed\":0,\"time\":12}\n"
      "{\"fault\":1,\"name\":\"second\",\"time\":13}\n"
      "{\"healed\":1,\"time\":14}\n";
  const Reading reading = read_text(lines);
  std::vector<HistoryFault> placed;
  for (const HistoryFault& fault : reading.faults)
    placed.push_back(
        reports::placed_fault(*reading.operations, fault.name, {*fault.began, fault.healed}));

  CHECK(placed == reading.faults);
  CHECK(find_format("splitvote")
            ->write(*reading.operations, placed)
            ->text.ends_with(
                "{\"healed\":0,\"time\":12}\n{\"fault\":1,\"name\":\"second\",\"time\":13}\n"
                "{\"healed\":1,\"time\":14}\n"));
}

TEST_CASE("a fault whose time nobody knows has none among others that have one") {
  const std::string lines =
      "{\"splitvote_history\":1,\"initial\":null}\n"
      "{\"fault\":0,\"name\":\"cut\"}\n"
      "{\"invoke\":0,\"session\":\"c\",\"key\":\"x\",\"does\":\"read\",\"time\":6}\n"
      "{\"healed\":0}\n";
  const Reading reading = read_text(lines);

  REQUIRE(reading.faults.size() == 1);
  CHECK(!reading.faults[0].began.has_value());
  CHECK(find_format("splitvote")->write(*reading.operations, reading.faults)->text == lines);
}

TEST_CASE("a fault has its time also where operations have none") {
  const std::string lines =
      "{\"splitvote_history\":1,\"initial\":null}\n"
      "{\"fault\":0,\"name\":\"cut\",\"time\":5}\n"
      "{\"invoke\":0,\"session\":\"c\",\"key\":\"x\",\"does\":\"read\"}\n"
      "{\"healed\":0,\"time\":8}\n"
      "{\"return\":0,\"outcome\":\"ok\",\"result\":null}\n";
  const Reading reading = read_text(lines);

  REQUIRE(reading.faults.size() == 1);
  CHECK(reading.faults[0] == HistoryFault{"cut", 0, 1, sim::Instant{5}, sim::Instant{8}});
  CHECK(reading.operations->times().empty());
  CHECK(find_format("splitvote")->write(*reading.operations, reading.faults)->text == lines);
}

TEST_CASE("what the nemesis did at known times is written where clients have none") {
  const Reading reading = read_text(
      "{:process 0, :type :invoke, :f :write, :value 1}\n"
      "{:process :nemesis, :type :info, :f :start, :time 5}\n"
      "{:process 0, :type :ok, :f :write, :value 1}\n"
      "{:process :nemesis, :type :info, :f :stop, :time 8}\n");
  const auto written = find_format("splitvote")->write(*reading.operations, reading.faults);

  REQUIRE(written.has_value());
  CHECK(reading.faults.at(0).began == sim::Instant{5});
  CHECK(read_text(written->text).faults == reading.faults);
}

TEST_CASE("faults that are numbered wrongly, or healed twice, are refused") {
  const std::string header = "{\"splitvote_history\":1}\n";
  const std::string cut = "{\"fault\":0,\"name\":\"cut\"}\n";

  CHECK(complaints(header + "{\"fault\":1,\"name\":\"cut\"}\n")
            .contains("the next fault is number 0"));
  CHECK(complaints(header + "{\"fault\":0}\n").contains("the member 'name' is missing"));
  CHECK(complaints(header + cut + "{\"healed\":1}\n").contains("fault 1 has not begun"));
  CHECK(complaints(header + cut + "{\"healed\":0}\n{\"healed\":0}\n")
            .contains("fault 0 has been healed"));
}

TEST_CASE("what the nemesis starts lasts until it stops it") {
  CHECK(nemesis({":start", ":stop"}) == std::vector{HistoryFault{"start :done", 1, 3}});
  CHECK(nemesis({":start-partition", ":kill", ":start", ":stop-partition"}) ==
        std::vector{HistoryFault{"start-partition :done", 1, 7}, HistoryFault{"kill :done", 3, 5}});
  CHECK(nemesis({":pause", ":bump-clock", ":reset-clock"}) ==
        std::vector{HistoryFault{"pause :done", 1, open_end},
                    HistoryFault{"bump-clock :done", 3, 5}});
}

TEST_CASE("what the nemesis only does is over when it is done, and what ends nothing is no fault") {
  CHECK(nemesis({":check-offsets"}) == std::vector{HistoryFault{"check-offsets :done", 1, 1}});
  CHECK(nemesis({":stop", ":heal", ":resume"}).empty());
  CHECK(nemesis({":stop-partition", ":start-partition"}) ==
        std::vector{HistoryFault{"start-partition :done", 3, open_end}});
}
