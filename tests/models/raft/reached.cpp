// Counts transitions, and knows which of them Raft has.
#include "tests/models/raft/reached.hpp"

#include <string_view>

#include "models/raft/codec.hpp"
#include "models/raft/forward.hpp"
#include "models/raft/groups_process.hpp"
#include "models/raft/registration.hpp"

namespace splitvote::raft {
namespace {

constexpr std::array<std::string_view, 4> role_names{"follower", "pre_candidate", "candidate",
                                                     "leader"};
constexpr std::array<std::string_view, 3> replication_names{"probe", "replicate", "snapshot"};

/// Figure 4 of the paper, with PreVote: a follower that is told to stand skips it, and a
/// candidate of a lost election asks anew.
constexpr bool is_possible(Role from, Role to) {
  using enum Role;
  if (to == follower) return true;
  if (to == pre_candidate) return from != leader;
  if (to == candidate) return from != leader;
  return from == candidate;
}

template <std::size_t size>
void sum(std::array<std::uint64_t, size>& target, const std::array<std::uint64_t, size>& source) {
  for (std::size_t i = 0; i < size; ++i) target[i] += source[i];
}

constexpr std::size_t place(auto state) { return static_cast<std::size_t>(state); }

std::string line(std::string_view from, std::string_view to) {
  return std::string(from) + " -> " + std::string(to);
}

}  // namespace

void Reached::before(const Raft& raft) {
  observer_.before(raft);
  role_ = raft.role();
  followers_.clear();
  if (role_ != Role::leader) return;
  for (const Member& member : raft.members()) {
    followers_.emplace_back(member.id, member.replication);
  }
}

void Reached::after(const Step& step) {
  observer_.after(step, seen_);
  const Raft& raft = step.raft;
  const Outbox& out = step.out;
  for (const Remark& note : out.notes) {
    if (note.type == models::NoteType::role) ++roles_[place(role_)][note.a];
  }
  for (const Outgoing& outgoing : out.messages) {
    ++messages_[sim::number(kind_of(outgoing.message))];
  }
  if (raft.role() != Role::leader) return;
  for (const auto& [id, was] : followers_) {
    for (const Member& member : raft.members()) {
      if (member.id == id) ++replications_[place(was)][place(member.replication)];
    }
  }
}

void Reached::add(const Reached& other) {
  for (std::size_t i = 0; i < roles; ++i) sum(roles_[i], other.roles_[i]);
  for (std::size_t i = 0; i < replications; ++i) sum(replications_[i], other.replications_[i]);
  sum(messages_, other.messages_);
  seen_.add(other.seen_);
}

std::string Reached::unreached(std::uint64_t least) const {
  std::string text;
  const auto expect = [&](const std::string& name, std::uint64_t count) {
    if (count < least) text += name + ": " + std::to_string(count) + "\n";
  };
  for (std::size_t from = 0; from < roles; ++from) {
    for (std::size_t to = 0; to < roles; ++to) {
      const std::string transition = line(role_names[from], role_names[to]);
      const std::uint64_t count = roles_[from][to];
      if (is_possible(static_cast<Role>(from), static_cast<Role>(to))) {
        expect(transition, count);
      } else if (count != 0) {
        text += "against Figure 4: " + transition + "\n";
      }
    }
  }
  for (std::size_t from = 0; from < replications; ++from) {
    for (std::size_t to = 0; to < replications; ++to) {
      // A snapshot ends where the logs agree, so nothing is left to look for behind it.
      const bool possible = from != place(Replication::snapshot) || to != place(Replication::probe);
      if (possible)
        expect(line(replication_names[from], replication_names[to]), replications_[from][to]);
    }
  }
  for (const models::NamedMessage& message : raft_protocol().messages) {
    // What the process sends without its core, the worlds have to reach.
    if (message.kind == forward_kind || message.kind == forward_response_kind) continue;
    if (message.kind == node_beat_kind) continue;
    if (message.kind == support_request_kind || message.kind == support_response_kind) continue;
    expect(std::string(message.name), messages_[sim::number(message.kind)]);
  }
  for (std::size_t i = 0; i < sightings; ++i) {
    const auto sighting = static_cast<Sighting>(i);
    expect(std::string(name(sighting)), seen_.count(sighting));
  }
  return text;
}

std::string Reached::below(std::initializer_list<Least> least) const {
  std::string text;
  for (const auto& [sighting, count] : least) {
    if (seen_.count(sighting) >= count) continue;
    text += std::string(name(sighting)) + ": " + std::to_string(seen_.count(sighting)) + ", not " +
            std::to_string(count) + "\n";
  }
  return text;
}

std::string Reached::table() const {
  std::string text;
  const auto row = [&text](const std::string& name, std::uint64_t count) {
    if (count > 0) text += name + ": " + std::to_string(count) + "\n";
  };
  for (std::size_t from = 0; from < roles; ++from) {
    for (std::size_t to = 0; to < roles; ++to) {
      row(line(role_names[from], role_names[to]), roles_[from][to]);
    }
  }
  for (std::size_t from = 0; from < replications; ++from) {
    for (std::size_t to = 0; to < replications; ++to) {
      row(line(replication_names[from], replication_names[to]), replications_[from][to]);
    }
  }
  for (const models::NamedMessage& message : raft_protocol().messages) {
    row(std::string(message.name), messages_[sim::number(message.kind)]);
  }
  for (std::size_t i = 0; i < sightings; ++i) {
    const auto sighting = static_cast<Sighting>(i);
    row(std::string(name(sighting)), seen_.count(sighting));
  }
  return text;
}

}  // namespace splitvote::raft
