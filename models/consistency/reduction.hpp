// How a history becomes observations: finds for every value that was read the write it comes from.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "models/consistency/observations.hpp"

namespace splitvote::consistency {

/// An operation or a transaction on its way to become a node.
struct DraftItem {
  SessionId session{};
  Outcome outcome = Outcome::unknown;
  Position invoked = 0;
  Position returned = never_returned;
  std::uint32_t reads_end = 0;
  std::uint32_t writes_end = 0;
};

struct DraftRead {
  KeyId key{};
  ValueId value = nothing;
  ListId list{};  // instead, if it is not empty
};

struct DraftWrite {
  KeyId key{};
  ValueId value = nothing;
  std::uint32_t item = 0;
  bool last = true;        // the item does not write to the key again
  std::uint32_t rank = 0;  // how often it had done so before
};

/// Items in the order of their invocations, each with its reads and writes behind the others'.
class Reduction {
 public:
  Reduction(std::size_t keys, std::size_t sessions);

  void add(SessionId session, Outcome outcome, Position invoked, Position returned);
  void read(KeyId key, ValueId value) { reads_.push_back({key, value, ListForest::empty(key)}); }
  /// A list that is not empty, by the content of its value.
  ListId read_list(KeyId key, std::string_view content);
  [[nodiscard]] const ListForest& lists() const { return made_.forest_; }
  void write(KeyId key, ValueId value);
  /// Reads of the key are left out from now on, because of that.
  void mute(KeyId key, std::string_view why);
  void leave_out(std::string_view why);
  void hold_list(KeyId key) { made_.holds_list_[static_cast<std::size_t>(key)] = 1; }
  [[nodiscard]] bool is_mute(KeyId key) const { return mute_[static_cast<std::size_t>(key)] != 0; }
  /// What the key holds at the beginning.
  void set_initial(KeyId key, ValueId value) { initial_[static_cast<std::size_t>(key)] = value; }
  /// That the key holds lists, of which the longest has these elements, and who read that.
  void set_versions(KeyId key, std::span<const ValueId> elements, std::uint32_t reader);
  /// That the element, which the item has read so often within a list, was written as often.
  void expect(KeyId key, ValueId element, std::uint32_t reader, std::uint32_t times) {
    expected_.push_back({key, element, reader, times});
  }
  /// The items contradict, and none of them could be left out. `anomaly`: what that is called if
  /// they are transactions.
  void refuse(std::span<const std::uint32_t> items, std::string why, std::string anomaly = {});

  [[nodiscard]] Observations finish(const History* operations,
                                    const TransactionHistory* transactions);

 private:
  static constexpr std::uint32_t no_item = UINT32_MAX;
  enum class Source : std::uint8_t { known, unclear, none };
  struct Found {
    Source source = Source::unclear;
    std::uint32_t item = no_item;  // no_item: it was there at the beginning
  };

  struct Expected {
    KeyId key{};
    ValueId element = nothing;
    std::uint32_t reader = no_item;
    std::uint32_t times = 1;
  };

  struct Versions {
    KeyId key{};
    std::vector<ValueId> elements;
    std::uint32_t reader = no_item;
  };

  [[nodiscard]] std::span<const DraftWrite> writers(KeyId key, ValueId value) const;
  /// What was read is the key's value, or the last element of a list, or another one.
  enum class Part : std::uint8_t { whole, last, inner };
  [[nodiscard]] Found source(KeyId key, ValueId value, Part part, std::uint32_t reader);
  void check_expected();
  void refuse_unwritten(KeyId key, std::uint32_t reader);
  void refuse_failed(KeyId key, std::uint32_t reader, std::uint32_t writer);
  void resolve();
  void resolve(std::uint32_t item);
  void resolve_list(const DraftRead& read, std::uint32_t item);
  [[nodiscard]] Found take_in(KeyId key, ValueId value, Part part, std::uint32_t reader);
  [[nodiscard]] bool writes(std::uint32_t item, KeyId key) const;
  void count(std::uint32_t item);
  void number_nodes();
  void fill_nodes();
  [[nodiscard]] Node node_of(const Found& found) const;
  void link_versions();
  void link_versions(const Versions& versions);
  void refuse_torn(const Versions& versions, std::uint32_t writer, std::uint32_t intruder);
  [[nodiscard]] std::string words(std::uint32_t item) const;

  std::vector<DraftItem> items_;
  std::vector<DraftRead> reads_;
  std::vector<DraftWrite> writes_;   // by item
  std::vector<DraftWrite> written_;  // by key and value
  std::vector<std::uint8_t> mute_;   // by key
  std::vector<ValueId> initial_;
  std::vector<std::uint32_t> last_write_;  // by key: the place behind it
  std::vector<Versions> versions_;
  std::vector<Expected> expected_;
  std::size_t session_names_;
  ListFinder finder_;
  std::vector<Found> found_;            // by read
  std::vector<Found> found_elements_;   // the last ones, by list
  std::vector<std::uint8_t> resolved_;  // by list: all its elements have been, as inner ones
  std::vector<ListId> way_;
  std::vector<std::uint8_t> counts_;  // by item: it took effect
  std::vector<std::uint32_t> open_;   // items that turned out to have taken effect
  std::vector<Node> nodes_;           // by item
  Observations made_;
};

}  // namespace splitvote::consistency
