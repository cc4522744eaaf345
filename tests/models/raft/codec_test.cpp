// The wire encoding: round trips, the examples of WIRE.md, and everything that must be refused.
#include "models/raft/codec.hpp"

#include <doctest/doctest.h>

#include <random>

#include "models/wire/frame.hpp"
#include "sim/base/checksum.hpp"
#include "tests/models/raft/server.hpp"
#include "tests/models/worked_example.hpp"

using namespace splitvote;
using namespace splitvote::raft;

namespace {

const std::string document = "models/raft/WIRE.md";

sim::Bytes encoded(const Message& message) {
  sim::Bytes frame;
  encode(message, frame);
  return frame;
}

/// A frame of this kind and body, sealed.
sim::Bytes frame_of(sim::MessageKind kind, sim::ByteView body) {
  sim::Bytes frame;
  frame.reserve(wire::header_size + body.size());
  wire::begin_frame(frame, kind);
  sim::append(frame, body);
  wire::end_frame(frame);
  return frame;
}

bool readable(const sim::Bytes& frame) {
  Message message;
  return decode(frame, message);
}

sim::Bytes entry_8() {
  sim::Bytes bytes;
  wal::encode({2, 8, wal::RecordType::command, "k", "v"}, bytes);
  return bytes;
}

/// Every message once, with fields that tell each other apart.
std::vector<Message> every_message(const sim::Bytes& records) {
  return {VoteRequest{Ballot::vote, 5, {3, 4}},
          VoteRequest{Ballot::pre_vote, 7, {2, 6}},
          VoteResponse{Ballot::vote, 5, false},
          VoteResponse{Ballot::pre_vote, 5, true},
          AppendEntries{2, {7, 1}, 6, 9, records},
          AppendEntries{2, {7, 1}, 6, 9, {}},
          AppendResponse{.term = 2, .accepted = true, .match = 8, .hint = {}, .read_round = 1},
          AppendResponse{.term = 2,
                         .heartbeat = true,
                         .accepted = false,
                         .match = 7,
                         .hint = {6, 3},
                         .read_round = 4}};
}

/// Those of hand-over and of reads at followers; their kinds follow those of snapshots.
std::vector<Message> later_messages() {
  return {VoteRequest{Ballot::transfer, 5, {3, 4}}, TimeoutNow{6}, ReadIndexRequest{2, 7, 9},
          ReadIndexResponse{2, 7, 9, 40}};
}

/// Of promises to leaders.
std::vector<Message> messages_of_fortification() {
  return {Fortify{6}, FortifyResponse{6, (SupportEpoch{1} << 32) + 3, 40}, Defortify{6}};
}

bool same(const Message& left, const Message& right) {
  const auto* append = std::get_if<AppendEntries>(&left);
  if (append == nullptr) {
    return encoded(left) == encoded(right) && left.index() == right.index();
  }
  const auto* other = std::get_if<AppendEntries>(&right);
  return other != nullptr && append->term == other->term && append->previous == other->previous &&
         append->commit == other->commit && append->read_round == other->read_round &&
         std::ranges::equal(append->entries, other->entries);
}

}  // namespace

TEST_CASE("every message is decoded to what was encoded, under its own kind") {
  const sim::Bytes records = entry_8();
  std::uint8_t kind = 8;

  for (const Message& message : every_message(records)) {
    const sim::Bytes frame = encoded(message);
    Message decoded;
    REQUIRE(wire::intact(frame));
    REQUIRE(decode(frame, decoded));
    CHECK(same(message, decoded));
    CHECK(wire::kind(frame) == kind_of(message));
    CHECK(wire::kind(frame) == sim::MessageKind{kind++});
  }
}

