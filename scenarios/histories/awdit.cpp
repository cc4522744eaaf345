// Committed transactions, session by session, line by line.
#include "scenarios/histories/awdit.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <set>
#include <utility>

#include "scenarios/histories/datum.hpp"
#include "scenarios/histories/lines.hpp"

namespace splitvote::histories {

namespace {

using consistency::Access;
using consistency::AccessKind;
using consistency::Outcome;
using consistency::TransactionHistory;

/// Keeps the accesses of one transaction until it is complete.
class Collector {
 public:
  Collector() { history.forget_real_time(); }

  TransactionHistory history;

  void add(AccessKind kind, std::string_view key, std::string_view value) {
    accesses_.push_back({history.key(key), history.values().text(value), kind});
  }

  void end(std::string_view session, Outcome outcome) {
    if (accesses_.empty()) return;
    history.complete(history.invoke(history.session(session)), outcome, accesses_);
    accesses_.clear();
  }

 private:
  std::vector<Access> accesses_;
};

Read<void> check_integers(std::span<const Word> words) {
  for (const Word& word : words)
    if (!is_integer(word.text))
      return mistake(word.offset, fmt::format("'{}' is no integer", word.text),
                     "sessions, transactions, keys and values are integers");
  return {};
}

/// A line of at least five of these and nothing else.
bool is_rule(std::string_view line, char character) {
  return line.size() >= 5 && line.find_first_not_of(character) == std::string_view::npos;
}

std::optional<AccessKind> kind_of(std::string_view word) {
  if (word == "r") return AccessKind::read;
  if (word == "w") return AccessKind::write;
  return std::nullopt;
}

Read<void> read_awdit_line(const std::vector<Word>& words, Collector& collector) {
  const std::optional<AccessKind> kind = kind_of(words[0].text);
  if (!kind || words.size() != 3)
    return mistake(words[0].offset, "this is no operation",
                   "a line is 'r KEY VALUE', 'w KEY VALUE', ----- or =====");
  if (const Read<void> checked = check_integers(std::span(words).subspan(1)); !checked)
    return checked;
  collector.add(*kind, words[1].text, words[2].text);
  return {};
}

/// `w(0,4,1,3)` as five words.
std::optional<std::array<Word, 5>> plume_words(const Word& line) {
  std::array<Word, 5> words{};
  if (line.text.size() < 2 || line.text[1] != '(' || !line.text.ends_with(')')) return std::nullopt;
  words[0] = {line.text.substr(0, 1), line.offset};
  std::size_t at = 2;
  for (std::size_t which = 1; which < words.size(); ++which) {
    const std::size_t end = line.text.find(which + 1 < words.size() ? ',' : ')', at);
    if (end == std::string_view::npos) return std::nullopt;
    words[which] = {line.text.substr(at, end - at), line.offset + at};
    at = end + 1;
  }
  if (at != line.text.size()) return std::nullopt;
  return words;
}

}  // namespace

TransactionHistory read_awdit(std::string_view text, Mistakes& mistakes) {
  Collector collector;
  std::vector<Word> words;
  std::uint32_t session = 1;
  Lines lines(text);
  while (const std::optional<Word> line = lines.next()) {
    if (mistakes.full()) break;
    split(*line, words);
    if (words.empty()) continue;
    if (words.size() == 1 && is_rule(words.front().text, '=')) {
      collector.end(std::to_string(session++), Outcome::ok);
    } else if (words.size() == 1 && is_rule(words.front().text, '-')) {
      collector.end(std::to_string(session), Outcome::ok);
    } else if (const Read<void> read = read_awdit_line(words, collector); !read) {
      mistakes.add(read.error());
    }
  }
  collector.end(std::to_string(session), Outcome::ok);
  return std::move(collector.history);
}

TransactionHistory read_plume(std::string_view text, Mistakes& mistakes) {
  constexpr std::string_view aborted = "-1";
  Collector collector;
  collector.history.set_initial(collector.history.values().text("0"));
  std::string session;
  std::string transaction;
  std::set<std::pair<std::string, std::string>> ended;  // or the one that is read
  const auto end = [&] {
    collector.end(session, transaction == aborted ? Outcome::failed : Outcome::ok);
  };
  Lines lines(text);
  while (const std::optional<Word> line = lines.next()) {
    if (mistakes.full()) break;
    if (line->text.empty()) continue;
    const auto words = plume_words(*line);
    const std::optional<AccessKind> kind = words ? kind_of((*words)[0].text) : std::nullopt;
    if (!kind) {
      mistakes.add(line->offset, "this is no operation",
                   "a line is r(KEY,VALUE,SESSION,TRANSACTION) or w(…)");
      continue;
    }
    if (const Read<void> checked = check_integers(std::span(*words).subspan(1)); !checked) {
      mistakes.add(checked.error());
      continue;
    }
    if ((*words)[3].text != session || (*words)[4].text != transaction) {
      end();
      session = (*words)[3].text;
      transaction = (*words)[4].text;
      // Those that were aborted have no number of their own.
      if (transaction != aborted && !ended.emplace(session, transaction).second) {
        mistakes.add((*words)[4].offset,
                     fmt::format("transaction {} of session {} has ended", transaction, session),
                     "the lines of a transaction follow each other");
      }
    }
    collector.add(*kind, (*words)[1].text, (*words)[2].text);
  }
  end();
  return std::move(collector.history);
}

}  // namespace splitvote::histories
