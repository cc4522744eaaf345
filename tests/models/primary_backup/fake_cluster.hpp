// A few primary/backup servers on fake hosts, with a network of no delay and a hand-made clock.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/client/message.hpp"
#include "models/primary_backup/server.hpp"
#include "models/wire/frame.hpp"
#include "tests/models/fake_host.hpp"

namespace splitvote::primary_backup {

/// What a client got; the value outlives its frame.
struct Answer {
  client::Response response;
  std::string value;
};

class FakeCluster {
 public:
  static constexpr sim::NodeId client_node{100};

  explicit FakeCluster(std::size_t count, const Options& options = {}) : options_(options) {
    for (std::size_t i = 0; i < count; ++i) members_.push_back(node(i));
    for (std::size_t i = 0; i < count; ++i) {
      hosts_.push_back(std::make_unique<models::FakeHost>(node(i), 1 + i));
      servers_.emplace_back();
      start(i);
    }
    settle();
  }

  static sim::NodeId node(std::size_t rank) {
    return sim::NodeId{static_cast<std::uint16_t>(rank)};
  }

  [[nodiscard]] models::FakeHost& host(std::size_t rank) { return *hosts_[rank]; }
  [[nodiscard]] Server& server(std::size_t rank) { return *servers_[rank]; }
  [[nodiscard]] bool up(std::size_t rank) const { return servers_[rank] != nullptr; }
  [[nodiscard]] std::size_t size() const { return members_.size(); }

  void start(std::size_t rank) {
    hosts_[rank]->now_ns = now_ns_;
    servers_[rank] = std::make_unique<Server>(options_, members_, node(rank));
    servers_[rank]->on_start(*hosts_[rank]);
  }
  void crash(std::size_t rank) {
    servers_[rank].reset();
    hosts_[rank]->forget_process();
  }
  void lose_power(std::size_t rank) {
    servers_[rank].reset();
    hosts_[rank]->lose_power();
  }

  /// Nothing passes between this server and the others; clients still reach it.
  void cut(std::size_t rank) { cut_.insert(rank); }
  void heal() { cut_.clear(); }

  /// Takes what the servers have sent off them; answers to clients go to `answers`.
  void collect() {
    for (std::size_t i = 0; i < size(); ++i) {
      for (models::SentFrame& sent : hosts_[i]->sent) {
        if (sent.target == client_node) {
          answers.push_back(read_answer(sent.frame));
        } else if (!cut_.contains(i) && !cut_.contains(sim::number(sent.target))) {
          in_flight.emplace_back(i, std::move(sent));
        }
      }
      hosts_[i]->sent.clear();
    }
  }
  void deliver(std::size_t source, const models::SentFrame& frame) {
    const std::size_t rank = sim::number(frame.target);
    if (up(rank)) servers_[rank]->on_message(*hosts_[rank], node(source), frame.frame);
  }
  void complete_disks() {
    for (std::size_t i = 0; i < size(); ++i) {
      if (up(i)) hosts_[i]->complete_disk(*servers_[i]);
    }
  }
  /// Until nobody has anything to do before the time goes on.
  void settle() {
    for (;;) {
      complete_disks();
      collect();
      if (in_flight.empty()) return;
      const auto [source, frame] = std::move(in_flight.front());
      in_flight.pop_front();
      deliver(source, frame);
    }
  }

  /// Fires the timers that are due until then, one moment after the other, and settles after each.
  void run_to(std::int64_t ms) {
    const std::int64_t until = ms * 1'000'000;
    for (auto next = next_timer(); next && *next <= until; next = next_timer()) {
      fire_until(*next);
      settle();
    }
    fire_until(until);
  }
  [[nodiscard]] std::optional<std::int64_t> next_timer() const {
    std::optional<std::int64_t> next;
    for (const auto& host : hosts_) {
      const auto timer = host->next_timer();
      if (timer && (!next || *timer < *next)) next = timer;
    }
    return next;
  }
  void fire_until(std::int64_t until_ns) {
    now_ns_ = std::max(now_ns_, until_ns);
    for (std::size_t i = 0; i < size(); ++i) {
      if (up(i)) hosts_[i]->run_timers(*servers_[i], now_ns_);
    }
  }

  /// Sends the request without waiting for anything.
  void request(std::size_t rank, std::uint64_t sequence, const client::Operation& operation) {
    sim::Bytes frame;
    client::encode(client::Request{session, sequence, operation}, frame);
    if (up(rank)) servers_[rank]->on_message(*hosts_[rank], client_node, frame);
  }
  /// The answer that comes before time goes on, if any.
  std::optional<Answer> ask(std::size_t rank, std::uint64_t sequence,
                            const client::Operation& operation) {
    answers.clear();
    request(rank, sequence, operation);
    settle();
    if (answers.empty()) return std::nullopt;
    return answers.back();
  }
  std::optional<Answer> put(std::size_t rank, std::uint64_t sequence, std::string_view key,
                            std::string_view value) {
    return ask(rank, sequence, {.kind = client::OperationKind::put, .key = key, .value = value});
  }
  std::optional<Answer> get(std::size_t rank, std::uint64_t sequence, std::string_view key) {
    return ask(rank, sequence, {.kind = client::OperationKind::get, .key = key});
  }

  static constexpr std::uint64_t session = std::uint64_t{100} << 32;
  std::vector<Answer> answers;
  std::deque<std::pair<std::size_t, models::SentFrame>> in_flight;  // with their sources

 private:
  static Answer read_answer(const sim::Bytes& frame) {
    Answer answer;
    if (!wire::intact(frame) || !client::decode(frame, answer.response)) return answer;
    answer.value = answer.response.value;
    answer.response.value = {};
    return answer;
  }

  Options options_;
  std::vector<sim::NodeId> members_;
  std::vector<std::unique_ptr<models::FakeHost>> hosts_;
  std::vector<std::unique_ptr<Server>> servers_;
  std::set<std::size_t> cut_;
  std::int64_t now_ns_ = 0;
};

}  // namespace splitvote::primary_backup