TEST_CASE("messages of fixed length have their own kinds, and any length else is refused") {
  std::vector<Message> messages = later_messages();
  for (const Message& message : messages_of_fortification()) messages.push_back(message);
  std::uint8_t kind = 18;

  for (const Message& message : messages) {
    if (kind == 22) kind = 33;
    const sim::Bytes frame = encoded(message);
    const sim::ByteView body = wire::body(frame);
    Message decoded;
    REQUIRE(decode(frame, decoded));
    CHECK(same(message, decoded));
    CHECK(wire::kind(frame) == sim::MessageKind{kind++});
    CHECK_FALSE(readable(frame_of(wire::kind(frame), body.first(body.size() - 1))));
    sim::Bytes longer(body.begin(), body.end());
    longer.push_back(std::byte{0});
    CHECK_FALSE(readable(frame_of(wire::kind(frame), longer)));
  }
}

TEST_CASE("WIRE.md shows the bytes that are sent") {
  const sim::Bytes records = entry_8();
  const auto example = [](const char* heading) {
    return models::worked_example(document, heading);
  };

  CHECK(example("request_vote") == encoded(VoteRequest{Ballot::vote, 5, {3, 4}}));
  CHECK(example("pre_vote_response") == encoded(VoteResponse{Ballot::pre_vote, 5, true}));
  CHECK(example("append_entries") == encoded(AppendEntries{2, {7, 1}, 6, 0, records}));
  CHECK(example("heartbeat") == encoded(AppendEntries{2, {7, 1}, 6, 3, {}}));
  CHECK(example("append_response") ==
        encoded(AppendResponse{.term = 2, .accepted = true, .match = 8, .hint = {}}));
  CHECK(example("heartbeat_response") == encoded(AppendResponse{.term = 2,
                                                                .heartbeat = true,
                                                                .accepted = false,
                                                                .match = 7,
                                                                .hint = {6, 0},
                                                                .read_round = 3}));
  const sim::Bytes members = *encoded(voters({n1, n2, n3}));
  const std::string content = "abcdef";
  CHECK(example("install_snapshot") ==
        encoded(InstallSnapshot{.term = 3,
                                .last = {9, 2},
                                .size = 6,
                                .checksum = sim::crc32c(sim::as_bytes(content)),
                                .offset = 2,
                                .configuration = members,
                                .chunk = sim::as_bytes(content).subspan(2, 3)}));
  CHECK(example("install_snapshot_response") == encoded(InstallSnapshotResponse{3, {9, 2}, 2, 5}));
  CHECK(example("transfer_vote") == encoded(later_messages()[0]));
  CHECK(example("timeout_now") == encoded(later_messages()[1]));
  CHECK(example("read_index") == encoded(later_messages()[2]));
  CHECK(example("read_index_response") == encoded(later_messages()[3]));
  CHECK(example("fortify_response") == encoded(messages_of_fortification()[1]));
}

TEST_CASE("entries are a view into the frame, not a copy") {
  const sim::Bytes records = entry_8();
  const sim::Bytes frame = encoded(AppendEntries{2, {7, 1}, 6, 9, records});

  Message decoded;
  REQUIRE(decode(frame, decoded));

  const auto& append = std::get<AppendEntries>(decoded);
  CHECK(append.entries.data() + append.entries.size() == frame.data() + frame.size());
}

TEST_CASE("a body of any other length is refused") {
  const sim::Bytes records = entry_8();

  for (const Message& message : every_message(records)) {
    const sim::Bytes frame = encoded(message);
    const sim::ByteView body = wire::body(frame);
    for (std::size_t size = 0; size < body.size(); ++size) {
      // An AppendEntries that ends right before its records would be a heartbeat of another kind.
      REQUIRE_FALSE(readable(frame_of(wire::kind(frame), body.first(size))));
    }
    sim::Bytes longer(body.begin(), body.end());
    longer.push_back(std::byte{0});
    REQUIRE_FALSE(readable(frame_of(wire::kind(frame), longer)));
  }
}

