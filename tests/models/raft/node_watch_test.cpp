// Who is watched, when a beat is due, and when silence is silence.
#include "models/raft/node_watch.hpp"

#include <doctest/doctest.h>

using namespace splitvote;
using namespace splitvote::raft;

namespace {

constexpr NodeId peer{2};
constexpr NodeId other{5};
constexpr sim::LocalInstant at(std::int64_t ms) { return {ms * 1'000'000}; }

NodeWatch make_watch() { return {sim::milliseconds(50), sim::milliseconds(150)}; }

}  // namespace

TEST_CASE("a node is watched as long as some group sleeps with it") {
  NodeWatch watch = make_watch();
  watch.change(0, set_of(peer), at(0));
  watch.change(0, set_of(peer) | set_of(other), at(10));
  watch.change(set_of(peer), 0, at(20));

  CHECK(watch.watched() == (set_of(peer) | set_of(other)));
  watch.change(set_of(peer) | set_of(other), set_of(other), at(30));
  CHECK(watch.watched() == set_of(other));
}

TEST_CASE("a beat leaves once per interval, however many groups sleep") {
  NodeWatch watch = make_watch();
  for (int group = 0; group < 100; ++group) watch.change(0, set_of(peer), at(0));

  CHECK(watch.due() == at(50));
  CHECK(watch.take_beats(at(49)) == 0);
  CHECK(watch.take_beats(at(50)) == set_of(peer));
  CHECK(watch.take_beats(at(99)) == 0);
  CHECK(watch.take_beats(at(100)) == set_of(peer));
}

TEST_CASE("a node is silent when nothing came from it for the whole timeout") {
  NodeWatch watch = make_watch();
  watch.on_message(peer, at(0));
  watch.change(0, set_of(peer), at(100));  // the group fell asleep by a message of it

  CHECK(watch.silent(at(249)) == 0);
  CHECK(watch.silent(at(250)) == set_of(peer));
  watch.on_message(peer, at(260));
  CHECK(watch.silent(at(270)) == 0);
  CHECK(watch.silent(at(410)) == set_of(peer));
}

TEST_CASE("another incarnation than that of the last beat is noticed once") {
  NodeWatch watch = make_watch();

  CHECK_FALSE(watch.on_beat(peer, 1));
  CHECK_FALSE(watch.on_beat(peer, 1));
  CHECK(watch.on_beat(peer, 2));
  CHECK_FALSE(watch.on_beat(peer, 2));
}
