// What is written is read again as what it was; where a format has no words for something, that is
// known and named.
#include <algorithm>
#include <array>
#include <random>

#include "scenarios/histories/happenings.hpp"
#include "tests/scenarios/histories/read_case.hpp"

using namespace splitvote;
using namespace splitvote::histories;
using consistency::History;
using consistency::Operation;
using consistency::OperationKind;
using consistency::Outcome;

namespace {

/// Of porcupine's events: without the names of sessions, and without reads that have no answer.
enum class Kept : std::uint8_t { everything, what_porcupine_has };

/// The place of `one` among those that were seen before, and now it is one of them.
template <typename Id>
std::size_t rank(std::vector<Id>& seen, Id one) {
  const auto found = std::ranges::find(seen, one);
  const auto place = static_cast<std::size_t>(found - seen.begin());
  if (found == seen.end()) seen.push_back(one);
  return place;
}

/// What a history knows, a line a happening; positions and operations count without gaps.
std::string dump(const History& history, Kept kept = Kept::everything) {
  const consistency::ValueTable& values = history.values();
  std::vector<consistency::SessionId> sessions;
  std::vector<consistency::OperationId> operations;
  std::string text = "initial " + values.describe(history.initial()) + "\n";
  for (const Happening& happening : happenings(history)) {
    const Operation& one = history.operation(happening.operation);
    const bool is_everything = kept == Kept::everything;
    if (!is_everything && one.kind == OperationKind::read && one.outcome == Outcome::unknown)
      continue;
    const std::size_t session = rank(sessions, one.session);
    text += std::to_string(rank(operations, happening.operation)) + " ";
    text += is_everything ? std::string(history.name(one.session)) : std::to_string(session);
    if (happening.returns) {
      text += " returns " + std::to_string(static_cast<int>(one.outcome)) + " " +
              values.describe(one.result);
    } else {
      text += " " + std::to_string(static_cast<int>(one.kind)) + " " +
              std::string(history.name(one.key)) + " " + values.describe(one.argument) + " " +
              values.describe(one.expected);
    }
    if (!history.times().empty()) {
      const auto& times = history.times()[static_cast<std::size_t>(happening.operation)];
      text += " at " + std::to_string((happening.returns ? times.returned : times.invoked).ns);
    }
    text += "\n";
  }
  return text;
}

std::string written(std::string_view format, const History& history) {
  const sim::Result<Written> made = find_format(format)->write(history, {});
  if (!made) FAIL(made.error().message);
  return made->text;
}

History again(std::string_view format, const History& history, const Choices& choices = {}) {
  return *read_text(written(format, history), choices).operations;
}

/// What a random client does: any kind of operation of `kinds`, any outcome of `outcomes`.
struct Taste {
  std::span<const OperationKind> kinds;
  std::span<const Outcome> outcomes;
  std::uint32_t keys = 3;
  bool timed = true;
};

class RandomHistory {
 public:
  RandomHistory(std::uint64_t seed, const Taste& taste) : taste_(taste), draws_(seed) {}

  History make() && {
    for (int step = 0; step < 200; ++step) {
      const std::size_t lane = below(open_.size());
      if (open_[lane]) {
        complete(lane);
      } else {
        invoke(lane);
      }
      ++now_;
    }
    return std::move(history_);
  }

 private:
  std::size_t below(std::size_t bound) { return draws_() % bound; }

  consistency::ValueId value() { return history_.values().text(std::to_string(below(4))); }

  void invoke(std::size_t lane) {
    consistency::Request request;
    request.kind = taste_.kinds[below(taste_.kinds.size())];
    request.session = history_.session(std::to_string(lane + 10 * incarnations_[lane]));
    request.key = history_.key("key " + std::to_string(below(taste_.keys)));
    if (request.kind != OperationKind::read && request.kind != OperationKind::remove)
      request.argument = value();
    if (request.kind == OperationKind::compare_and_swap) request.expected = value();
    open_[lane] =
        taste_.timed ? history_.invoke(request, sim::Instant{now_}) : history_.invoke(request);
  }

