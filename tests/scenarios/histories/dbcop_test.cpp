// dbcop's binary format: what its bytes mean, and at which byte what means nothing is refused.
#include "tests/scenarios/histories/dbcop_bytes.hpp"
#include "tests/scenarios/histories/read_case.hpp"

using namespace splitvote;
using namespace splitvote::histories;
using consistency::Verdict;

namespace {

std::string described(const std::string& bytes) {
  const Reading reading = read_text(bytes);
  REQUIRE(reading.transactions);
  std::string all;
  for (std::uint32_t at = 0; at < reading.transactions->transactions().size(); ++at)
    all += reading.transactions->describe(consistency::TransactionId{at}) + "\n";
  return all;
}

Verdict judge(const std::string& bytes, std::string_view level) {
  const Reading reading = read_text(bytes);
  REQUIRE(reading.transactions);
  return consistency::find_transaction_model(level)->check(*reading.transactions, {}).verdict;
}

/// 40 bytes of numbers, then texts of 8 + 2, 8 and 8 + 4 bytes: the sessions' number is at byte 70.
const std::string header = dbcop_header();
const std::string write_1 = dbcop_transaction({{1, 5, 1}});

}  // namespace

TEST_CASE("dbcop's sessions, transactions and events are read in their order") {
  const std::string bytes =
      dbcop_history({{dbcop_transaction({{1, 5, 1}, {0, 6, 0}}), dbcop_transaction({{0, 5, 1}})},
                     {},
                     {dbcop_transaction({{1, 6, UINT64_MAX}})}});

  CHECK(read_text(bytes).format == "dbcop");
  CHECK(described(bytes) ==
        "transaction 1 of 1 (write 5 = 1, read 6 -> 0)\n"
        "transaction 2 of 1 (read 5 -> 1)\n"
        "transaction 3 of 3 (write 6 = 18446744073709551615)\n");
}

TEST_CASE("dbcop: what did not succeed never was, and who did not commit is aborted") {
  CHECK(described(dbcop_history({{dbcop_transaction({{1, 5, 1, 0}, {0, 5, 0}})},
                                 {dbcop_transaction({{1, 5, 2}}, 0)}})) ==
        "transaction 1 of 1 (read 5 -> 0)\n"
        "transaction 2 of 2 (write 5 = 2) -> aborted\n");
  const std::string aborted = dbcop_transaction({{1, 5, 2}}, 0);
  const std::string reader = dbcop_transaction({{0, 5, 2}});
  CHECK(judge(dbcop_history({{aborted}, {reader}}), "read-committed") == Verdict::violated);
}

TEST_CASE("dbcop: every key holds 0 at first, and there is no real time") {
  const std::string reader = dbcop_transaction({{0, 5, 0}});

  CHECK(judge(dbcop_history({{write_1}, {reader}}), "strong-session-serializable") == Verdict::ok);
  CHECK(judge(dbcop_history({{write_1, reader}}), "read-atomic") == Verdict::violated);
  CHECK(judge(dbcop_history({{write_1}}), "strict-serializable") == Verdict::unknown);
}

TEST_CASE("a file that does not begin as dbcop's is known by its name or by --format") {
  Choices choices;
  choices.format = "dbcop";
  const std::string cut = header.substr(0, 39);

  CHECK(complaints(cut) ==
        "1:1: error: a control character (U+0007); of a binary file choose the --format\n");
  CHECK(complaints(cut, choices) ==
        " error: byte 39: the file ends before the events of a transaction is complete; the file "
        "is cut off\n");
  const auto by_name = read_history("h.bincode", cut, {});
  REQUIRE_FALSE(by_name);
  CHECK(load::render(by_name.error()).starts_with("h.bincode: error: byte 39: "));
  CHECK(complaints("r 0 1", choices).starts_with(" error: byte 5: the file ends before "));
}

TEST_CASE("dbcop's header is refused where its numbers cannot be") {
  Choices choices;
  choices.format = "dbcop";

  CHECK(complaints(header, choices) ==
        " error: byte 70: the file ends before the number of sessions is complete; the file is cut "
        "off\n");
  CHECK(complaints(header.substr(0, 40) + dbcop_number(UINT64_MAX), choices) ==
        " error: byte 40: 18446744073709551615 bytes of the database's name do not fit into the 0 "
        "bytes that follow; the file is cut off, or this is no count\n");
  CHECK(complaints(header + dbcop_number(2) + dbcop_number(0), choices) ==
        " error: byte 70: 2 sessions do not fit into the 8 bytes that follow; the file is cut off, "
        "or this is no count\n");
}

TEST_CASE("dbcop's counts are not believed before there are bytes for them") {
  const std::uint64_t absurd = std::uint64_t{1} << 61;

  CHECK(complaints(header + dbcop_number(1) + dbcop_number(absurd)) ==
        " error: byte 78: 2305843009213693952 transactions do not fit into the 0 bytes that "
        "follow; the file is cut off, or this is no count\n");
  CHECK(complaints(header + dbcop_number(1) + dbcop_number(1) + dbcop_number(absurd) + '\1') ==
        " error: byte 86: 2305843009213693952 events do not fit into the 1 bytes that follow; the "
        "file is cut off, or this is no count\n");
  CHECK(complaints(header + dbcop_number(1) + dbcop_number(2) + dbcop_transaction({}))
            .starts_with(" error: byte 78: 2 transactions do not fit into the 9 bytes that"));
}

TEST_CASE("dbcop's flags are 0 or 1") {
  const auto with = [](const DbcopEvent& event, char committed) {
    return complaints(dbcop_history({{dbcop_transaction({event}, committed)}}));
  };

  CHECK(with({2, 5, 1}, 1) == " error: byte 94: the flag of a write is 2; a flag is 0 or 1\n");
  CHECK(with({1, 5, 1, '\xff'}, 1) ==
        " error: byte 111: the flag of a success is 255; a flag is 0 or 1\n");
  CHECK(with({1, 5, 1}, 7) == " error: byte 112: the flag of a commit is 7; a flag is 0 or 1\n");
}

TEST_CASE("a dbcop file ends with its last transaction, neither before nor behind it") {
  const std::string whole = dbcop_history({{write_1}});
  REQUIRE(whole.size() == 113);

  CHECK(complaints(whole) == "");
  CHECK(complaints(whole + "xyz") ==
        " error: byte 113: 3 bytes behind the last session; a file ends with its last "
        "transaction\n");
  CHECK(complaints(whole.substr(0, 112)) ==
        " error: byte 112: the file ends before the flag of a commit is complete; the "
        "file is cut off\n");
}
