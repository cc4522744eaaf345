// Reads the committed commands, executes each once, and compares.
#include "tests/models/raft/executions.hpp"

#include "models/notes.hpp"
#include "tests/models/raft/core_of.hpp"

namespace splitvote::raft {

using client::OperationKind;
using client::Status;

namespace {

std::string text(const std::pair<std::uint64_t, std::uint64_t>& id) {
  return std::to_string(id.first) + "/" + std::to_string(id.second);
}

std::string answer_text(Status status, std::uint64_t revision) {
  return (status == Status::ok ? "ok " : "mismatch ") + std::to_string(revision);
}

}  // namespace

void Executions::on_note(const sim::World& world, NodeId node, const sim::Note& note) {
  const auto type = static_cast<models::NoteType>(note.kind);
  if (type == models::NoteType::restored) restored_[node] = note.a;
  if (type == models::NoteType::complete) on_complete(node, note);
  if (type == models::NoteType::invoke) {
    client::Operation operation;
    if (!client::decode(note.detail, operation)) return fail("an invocation that cannot be read");
    // A session's sequences begin at 1 and grow by one with each operation.
    open_[{node, note.a}] = {{note.b, ++invoked_[note.b]}, operation.kind};
  }
  if (type != models::NoteType::applied) return;
  const RaftProcess* server = server_of(world, node);
  if (server != nullptr) on_applied(*server, node, note.a);
}

void Executions::on_applied(const RaftProcess& server, NodeId node, Index index) {
  if (index == effects_.size() + 1) append(server.core().log().entry(index), index);
  if (index > effects_.size()) return fail("a gap before entry " + std::to_string(index));
  const Effect& effect = effects_[index - 1];
  if (!effect.command) return;
  if (effect.first != 0 && effect.first <= restored_[node]) ++recalled_;

  const kv::Applied found = server.store().get(effect.key);
  const bool same = found.revision == effect.value.revision && found.value == effect.value.text;
  if (same && server.store().size() == effect.size) return;
  fail("behind entry " + std::to_string(index) + " n" + std::to_string(sim::number(node)) +
       " has " + effect.key + " = " + std::string(found.value) + " of revision " +
       std::to_string(found.revision) + ", not " + effect.value.text + " of revision " +
       std::to_string(effect.value.revision));
}

void Executions::append(const wal::Record& record, Index index) {
  Effect& effect = effects_.emplace_back();
  kv::Command command;
  effect.command = kv::decode(record, command);
  if (!effect.command) return;
  const Id id{command.session, command.sequence};
  const auto known = executions_.find(id);
  std::uint64_t& newest = newest_[command.session];
  if (command.sequence == kv::no_sequence) {
    sessions_ = false;
    (void)execute(command.operation, index);
  } else if (known != executions_.end()) {
    ++repeated_;
    known->second.repeated = true;
    effect.first = known->second.index;
  } else if (command.sequence > newest) {
    // One that its own session has overtaken is never executed: its client has given it up.
    newest = command.sequence;
    if (failed_.contains(id)) fail(text(id) + " has failed and is executed");
    executions_[id] = execute(command.operation, index);
  }
  effect.key = command.operation.key;
  const auto value = values_.find(effect.key);
  if (value != values_.end()) effect.value = value->second;
  effect.size = values_.size();
}

Executions::Execution Executions::execute(const client::Operation& operation, Index index) {
  const auto found = values_.find(operation.key);
  const std::uint64_t revision = found == values_.end() ? 0 : found->second.revision;
  switch (operation.kind) {
    case OperationKind::get:
      return {index, Status::ok, revision};
    case OperationKind::remove:
      if (found == values_.end()) return {index, Status::ok, 0};
      values_.erase(found);
      return {index, Status::ok, index};
    case OperationKind::compare_and_swap:
      if (revision != operation.expected_revision) return {index, Status::mismatch, revision};
      break;
    case OperationKind::put:
      break;
  }
  values_[std::string(operation.key)] = {std::string(operation.value), index};
  return {index, Status::ok, index};
}

void Executions::on_complete(NodeId node, const sim::Note& note) {
  const auto open = open_.find({node, note.a});
  if (open == open_.end()) return fail("an answer to what was never asked");
  const Invocation invocation = open->second;
  open_.erase(open);
  const auto outcome = static_cast<client::Outcome>(note.b);
  if (outcome == client::Outcome::unknown || invocation.kind == OperationKind::get) return;
  if (!sessions_) return;

  const auto execution = executions_.find(invocation.id);
  if (outcome == client::Outcome::failed) {
    failed_.insert(invocation.id);
    if (execution != executions_.end()) fail(text(invocation.id) + " was executed and has failed");
    return;
  }
  if (execution == executions_.end())
    return fail(text(invocation.id) + " was answered and never executed");
  if (execution->second.repeated) ++answered_again_;
  const Status status = outcome == client::Outcome::ok ? Status::ok : Status::mismatch;
  const bool same = status == execution->second.status && note.c == execution->second.revision;
  if (same) return;
  fail(text(invocation.id) + " was answered " + answer_text(status, note.c) + ", not " +
       answer_text(execution->second.status, execution->second.revision));
}

void Executions::fail(std::string what) {
  if (violation_.empty()) violation_ = std::move(what);
}

}  // namespace splitvote::raft