  void complete(std::size_t lane) {
    const consistency::OperationId id = *open_[lane];
    open_[lane].reset();
    Outcome outcome = taste_.outcomes[below(taste_.outcomes.size())];
    const OperationKind kind = history_.operation(id).kind;
    if (outcome == Outcome::mismatch && kind != OperationKind::compare_and_swap)
      outcome = Outcome::ok;
    const bool tells = kind == OperationKind::read && outcome == Outcome::ok;
    const consistency::ValueId result = tells ? value() : consistency::nothing;
    if (outcome == Outcome::unknown) ++incarnations_[lane];
    if (taste_.timed) {
      history_.complete(id, outcome, result, sim::Instant{now_});
    } else {
      history_.complete(id, outcome, result);
    }
  }

  Taste taste_;
  std::mt19937_64 draws_;
  History history_;
  std::array<std::optional<consistency::OperationId>, 5> open_;
  std::array<std::size_t, 5> incarnations_{};
  std::int64_t now_ = 0;
};

/// Whether a Go program would have to let a read pass of which nothing is known.
bool has_unanswered_read(const std::string& events) {
  const History history = *read_text(events).operations;
  return std::ranges::any_of(history.operations(), [](const Operation& operation) {
    return operation.kind == OperationKind::read && operation.outcome == Outcome::unknown;
  });
}

constexpr std::array all_kinds{OperationKind::read,        OperationKind::write,
                               OperationKind::remove,      OperationKind::compare_and_swap,
                               OperationKind::append_text, OperationKind::append_element};
constexpr std::array register_kinds{OperationKind::read, OperationKind::write,
                                    OperationKind::compare_and_swap};
constexpr std::array all_outcomes{Outcome::ok, Outcome::mismatch, Outcome::failed,
                                  Outcome::unknown};
constexpr std::array jepsen_outcomes{Outcome::ok, Outcome::failed, Outcome::unknown};
constexpr std::array porcupine_outcomes{Outcome::ok, Outcome::mismatch, Outcome::unknown};

}  // namespace

TEST_CASE("our own format keeps everything") {
  const History everything = *read_case("everything.jsonl").operations;
  CHECK(dump(again("splitvote", everything)) == dump(everything));
  CHECK(everything.operations().size() == 7);

  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const History history = RandomHistory(seed, {all_kinds, all_outcomes, 3, seed % 2 == 0}).make();
    CHECK(dump(again("splitvote", history)) == dump(history));
  }
}

TEST_CASE("the files of the cases are what our own format writes") {
  CHECK(written("splitvote", *read_case("stale-read.jsonl").operations) ==
        file_text(case_path("stale-read.jsonl")));
  CHECK(written("porcupine-json", *read_case("porcupine.json").operations) ==
        file_text(case_path("porcupine.json")));
}

TEST_CASE("Jepsen's formats keep registers, several keys as independent pairs") {
  Choices independent;
  independent.independent = true;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const History several =
        RandomHistory(seed, {register_kinds, jepsen_outcomes, 3, seed % 2 == 0}).make();
    const History one =
        RandomHistory(seed, {register_kinds, jepsen_outcomes, 1, seed % 2 == 0}).make();

    CHECK(dump(again("jepsen-edn", several, independent)) == dump(several));
    CHECK(dump(again("jepsen-json", several, independent)) == dump(several));
    CHECK(dump(again("jepsen-edn", one)) == dump(one));
    CHECK(dump(again("jepsen-json", one)) == dump(one));
  }
}

TEST_CASE("Jepsen's formats keep texts and lists that grow") {
  const History texts = *read_case("kv.edn").operations;
  const History lists = *read_case("lists.edn").operations;

  CHECK(dump(again("jepsen-edn", texts)) == dump(texts));
  CHECK(dump(again("jepsen-json", texts)) == dump(texts));
  CHECK(dump(again("jepsen-edn", lists)) == dump(lists));
}

TEST_CASE("porcupine's events keep all but times, failures, open reads and the names of sessions") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const History history = RandomHistory(seed, {all_kinds, porcupine_outcomes, 3, false}).make();

    CHECK(dump(again("porcupine-json", history), Kept::what_porcupine_has) ==
          dump(history, Kept::what_porcupine_has));
    CHECK_FALSE(has_unanswered_read(written("porcupine-json", history)));
  }
}

