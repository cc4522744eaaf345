// Writes to a key that become known one after the other, and reads that must see the newest of
// those which are known.
#include "models/consistency/overtaking.hpp"

#include <algorithm>

#include "models/consistency/precedence.hpp"

namespace splitvote::consistency {

Overtaking::Overtaking(const Observations& observations)
    : keys_(observations.keys()), writes_(observations.nodes()) {}

void Overtaking::begin() { ++generation_; }

Overtaking::Key& Overtaking::of(KeyId key) {
  Key& one = keys_[static_cast<std::size_t>(key)];
  if (one.generation != generation_) one = {.generation = generation_};
  return one;
}

Overtaking::Write& Overtaking::of(Node writer) {
  Write& one = writes_[writer];
  if (one.generation != generation_) one = {.generation = generation_};
  return one;
}

void Overtaking::learn(KeyId key_id, Node writer) {
  Write& write = of(writer);
  if (write.rank != 0) return;
  Key& key = of(key_id);
  write.rank = ++key.known;
  key.last = writer;
  if (write.seen.writer != nobody_wrote) consider(key, write.seen);
}

// Of all views two are enough: the one that knew most, and the best of another write.
void Overtaking::consider(Key& key, const View& view) {
  if (view.writer == key.newest.writer) {
    if (view.known > key.newest.known) key.newest = view;
    return;
  }
  if (key.newest.writer == nobody_wrote || view.known > key.newest.known) {
    key.other = key.newest;
    key.newest = view;
  } else if (key.other.writer == nobody_wrote || view.known > key.other.known) {
    key.other = view;
  }
}

std::optional<Overtaken> Overtaking::see(KeyId key_id, Node reader, Node writer) {
  Key& key = of(key_id);
  if (writer == nobody_wrote) {
    if (key.known == 0) return {};
    return Overtaken{nobody_wrote, reader, nobody_wrote, key.last};
  }
  Write& write = of(writer);
  const View view{writer, reader, key.known};
  if (write.rank == 0) {
    write.seen = view;
    return {};
  }
  const View& before = key.newest.writer == writer ? key.other : key.newest;
  if (before.writer != nobody_wrote && before.known >= write.rank)
    return Overtaken{before.reader, reader, writer, before.writer};
  consider(key, view);
  return {};
}

Contradiction explain(const Observations& observations, KeyId key, const Overtaken& overtaken) {
  Contradiction contradiction;
  const auto words = [&](Node node) { return "<" + observations.describe(node) + ">"; };
  const std::string name = observations.spell(key);
  if (overtaken.first == nobody_wrote)
    return explain_initial(observations, key, overtaken.reader, overtaken.lost);
  contradiction.explanation = words(overtaken.first) + " had to know of " + words(overtaken.seen) +
                              " and saw what " + words(overtaken.lost) + " wrote to " + name +
                              ", but " + words(overtaken.reader) +
                              " had to know of the latter and saw the former.";
  for (const Link& link : {Link{overtaken.seen, overtaken.first, Because::known, key},
                           Link{overtaken.lost, overtaken.first, Because::seen, key},
                           Link{overtaken.lost, overtaken.reader, Because::known, key},
                           Link{overtaken.seen, overtaken.reader, Because::seen, key}})
    if (link.earlier != link.later) contradiction.arrows.push_back(arrow(observations, link));
  for (const Node node : {overtaken.first, overtaken.reader, overtaken.seen, overtaken.lost})
    if (node != nobody_wrote)
      contradiction.operations.push_back(static_cast<OperationId>(observations.origin(node)));
  std::ranges::sort(contradiction.operations);
  const auto repeated = std::ranges::unique(contradiction.operations);
  contradiction.operations.erase(repeated.begin(), repeated.end());
  return contradiction;
}

}  // namespace splitvote::consistency
