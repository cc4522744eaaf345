// The table of formats, and how each begins.
#include "scenarios/histories/formats.hpp"

#include <algorithm>
#include <array>

#include "scenarios/histories/awdit.hpp"
#include "scenarios/histories/columns.hpp"
#include "scenarios/histories/dbcop.hpp"
#include "scenarios/histories/etcd_log.hpp"
#include "scenarios/histories/jepsen.hpp"
#include "scenarios/histories/lines.hpp"
#include "scenarios/histories/own_format.hpp"
#include "scenarios/histories/porcupine.hpp"
#include "scenarios/histories/understanding.hpp"

namespace splitvote::histories {

namespace {

constexpr std::string_view blanks = " \t\r\n,";

/// Behind blanks, EDN's comments and what opens a collection.
std::string_view first_map(std::string_view text) {
  for (std::size_t at = 0; (at = text.find_first_not_of(blanks, at)) < text.size();) {
    if (text[at] == ';') {
      at = std::min(text.find('\n', at), text.size());
    } else if (text[at] == '[' || text[at] == '(') {
      ++at;
    } else {
      return text.substr(at);
    }
  }
  return {};
}

/// The first thing within the first map.
std::string_view first_member(std::string_view text) {
  const std::string_view map = first_map(text);
  const std::size_t at = map.starts_with('{') ? map.find_first_not_of(blanks, 1) : map.size();
  return map.substr(std::min(at, map.size()));
}

std::vector<Word> first_words(std::string_view text) {
  std::vector<Word> words;
  Lines lines(text);
  while (words.empty())
    if (const std::optional<Word> line = lines.next()) {
      split(*line, words);
    } else {
      break;
    }
  return words;
}

bool begins_as_own(std::string_view text) {
  return first_member(text).starts_with("\"splitvote_history\"");
}

bool begins_as_porcupine(std::string_view text) {
  return first_member(text).starts_with("\"ClientId\"");
}

bool begins_as_json(std::string_view text) {
  return first_member(text).starts_with('"') && !begins_as_own(text) && !begins_as_porcupine(text);
}

bool begins_as_edn(std::string_view text) {
  const std::string_view map = first_map(text);
  return first_member(text).starts_with(':') || map.starts_with('#');
}

bool begins_as_etcd_log(std::string_view text) {
  const std::vector<Word> words = first_words(text);
  return words.size() > 1 && words[1].text == "jepsen.util";
}

bool resembles_etcd_log(std::string_view text) {
  const std::vector<Word> words = first_words(text);
  return std::ranges::find(words, "jepsen.util", &Word::text) != words.end();
}

bool begins_as_columns(std::string_view text) {
  const std::vector<Word> words = first_words(text);
  return words.size() == 8 && is_integer(words[0].text);
}

bool resembles_columns(std::string_view text) {
  const std::vector<Word> words = first_words(text);
  return words.size() == 8 || (words.size() > 1 && is_integer(words[0].text));
}

bool is_access(std::string_view word) { return word == "r" || word == "w"; }

bool begins_as_awdit(std::string_view text) {
  const std::vector<Word> words = first_words(text);
  return words.size() == 3 && is_access(words[0].text);
}

bool resembles_awdit(std::string_view text) {
  const std::vector<Word> words = first_words(text);
  const bool has_shape =
      words.size() == 3 && is_integer(words[1].text) && is_integer(words[2].text);
  return !words.empty() && (has_shape || is_access(words[0].text));
}

bool begins_as_plume(std::string_view text) {
  const std::vector<Word> words = first_words(text);
  return !words.empty() && words[0].text.size() > 1 && is_access(words[0].text.substr(0, 1)) &&
         words[0].text[1] == '(';
}

constexpr Meaning jepsen_meaning{.nil_reads = NilReads::unknown,
                                 .failed_swaps = FailedSwaps::discarded};
constexpr Meaning strict_meaning{.nil_reads = NilReads::absent,
                                 .failed_swaps = FailedSwaps::mismatch};

void understand_jepsen(const JepsenEvents& events, const Choices& choices, Reading& reading,
                       Mistakes& mistakes) {
  understand(events.clients, jepsen_meaning, choices, reading, mistakes);
  reading.faults = faults_of(events.nemesis);
}

void edn(std::string_view text, const Choices& choices, Reading& reading, Mistakes& mistakes) {
  understand_jepsen(read_jepsen_edn(text, mistakes), choices, reading, mistakes);
}

void json(std::string_view text, const Choices& choices, Reading& reading, Mistakes& mistakes) {
  understand_jepsen(read_jepsen_json(text, mistakes), choices, reading, mistakes);
}

void etcd(std::string_view text, const Choices& choices, Reading& reading, Mistakes& mistakes) {
  understand(read_etcd_log(text, mistakes), strict_meaning, choices, reading, mistakes);
}

void columns(std::string_view text, const Choices& choices, Reading& reading, Mistakes& mistakes) {
  understand(read_columns(text, mistakes), strict_meaning, choices, reading, mistakes);
}

void own(std::string_view text, const Choices&, Reading& reading, Mistakes& mistakes) {
  reading.operations = read_own(text, reading.faults, mistakes);
}

void porcupine(std::string_view text, const Choices& choices, Reading& reading,
               Mistakes& mistakes) {
  reading.operations = read_porcupine(text, choices.initial, mistakes);
}

void awdit(std::string_view text, const Choices&, Reading& reading, Mistakes& mistakes) {
  reading.transactions = read_awdit(text, mistakes);
}

void plume(std::string_view text, const Choices&, Reading& reading, Mistakes& mistakes) {
  reading.transactions = read_plume(text, mistakes);
}

void dbcop(std::string_view bytes, const Choices&, Reading& reading, Mistakes& mistakes) {
  reading.transactions = read_dbcop(bytes, mistakes);
}

sim::Result<Written> to_own(const consistency::History& history, Faults faults) {
  sim::Result<std::string> text = write_own(history, faults);
  if (!text) return std::unexpected(text.error());
  return Written{std::move(*text), {}};
}

bool has_versions(const consistency::History& history) { return history.has_versions(); }
bool has_versions(const consistency::TransactionHistory&) { return false; }

/// By a writer that has no words for faults and versions.
template <auto write, typename History>
sim::Result<Written> plain(const History& history, Faults faults) {
  sim::Result<Written> written = write(history);
  if (written && !faults.empty()) written->notes.emplace_back("the faults are left out");
  if (written && has_versions(history))
    written->notes.emplace_back(
        "the numbers of versions are left out; what only they decide will be unknown");
  return written;
}

constexpr std::array table{
    Format{.name = "splitvote",
           .help = "this project's own, JSON a line; FORMAT.md describes it",
           .extension = ".jsonl",
           .fits = begins_as_own,
           .read = own,
           .write = to_own},
    Format{.name = "jepsen-edn",
           .help = "Jepsen's operation maps in EDN, as Knossos, Elle and porcupine have them",
           .extension = ".edn",
           .fits = begins_as_edn,
           .read = edn,
           .write = plain<write_jepsen_edn>,
           .write_transactions = plain<write_transactions_edn>,
           .takes_model = true},
    Format{.name = "jepsen-json",
           .help = "the same in JSON: an array, or a map a line",
           .extension = ".json",
           .fits = begins_as_json,
           .read = json,
           .write = plain<write_jepsen_json>,
           .write_transactions = plain<write_transactions_json>,
           .takes_model = true},
    Format{.name = "porcupine-json",
           .help = "porcupine's events as Go writes them in JSON",
           .fits = begins_as_porcupine,
           .read = porcupine,
           .write = plain<write_porcupine>,
           .takes_initial = true},
    Format{.name = "etcd-log",
           .help = "the log lines of Jepsen's etcd tests, as porcupine reads them",
           .extension = ".log",
           .fits = begins_as_etcd_log,
           .resembles = resembles_etcd_log,
           .read = etcd,
           .takes_model = true},
    Format{.name = "columns",
           .help = "an operation a line: client op key a b out call ret",
           .fits = begins_as_columns,
           .resembles = resembles_columns,
           .read = columns,
           .takes_model = true},
    Format{.name = "awdit",
           .help = "AWDIT's text: r and w lines, ----- and ===== between",
           .fits = begins_as_awdit,
           .resembles = resembles_awdit,
           .read = awdit},
    Format{.name = "plume",
           .help = "Plume's text: r(key,value,session,transaction)",
           .fits = begins_as_plume,
           .read = plume},
    Format{.name = "dbcop",
           .help = "dbcop's binary files, which PolySI has: transactions by session",
           .extension = ".bincode",
           .fits = begins_as_dbcop,
           .read = dbcop,
           .content = Content::bytes},
};

}  // namespace

std::span<const Format> formats() { return table; }

const Format* find_format(std::string_view name) {
  const auto found = std::ranges::find(table, name, &Format::name);
  return found == table.end() ? nullptr : &*found;
}

}  // namespace splitvote::histories
