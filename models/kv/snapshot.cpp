// The whole store as bytes and back: keys in ascending order, then sessions in ascending order, so
// that equal stores have equal snapshots.
#include "models/kv/store.hpp"

namespace splitvote::kv {
namespace {

void save_session(const Session& session, sim::Bytes& target) {
  sim::append_integer(target, session.id);
  sim::append_integer(target, session.sequence);
  sim::append_integer(target, session.revision);
  sim::append_integer(target, static_cast<std::uint8_t>(session.status));
}

bool restore_session(sim::Reader& reader, Session& session) {
  session.id = reader.integer<std::uint64_t>();
  session.sequence = reader.integer<std::uint64_t>();
  session.revision = reader.integer<std::uint64_t>();
  session.status = static_cast<client::Status>(reader.integer<std::uint8_t>());
  return !reader.failed() && session.status <= client::Status::mismatch;
}

}  // namespace

void Store::save(sim::Bytes& target) const {
  sim::append_integer(target, static_cast<std::uint64_t>(size()));
  visit([&](const Item& item) {
    sim::append_integer(target, item.revision);
    sim::append_integer(target, static_cast<std::uint32_t>(item.key.size()));
    sim::append_integer(target, static_cast<std::uint32_t>(item.value.size()));
    sim::append(target, sim::as_bytes(item.key));
    sim::append(target, sim::as_bytes(item.value));
  });
  const std::vector<Session> sessions = sessions_.sorted();
  sim::append_integer(target, static_cast<std::uint64_t>(sessions.size()));
  for (const Session& session : sessions) save_session(session, target);
}

bool Store::restore(sim::ByteView saved) {
  *this = {};
  sim::Reader reader(saved);
  const auto keys = reader.integer<std::uint64_t>();
  std::string_view before;
  for (std::uint64_t i = 0; i < keys; ++i) {
    client::Operation put;
    put.kind = client::OperationKind::put;
    const auto revision = reader.integer<std::uint64_t>();
    const auto key_size = reader.integer<std::uint32_t>();
    const auto value_size = reader.integer<std::uint32_t>();
    put.key = sim::as_text(reader.bytes(key_size));
    put.value = sim::as_text(reader.bytes(value_size));
    if (reader.failed() || (i > 0 && put.key <= before)) return false;
    before = put.key;
    (void)execute(put, revision);
  }
  const auto sessions = reader.integer<std::uint64_t>();
  std::uint64_t last = 0;
  for (std::uint64_t i = 0; i < sessions; ++i) {
    Session session;
    if (!restore_session(reader, session) || (i > 0 && session.id <= last)) return false;
    last = session.id;
    sessions_.of(session.id) = session;
  }
  return reader.finished();
}

}  // namespace splitvote::kv
