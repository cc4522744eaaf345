// The configurations a search has been at: by 128 bits each, or whole.
#include "models/consistency/configuration_set.hpp"

#include <algorithm>

namespace splitvote::consistency {

namespace {

constexpr std::size_t slots_min = 64;

// The finalizer of SplitMix64 (Steele, Lea, Flood 2014).
std::uint64_t mix(std::uint64_t word) {
  word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9;
  word = (word ^ (word >> 27)) * 0x94d049bb133111eb;
  return word ^ (word >> 31);
}

}  // namespace

ConfigurationHash hash_words(std::uint64_t first, std::uint64_t second) {
  const std::uint64_t high = mix(first + 0x9e3779b97f4a7c15);
  const std::uint64_t low = mix(first + 0xd1b54a32d192ed03);
  return {mix(high ^ (second + 0x8cb92ba72f3d8dd7)), mix(low ^ (second + 0xaef17502108ef2d9))};
}

bool ConfigurationSet::insert(ConfigurationHash hash) {
  if (hash == ConfigurationHash{}) hash.low = 1;
  if ((size_ + 1) * 2 > slots_.size()) grow();
  std::size_t at = hash.low & (slots_.size() - 1);
  for (; slots_[at] != ConfigurationHash{}; at = (at + 1) & (slots_.size() - 1))
    if (slots_[at] == hash) return false;
  slots_[at] = hash;
  ++size_;
  return true;
}

bool ConfigurationSet::insert(ConfigurationHash hash, std::span<const std::uint64_t> words) {
  if (hash == ConfigurationHash{}) hash.low = 1;
  if ((size_ + 1) * 2 > slots_.size()) grow();
  texts_.resize(slots_.size());
  std::size_t at = hash.low & (slots_.size() - 1);
  for (; slots_[at] != ConfigurationHash{}; at = (at + 1) & (slots_.size() - 1))
    if (slots_[at] == hash && same(at, words)) return false;
  slots_[at] = hash;
  texts_[at] = {words_.size(), words.size()};
  words_.insert(words_.end(), words.begin(), words.end());
  ++size_;
  return true;
}

bool ConfigurationSet::same(std::size_t slot, std::span<const std::uint64_t> words) const {
  return std::ranges::equal(std::span(words_).subspan(texts_[slot].begin, texts_[slot].size),
                            words);
}

void ConfigurationSet::clear() {
  slots_.assign(slots_min, {});
  texts_.clear();
  words_.clear();
  size_ = 0;
}

void ConfigurationSet::grow() {
  const std::size_t size = slots_.empty() ? slots_min : slots_.size() * 2;
  std::vector<ConfigurationHash> old(size);
  std::vector<Text> old_texts(texts_.empty() ? 0 : size);
  old.swap(slots_);
  old_texts.swap(texts_);
  for (std::size_t from = 0; from < old.size(); ++from) {
    if (old[from] == ConfigurationHash{}) continue;
    std::size_t at = old[from].low & (slots_.size() - 1);
    while (slots_[at] != ConfigurationHash{}) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = old[from];
    if (!texts_.empty()) texts_[at] = old_texts[from];
  }
}

}  // namespace splitvote::consistency