TEST_CASE("kinds that are not Raft's are refused") {
  CHECK_FALSE(readable(frame_of(sim::MessageKind{7}, sim::Bytes(9))));
  CHECK_FALSE(readable(frame_of(sim::MessageKind{16}, sim::Bytes(24))));
}

TEST_CASE("flags other than 0 and 1 are refused") {
  sim::Bytes body(9);
  body[0] = std::byte{1};
  body[8] = std::byte{2};

  CHECK_FALSE(readable(frame_of(vote_response_kind, body)));
}

TEST_CASE(
    "entries with a gap, an older term, a term above the message's or a wrong type are refused") {
  const auto accepts = [](LogPosition previous, Term term, const sim::Bytes& records) {
    return readable(encoded(AppendEntries{term, previous, 0, 0, records}));
  };
  sim::Bytes hard_state;
  wal::encode({2, 8, wal::RecordType::hard_state, {}, "\x01\x02"}, hard_state);

  CHECK(accepts({7, 1}, 2, entries(8, {1, 2})));
  CHECK_FALSE(accepts({6, 1}, 2, entries(8, {1, 2})));
  CHECK_FALSE(accepts({8, 1}, 2, entries(8, {1, 2})));
  CHECK_FALSE(accepts({7, 2}, 2, entries(8, {1, 2})));
  CHECK_FALSE(accepts({7, 1}, 1, entries(8, {1, 2})));
  CHECK_FALSE(accepts({7, 1}, 2, entries(8, {2, 1})));
  CHECK_FALSE(accepts({7, 1}, 2, hard_state));
}

TEST_CASE("an entry whose own checksum is wrong is refused, though the frame's is right") {
  sim::Bytes records = entry_8();
  records[26] ^= std::byte{1};

  CHECK_FALSE(readable(encoded(AppendEntries{2, {7, 1}, 6, 9, records})));
}

TEST_CASE("a configuration that cannot be read is refused, though the record's checksum is right") {
  const sim::Bytes good = entry({8, 2}, voters({n1, n2}));
  sim::Bytes bad;
  wal::encode({2, 8, wal::RecordType::configuration, {}, "nonsense"}, bad);

  CHECK(readable(encoded(append(2, {7, 1}, good))));
  CHECK_FALSE(readable(encoded(append(2, {7, 1}, bad))));
}

TEST_CASE("whatever a sealed frame holds, it is decoded or refused, and a core survives it") {
  std::mt19937_64 random(7);
  const sim::Bytes records = entries(3, {1, 2, 2});
  std::vector<Message> messages = every_message(records);
  messages.push_back(AppendEntries{3, {2, 1}, 4, 1, records});
  for (const Message& message : later_messages()) messages.push_back(message);
  for (const Message& message : messages_of_fortification()) messages.push_back(message);
  Options options;
  options.fortification = true;
  Server server(options, three);
  server.start(2, {1, 1, 2});
  int accepted = 0;

  for (int round = 0; round < 200'000; ++round) {
    const sim::Bytes frame = encoded(messages[random() % messages.size()]);
    sim::Bytes body(wire::body(frame).begin(), wire::body(frame).end());
    for (std::uint64_t flips = random() % 4; flips > 0; --flips) {
      body[random() % body.size()] = static_cast<std::byte>(random() % 4);
    }
    if (random() % 8 == 0) body.resize(random() % (body.size() + 8));
    const sim::Bytes mutated = frame_of(wire::kind(frame), body);
    Message message;
    if (!decode(mutated, message)) continue;
    ++accepted;
    server.step(Received{n2, message, random() % 3});
    if (random() % 4 == 0) server.persist();
    if (random() % 64 == 0) server.time_out();
    // A server that is told nonsense by its own members may halt or run out of terms: begin anew.
    if (server.out.halted != nullptr || server.raft.term() > 1'000'000) {
      server = Server(options, three);
      server.start(2, {1, 1, 2});
    }
  }

  CHECK(accepted > 50'000);
}
