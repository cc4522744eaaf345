// The shadow's two compact logs: runs of terms, and the tree that all logs share.
#include "models/check/replicas.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "models/check/term_runs.hpp"
#include "sim/random/stream.hpp"

TEST_CASE("the tree of terms unrolls a log from its last entry") {
  splitvote::check::TermTree tree;
  tree.add(2, 1, 0);
  tree.add(5, 4, 2);

  CHECK(tree.term_at(9, 5, 9) == 5);
  CHECK(tree.term_at(9, 5, 4) == 5);
  CHECK(tree.term_at(9, 5, 3) == 2);
  CHECK(tree.term_at(9, 5, 10) == 0);
  CHECK(tree.term_at(9, 7, 1) == 0);
}

TEST_CASE("the tree of terms comes to an end on logs whose terms go back") {
  splitvote::check::TermTree tree;
  tree.add(3, 5, 2);
  tree.add(2, 5, 3);

  CHECK(tree.term_at(9, 3, 1) == 0);
}

TEST_CASE("a log as runs of terms agrees with a plain list of its terms") {
  splitvote::sim::Stream stream(3, {splitvote::sim::Purpose::fault_value, 4, 0});
  splitvote::check::TermRuns runs;
  std::vector<std::uint64_t> terms;
  for (int step = 0; step < 20'000; ++step) {
    const std::int64_t dice = splitvote::sim::uniform(stream, 0, 19);
    if (dice == 0) {
      const auto first =
          static_cast<std::uint64_t>(splitvote::sim::uniform(stream, 1, std::ssize(terms) + 1));
      runs.truncate(first);
      terms.resize(std::min<std::size_t>(terms.size(), first - 1));
    } else {
      terms.push_back((terms.empty() ? 1 : terms.back()) + (dice < 4 ? 1 : 0));
      runs.append(terms.back());
    }
    const auto index =
        static_cast<std::uint64_t>(splitvote::sim::uniform(stream, 1, std::ssize(terms) + 2));
    REQUIRE(runs.last() == terms.size());
    REQUIRE(runs.last_term() == (terms.empty() ? 0 : terms.back()));
    REQUIRE(runs.term_at(index) == (index <= terms.size() ? terms[index - 1] : 0));
  }
}