TEST_CASE("what a format has no words for is said") {
  const auto notes = [](std::string_view format, const std::string& name) {
    const sim::Result<Written> made = find_format(format)->write(*read_case(name).operations, {});
    std::string all;
    for (const std::string& note : made->notes) all += note + "\n";
    return all;
  };

  CHECK(notes("jepsen-edn", "stale-read.edn") == "");
  CHECK(notes("jepsen-edn", "mutex.edn").contains("read it with --initial '\"free\"'\n"));
  CHECK(notes("jepsen-edn", "columns.txt").contains("read it with --independent"));
  CHECK(notes("jepsen-edn", "etcd.log").contains("read it with --failed-cas mismatch"));
  CHECK(notes("jepsen-edn", "stale-read.jsonl").contains("sessions are numbered"));
  CHECK(notes("porcupine-json", "cas.edn").contains("operations that failed are left out"));
  CHECK(notes("porcupine-json", "kv.edn").contains("read it with --initial '\"\"'\n"));
  CHECK(notes("jepsen-edn", "stale-read.jsonl").contains("read it with --nil absent\n"));
  CHECK(notes("jepsen-json", "etcd.log").contains("read it with --nil absent\n"));
}

TEST_CASE("our own format keeps the numbers of versions, and others say that they leave them out") {
  const std::string text =
      "{\"splitvote_history\":1,\"initial\":null}\n"
      "{\"invoke\":0,\"session\":\"1\",\"key\":\"x\",\"does\":\"write\",\"argument\":\"1\"}\n"
      "{\"return\":0,\"outcome\":\"ok\",\"version\":7}\n"
      "{\"invoke\":1,\"session\":\"1\",\"key\":\"x\",\"does\":\"read\"}\n"
      "{\"return\":1,\"outcome\":\"ok\",\"result\":\"1\"}\n"
      "{\"invoke\":2,\"session\":\"1\",\"key\":\"x\",\"does\":\"compare_and_swap\",\"expected\":"
      "\"2\","
      "\"argument\":\"3\"}\n"
      "{\"return\":2,\"outcome\":\"mismatch\",\"version\":9000000000}\n";
  const History history = *read_text(text).operations;

  CHECK(history.version(consistency::OperationId{0}) == 7);
  CHECK(history.version(consistency::OperationId{1}) == 0);
  for (const Format& format : formats()) {
    if (format.write == nullptr) continue;
    CAPTURE(format.name);
    const Written made = *format.write(history, {});
    const bool leaves_out = std::ranges::any_of(
        made.notes, [](const std::string& note) { return note.contains("versions are left out"); });
    CHECK(leaves_out == (format.name != "splitvote"));
    if (!leaves_out) CHECK(made.text == text);
  }
}

TEST_CASE("Elle's lists are not written to, and a text that is no UTF-8 is not written") {
  History mixed = *read_case("lists.edn").operations;
  mixed.invoke({mixed.session("7"), mixed.key(":x"), OperationKind::write, mixed.values().text("1"),
                consistency::nothing});
  History bytes;
  bytes.invoke({bytes.session("7"), bytes.key("\xff"), OperationKind::write});

  CHECK(find_format("jepsen-edn")->write(mixed, {}).error().message ==
        "Elle's lists are only read and appended to, and this history does more");
  for (const Format& format : formats())
    if (format.write != nullptr)
      CHECK(format.write(bytes, {}).error().message ==
            "a key, a session or a value of this history is no UTF-8 text");
}

TEST_CASE("the note of what keys hold at first spells it as the file has it") {
  History history;
  history.set_initial(history.values().list(
      std::array{history.values().text(":a"), consistency::nothing, history.values().text("1")}));
  history.invoke({history.session("7"), history.key("x"), OperationKind::write});
  const auto note = [&](std::string_view format) {
    return find_format(format)->write(history, {})->notes.front();
  };

  CHECK(note("jepsen-edn").ends_with("read it with --initial '[:a nil 1]'"));
  CHECK(note("jepsen-json").ends_with("read it with --initial '[\"a\" nil 1]'"));
  CHECK(note("porcupine-json").ends_with("read it with --initial '[\":a\" nil \"1\"]'"));
}
