// The histories of these tests with damage: whatever it is, the answer is a history or a complaint.
#include <algorithm>
#include <filesystem>

#include "sim/random/stream.hpp"
#include "tests/scenarios/histories/dbcop_bytes.hpp"
#include "tests/scenarios/histories/read_case.hpp"

using namespace splitvote;
using namespace splitvote::histories;

namespace {

/// A few cuts, swaps, copies and changes of bytes, mostly of those that mean something.
class Damage {
 public:
  explicit Damage(std::uint64_t seed) : stream_(seed, {sim::Purpose::fault_value, 23, 0}) {}

  std::string apply(std::string text) {
    for (std::size_t left = 1 + below(2); left > 0 && !text.empty(); --left) once(text);
    return text;
  }

 private:
  std::size_t below(std::size_t bound) { return sim::below(stream_.draw(), bound); }

  void once(std::string& text) {
    static constexpr std::string_view meaningful = "[](){}\"\\:;,#_ \n\tnil0123456789-.eE'=rw";
    const std::size_t at = below(text.size());
    const std::size_t size = 1 + below(std::min<std::size_t>(40, text.size() - at));
    const std::size_t other = below(text.size());
    switch (below(6)) {
      case 0:
        text[at] = meaningful[below(meaningful.size())];
        return;
      case 1:
        text[at] = static_cast<char>(below(256));
        return;
      case 2:
        text.erase(at, size);
        return;
      case 3:
        text.insert(other, text.substr(at, size));
        return;
      case 4:
        text.resize(at);
        return;
      default:
        text.insert(at, 1, meaningful[below(meaningful.size())]);
    }
  }

  sim::Stream stream_;
};

}  // namespace

TEST_CASE("damaged histories are read or refused, and what is read is judged and written") {
  std::vector<std::string> texts;
  for (const auto& file : std::filesystem::directory_iterator(case_path("")))
    texts.push_back(file_text(file.path().string()));
  const std::string both = dbcop_transaction({{1, 5, 1}, {0, 6, 0}});
  texts.push_back(dbcop_history({{both, dbcop_transaction({{0, 5, 1}}, 0)}, {both}}));
  std::ranges::sort(texts);
  REQUIRE(texts.size() >= 16);
  std::size_t read = 0;
  std::size_t refused = 0;

  for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
    const std::string text = Damage(seed).apply(texts[seed % texts.size()]);
    Choices choices;
    choices.independent = seed % 17 == 0;
    if (seed % 13 == 0) choices.format = formats()[seed / 13 % formats().size()].name;
    const auto reading = read_history("h", text, choices);
    if (!reading) {
      REQUIRE_FALSE(reading.error().empty());
      REQUIRE_FALSE(load::render(reading.error()).empty());
      ++refused;
      continue;
    }
    ++read;
    if (!reading->operations) continue;
    (void)consistency::find_model("linearizable")->check(*reading->operations, {});
    for (const Format& format : formats()) {
      if (format.write == nullptr) continue;
      const sim::Result<Written> written = format.write(*reading->operations, {});
      // Our own format has words for everything.
      if (format.name == "splitvote" && written) {
        CAPTURE(text);
        REQUIRE(complaints(written->text) == "");
      }
    }
  }

  CHECK(read > 500);
  CHECK(refused > 1000);
}
