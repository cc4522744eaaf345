// The weaker models on long histories: a true store keeps them all, and one answer changed breaks
// those that forbid it.
#include <doctest/doctest.h>

#include <optional>
#include <string_view>

#include "models/consistency/models.hpp"
#include "tests/models/consistency/simulated_history.hpp"

using namespace splitvote;
using consistency::History;
using consistency::OperationKind;
using consistency::Verdict;
using testing::PlainHistory;
using testing::PlainOperation;

namespace {

PlainHistory store(std::uint64_t seed) {
  return testing::simulate_store({.seed = seed,
                                  .operations = 3'000,
                                  .clients = 8,
                                  .keys = 20,
                                  .swaps = static_cast<std::uint32_t>(seed % 2) * 10,
                                  .unanswered = static_cast<std::uint32_t>(seed % 3)});
}

Verdict judge(std::string_view model, const History& history) {
  return consistency::find_model(model)->check(history, {}).verdict;
}

bool reads(const PlainOperation& one) {
  return one.kind == OperationKind::read && one.outcome == consistency::Outcome::ok;
}

bool fellows(const PlainOperation& one, const PlainOperation& other) {
  return one.session == other.session && one.key == other.key;
}

// A later read of a session tells what an earlier one told, though one between them told otherwise.
bool turn_back(PlainHistory& plain) {
  auto& all = plain.operations;
  for (std::size_t first = all.size() / 2; first < all.size(); ++first)
    for (std::size_t second = first + 1; second < all.size(); ++second)
      for (std::size_t third = second + 1; third < all.size(); ++third) {
        if (!fellows(all[first], all[second]) || !fellows(all[second], all[third])) continue;
        if (!reads(all[first]) || !reads(all[second]) || !reads(all[third])) continue;
        if (all[first].result == all[second].result) continue;
        all[third].result = all[first].result;
        return true;
      }
  return false;
}

// A session finds nothing where it wrote before.
bool forget_own_write(PlainHistory& plain) {
  auto& all = plain.operations;
  for (std::size_t write = all.size() / 2; write < all.size(); ++write)
    for (std::size_t read = write + 1; read < all.size(); ++read) {
      if (all[write].kind != OperationKind::write || !reads(all[read])) continue;
      if (!fellows(all[write], all[read])) continue;
      all[read].result = {};
      return true;
    }
  return false;
}

// Somebody reads what was never written.
bool invent(PlainHistory& plain) {
  for (PlainOperation& one : plain.operations) {
    if (!reads(one)) continue;
    one.result = {testing::PlainValue::Form::text, {99'999}};
    return true;
  }
  return false;
}

void check_broken(bool (*plant)(PlainHistory&), std::initializer_list<std::string_view> models) {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    PlainHistory plain = store(seed);
    REQUIRE(plant(plain));
    const History history = testing::play(plain);
    for (const std::string_view model : models)
      CHECK_MESSAGE(judge(model, history) == Verdict::violated, model << " " << seed);
  }
}

}  // namespace

TEST_CASE("what a true store tells keeps every model") {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const History history = testing::play(store(seed));
    for (const std::string_view model :
         {"sequential", "causal-memory", "causal-convergence", "causal", "pram",
          "writes-follow-reads", "monotonic-writes", "monotonic-reads", "read-your-writes"})
      CHECK_MESSAGE(judge(model, history) == Verdict::ok, model << " " << seed);
  }
}

TEST_CASE("a read that goes back in its session breaks what keeps sessions") {
  check_broken(turn_back,
               {"monotonic-reads", "pram", "causal-memory", "causal-convergence", "sequential"});
}

TEST_CASE("an own write that is not found breaks what keeps sessions") {
  check_broken(forget_own_write, {"read-your-writes", "pram", "causal", "causal-memory",
                                  "causal-convergence", "sequential"});
}

TEST_CASE("a value from nowhere breaks every model") {
  check_broken(invent, {"monotonic-reads", "monotonic-writes", "read-your-writes",
                        "writes-follow-reads", "pram", "causal", "sequential"});
}
