// The load generator of one client node: carries out what the client core wants.
#pragma once

#include <optional>

#include "models/client/client_core.hpp"
#include "models/client/settings.hpp"
#include "sim/world/host.hpp"

namespace splitvote::client {

// A client node's streams; a node runs one process, so they are nobody else's.
inline constexpr auto pause_purpose =
    static_cast<sim::Purpose>(static_cast<std::uint16_t>(sim::Purpose::first_model_purpose) + 4);
inline constexpr auto kind_purpose =
    static_cast<sim::Purpose>(static_cast<std::uint16_t>(sim::Purpose::first_model_purpose) + 5);
inline constexpr auto key_purpose =
    static_cast<sim::Purpose>(static_cast<std::uint16_t>(sim::Purpose::first_model_purpose) + 6);
inline constexpr auto backoff_purpose =
    static_cast<sim::Purpose>(static_cast<std::uint16_t>(sim::Purpose::first_model_purpose) + 7);

/// Needs no disk: its identity is its node and its incarnation, which the host knows. A client that
/// came back and used its old sessions again would be taken for its own retries. Survives what its
/// core survives, its own crash, and the loss of its disk.
class ClientProcess final : public sim::Process {
 public:
  explicit ClientProcess(ClientSettings settings) : settings_(std::move(settings)) {}

  void on_start(sim::Host& host) override;
  void on_message(sim::Host& host, sim::NodeId source, sim::ByteView frame) override;
  void on_timer(sim::Host& host, sim::TimerId timer) override;
  void on_disk(sim::Host&, const sim::DiskCompletion&) override {}  // it asks for nothing
  void on_refused(sim::Host& host, sim::NodeId target) override;
  [[nodiscard]] std::unique_ptr<sim::Process> clone() const override {
    return std::make_unique<ClientProcess>(*this);
  }

  /// Nothing before the start.
  [[nodiscard]] const ClientCore* core() const { return core_ ? &*core_ : nullptr; }

 private:
  void carry_out(sim::Host& host);
  void carry_out(sim::Host& host, const Action& action);
  void arm(sim::Host& host);

  ClientSettings settings_;
  std::optional<ClientCore> core_;
  std::optional<sim::LocalInstant> armed_;
  Outbox outbox_;      // empty between calls
  sim::Bytes buffer_;  // encoding, reused
};

}  // namespace splitvote::client
