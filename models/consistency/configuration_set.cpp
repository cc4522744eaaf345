// The configurations a search has been at, by 128 bits each.
#include "models/consistency/configuration_set.hpp"

namespace splitvote::consistency {

namespace {

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

void ConfigurationSet::grow() {
  std::vector<ConfigurationHash> old(slots_.empty() ? 64 : slots_.size() * 2);
  old.swap(slots_);
  for (const ConfigurationHash& hash : old) {
    if (hash == ConfigurationHash{}) continue;
    std::size_t at = hash.low & (slots_.size() - 1);
    while (slots_[at] != ConfigurationHash{}) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = hash;
  }
}

}  // namespace splitvote::consistency
