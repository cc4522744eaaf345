// Histories of committed and aborted transactions without times in dbcop's binary format, which
// PolySI's artifact has.
#include "scenarios/histories/dbcop.hpp"

#include <fmt/format.h>

#include <vector>

namespace splitvote::histories {

namespace {

using consistency::Access;
using consistency::AccessKind;
using consistency::Outcome;
using consistency::SessionId;
using consistency::TransactionHistory;

constexpr std::size_t number_bytes = 8;
constexpr std::size_t event_bytes = 1 + 2 * number_bytes + 1;
constexpr std::size_t transaction_bytes_min = number_bytes + 1;

/// Takes one thing after the other from the front of the bytes.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : bytes_(bytes) {}

  [[nodiscard]] std::size_t offset() const { return at_; }
  [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }

  Read<std::uint64_t> number(std::string_view what) {
    if (left() < number_bytes) return cut_off(what);
    std::uint64_t value = 0;
    for (std::size_t byte = number_bytes; byte-- > 0;)
      value = value << 8 | static_cast<unsigned char>(bytes_[at_ + byte]);
    at_ += number_bytes;
    return value;
  }

  /// How many of them follow, each of at least so many bytes: not more than there are bytes for.
  Read<std::uint64_t> count(std::string_view what, std::size_t bytes_min) {
    const std::size_t begin = at_;
    const Read<std::uint64_t> value = number(fmt::format("the number of {}", what));
    if (!value || *value <= left() / bytes_min) return value;
    return wrong(
        begin, fmt::format("{} {} do not fit into the {} bytes that follow", *value, what, left()),
        "the file is cut off, or this is no count");
  }

  Read<bool> flag(std::string_view what) {
    if (left() == 0) return cut_off(what);
    const auto value = static_cast<unsigned char>(bytes_[at_]);
    if (value > 1) return wrong(at_, fmt::format("{} is {}", what, value), "a flag is 0 or 1");
    ++at_;
    return value == 1;
  }

  void skip(std::size_t bytes) { at_ += bytes; }

  [[nodiscard]] static std::unexpected<Mistake> wrong(std::size_t offset, std::string_view message,
                                                      std::string hint = {}) {
    return mistake(offset, fmt::format("byte {}: {}", offset, message), std::move(hint));
  }

 private:
  [[nodiscard]] std::unexpected<Mistake> cut_off(std::string_view what) const {
    return wrong(bytes_.size(), fmt::format("the file ends before {} is complete", what),
                 "the file is cut off");
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
};

/// How many sessions there are, behind what was asked for when the history was made.
Read<std::uint64_t> read_header(Cursor& cursor) {
  for (const char* const what :
       {"the history's number", "the number of nodes", "the number of variables",
        "the transactions of a node", "the events of a transaction"})
    if (const auto number = cursor.number(what); !number) return number;
  for (const char* const what : {"bytes of the database's name", "bytes of the time of the start",
                                 "bytes of the time of the end"}) {
    const Read<std::uint64_t> size = cursor.count(what, 1);
    if (!size) return size;
    cursor.skip(*size);
  }
  return cursor.count("sessions", number_bytes);
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : cursor_(bytes) {
    history_.forget_real_time();
    history_.set_initial(history_.values().text("0"));
  }

  Read<TransactionHistory> read() {
    const Read<std::uint64_t> sessions = read_header(cursor_);
    if (!sessions) return std::unexpected(sessions.error());
    for (std::uint64_t number = 1; number <= *sessions; ++number)
      if (const Read<void> done = session(std::to_string(number)); !done)
        return std::unexpected(done.error());
    if (cursor_.left() == 0) return std::move(history_);
    return Cursor::wrong(cursor_.offset(),
                         fmt::format("{} bytes behind the last session", cursor_.left()),
                         "a file ends with its last transaction");
  }

 private:
  Read<void> session(const std::string& name) {
    const Read<std::uint64_t> transactions = cursor_.count("transactions", transaction_bytes_min);
    if (!transactions) return std::unexpected(transactions.error());
    const SessionId session = history_.session(name);
    for (std::uint64_t left = *transactions; left > 0; --left)
      if (const Read<void> done = transaction(session); !done) return done;
    return {};
  }

  Read<void> transaction(SessionId session) {
    const Read<std::uint64_t> events = cursor_.count("events", event_bytes);
    if (!events) return std::unexpected(events.error());
    accesses_.clear();
    for (std::uint64_t left = *events; left > 0; --left)
      if (const Read<void> done = event(); !done) return done;
    const Read<bool> committed = cursor_.flag("the flag of a commit");
    if (!committed) return std::unexpected(committed.error());
    const Outcome outcome = *committed ? Outcome::ok : Outcome::failed;
    history_.complete(history_.invoke(session), outcome, accesses_);
    return {};
  }

  Read<void> event() {
    const Read<bool> writes = cursor_.flag("the flag of a write");
    if (!writes) return std::unexpected(writes.error());
    const Read<std::uint64_t> key = cursor_.number("a key");
    if (!key) return std::unexpected(key.error());
    const Read<std::uint64_t> value = cursor_.number("a value");
    if (!value) return std::unexpected(value.error());
    const Read<bool> succeeded = cursor_.flag("the flag of a success");
    if (!succeeded) return std::unexpected(succeeded.error());
    if (!*succeeded) return {};
    accesses_.push_back({history_.key(std::to_string(*key)),
                         history_.values().text(std::to_string(*value)),
                         *writes ? AccessKind::write : AccessKind::read});
    return {};
  }

  Cursor cursor_;
  TransactionHistory history_;
  std::vector<Access> accesses_;  // of one transaction
};

}  // namespace

bool begins_as_dbcop(std::string_view bytes) {
  Cursor cursor(bytes);
  return read_header(cursor).has_value();
}

TransactionHistory read_dbcop(std::string_view bytes, Mistakes& mistakes) {
  Read<TransactionHistory> read = Reader(bytes).read();
  if (read) return std::move(*read);
  mistakes.add(read.error());
  return {};
}

}  // namespace splitvote::histories
