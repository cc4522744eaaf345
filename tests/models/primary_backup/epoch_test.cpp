// The arithmetic of epochs, by counting.
#include "models/primary_backup/epoch.hpp"

#include <doctest/doctest.h>

using namespace splitvote::primary_backup;

TEST_CASE("members own epochs in turn, beginning with the first") {
  CHECK(owner_rank(1, 3) == 0);
  CHECK(owner_rank(2, 3) == 1);
  CHECK(owner_rank(3, 3) == 2);
  CHECK(owner_rank(4, 3) == 0);
  CHECK(owner_rank(0, 3) == 0);
}

TEST_CASE("a member's next epoch is the first later one that it owns") {
  int wrong = 0;
  for (std::uint64_t members = 1; members <= 9; ++members) {
    for (std::uint64_t rank = 0; rank < members; ++rank) {
      for (Epoch epoch = 0; epoch < 40; ++epoch) {
        Epoch expected = epoch + 1;
        while (owner_rank(expected, members) != rank) ++expected;
        wrong += next_epoch(epoch, rank, members) != expected ? 1 : 0;
      }
    }
  }

  CHECK(wrong == 0);
}

TEST_CASE("the line begins behind the primary and ends with the primary itself") {
  CHECK(place_in_line(1, 1, 3) == 0);
  CHECK(place_in_line(1, 2, 3) == 1);
  CHECK(place_in_line(1, 0, 3) == 2);
  CHECK(place_in_line(3, 0, 3) == 0);
  CHECK(place_in_line(1, 0, 1) == 0);
}
