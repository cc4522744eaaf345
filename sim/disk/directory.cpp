// Directory entries, their unsynced changes, and which of these a loss of power leaves.
#include "sim/disk/directory.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace splitvote::sim {

namespace {

template <typename Entries>
auto find_entry(Entries& entries, std::string_view name) {
  return std::find_if(entries.begin(), entries.end(),
                      [name](const auto& entry) { return entry.name == name; });
}

}  // namespace

InodeId Directory::find(std::string_view name) const {
  const auto found = find_entry(entries_, name);
  return found == entries_.end() ? no_inode : found->inode;
}

void Directory::link(std::string_view name, InodeId inode) {
  SPLITVOTE_CHECK(find(name) == no_inode);
  make({Change::Kind::link, inode, std::string(name), {}});
}

void Directory::rename(std::string_view source, std::string_view target) {
  const InodeId inode = find(source);
  SPLITVOTE_CHECK(inode != no_inode);
  make({Change::Kind::rename, inode, std::string(source), std::string(target)});
}

void Directory::remove(std::string_view name) {
  const InodeId inode = find(name);
  SPLITVOTE_CHECK(inode != no_inode);
  make({Change::Kind::remove, inode, std::string(name), {}});
}

void Directory::make(Change change) {
  apply(change, entries_);
  changes_.push_back(std::move(change));
}

void Directory::apply(const Change& change, std::vector<Entry>& entries) {
  // On the platter a change before this one may not have happened. So a name is taken away only
  // from the file it was taken from, and a rename gives its file the new name in any case.
  if (change.kind != Change::Kind::link) {
    std::erase_if(entries, [&change](const Entry& entry) {
      return entry.name == change.name && entry.inode == change.inode;
    });
  }
  if (change.kind == Change::Kind::remove) return;
  const std::string& name = change.kind == Change::Kind::rename ? change.target : change.name;
  const auto found = find_entry(entries, name);
  if (found == entries.end())
    entries.push_back({name, change.inode});
  else
    found->inode = change.inode;
}

void Directory::sync_until(std::uint64_t mark) {
  if (mark <= first_number_) return;
  const auto count = static_cast<std::ptrdiff_t>(mark - first_number_);
  const auto end = changes_.begin() + count;
  std::for_each(changes_.begin(), end, [this](const Change& change) { apply(change, durable_); });
  changes_.erase(changes_.begin(), end);
  first_number_ = mark;
}

void Directory::lose_power(Stream& loss, LossMode mode, PowerLossSummary& summary) {
  for (const Change& change : changes_) {
    bool happened = mode == LossMode::keep;
    if (mode == LossMode::tear || mode == LossMode::random) happened = loss.draw() % 2 == 0;
    if (happened)
      apply(change, durable_);
    else
      ++summary.entries_lost;
  }
  first_number_ = mark();
  changes_.clear();
  entries_ = durable_;
}

bool Directory::may_lead_to(InodeId inode) const {
  const auto leads = [inode](const auto& link) { return link.inode == inode; };
  return std::any_of(entries_.begin(), entries_.end(), leads) ||
         std::any_of(durable_.begin(), durable_.end(), leads) ||
         std::any_of(changes_.begin(), changes_.end(), leads);
}

}  // namespace splitvote::sim
