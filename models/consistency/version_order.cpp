// How stale reads were, exactly, when the order of the versions is known; and k-atomicity.
#include "models/consistency/version_order.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace splitvote::consistency {

namespace {

/// The writes of a key by version; version 0 is what it holds at the beginning. A version is
/// written at some moment between its bounds, and versions in their order.
struct Version {
  const Operation* write = nullptr;
  OperationId id{};
  std::uint64_t opens = 0;            // written behind this position, which counts from 1
  std::uint64_t closes = UINT64_MAX;  // and before this one
};

class StalenessCheck {
 public:
  StalenessCheck(const History& history, std::span<const OperationId> versions)
      : history_(history), keys_(history.keys(), std::vector<Version>(1)) {
    for (const OperationId id : versions) {
      const Operation& write = history.operation(id);
      keys_[index(write.key)].push_back({&write, id, write.invoked + 1, returned(write)});
    }
    if (history.times().empty()) return;
    returned_at_.resize(std::size_t{history.positions()} + 1);
    for (std::size_t at = 0; at < history.operations().size(); ++at)
      if (history.operations()[at].has_returned())
        returned_at_[returned(history.operations()[at])] = history.times()[at].returned;
  }

  StalenessReport measure() {
    if (!collect_versions() || !collect_reads()) return std::move(report_);
    for (std::vector<Version>& versions : keys_)
      if (!bound(versions)) return std::move(report_);
    for (const Read& read : reads_) report_.reads.push_back(staleness(read));
    return std::move(report_);
  }

 private:
  struct Read {
    OperationId id{};
    std::size_t version = 0;
  };

  static std::size_t index(KeyId key) { return static_cast<std::size_t>(key); }
  static std::uint64_t returned(const Operation& operation) {
    return operation.has_returned() ? std::uint64_t{operation.returned} + 1 : UINT64_MAX;
  }

  bool refuse(Verdict verdict, std::string reason) {
    report_.verdict = verdict;
    report_.reason = std::move(reason);
    return false;
  }

  // Every write that is known to have taken effect has one version, and every version its value.
  bool collect_versions() {
    std::vector<std::uint8_t> listed(history_.operations().size(), 0);
    for (const std::vector<Version>& versions : keys_)
      for (std::size_t at = 1; at < versions.size(); ++at) {
        const Operation& write = *versions[at].write;
        const auto id = static_cast<std::size_t>(versions[at].id);
        if (write.kind != OperationKind::write || write.outcome == Outcome::failed ||
            listed[id] != 0)
          return refuse(Verdict::unknown, "the versions are not those of writes, each once");
        listed[id] = 1;
        const auto [place, fresh] = versions_.insert({{write.key, write.argument}, at});
        if (!fresh || write.argument == history_.initial())
          return refuse(Verdict::unknown, "a value was written more than once");
      }
    for (std::size_t at = 0; at < listed.size(); ++at) {
      const Operation& one = history_.operations()[at];
      if (one.kind == OperationKind::read) continue;
      if (one.kind != OperationKind::write)
        return refuse(Verdict::unknown, "not all operations are reads and writes");
      if (one.outcome == Outcome::ok && listed[at] == 0)
        return refuse(Verdict::violated, "a write has no version: " +
                                             history_.describe(static_cast<OperationId>(at)) + ".");
    }
    return true;
  }

  bool collect_reads() {
    for (std::size_t at = 0; at < history_.operations().size(); ++at) {
      const Operation& read = history_.operations()[at];
      if (read.kind != OperationKind::read || read.outcome != Outcome::ok) continue;
      const auto id = static_cast<OperationId>(at);
      const auto found = versions_.find({read.key, read.result});
      if (found == versions_.end() && read.result != history_.initial())
        return refuse(Verdict::violated,
                      "a value was read that no version has: " + history_.describe(id) + ".");
      const std::size_t version = found == versions_.end() ? 0 : found->second;
      reads_.push_back({id, version});
      Version& told = keys_[index(read.key)][version];
      told.closes = std::min(told.closes, returned(read));
    }
    return true;
  }

  // A version is written before everything that comes before a later version is, and behind.
  bool bound(std::vector<Version>& versions) {
    for (std::size_t at = versions.size() - 1; at > 0; --at)
      versions[at - 1].closes = std::min(versions[at - 1].closes, versions[at].closes);
    for (std::size_t at = 1; at < versions.size(); ++at) {
      versions[at].opens = std::max(versions[at].opens, versions[at - 1].opens);
      if (versions[at].opens > versions[at].closes)
        return refuse(Verdict::violated, "in the order of the versions this one came too late: " +
                                             history_.describe(versions[at].id) + ".");
    }
    return true;
  }

  // The newest version that must have been there when the read was invoked closes before that.
  [[nodiscard]] Staleness staleness(const Read& read) const {
    const Operation& one = history_.operation(read.id);
    const std::vector<Version>& versions = keys_[index(one.key)];
    const std::uint64_t invoked = std::uint64_t{one.invoked} + 1;
    const auto newer = versions.begin() + static_cast<std::ptrdiff_t>(read.version) + 1;
    const auto later = std::ranges::partition_point(
        newer, versions.end(), [&](const Version& version) { return version.closes < invoked; });
    Staleness made{read.id, static_cast<std::uint64_t>(later - newer), {}};
    if (later == newer || history_.times().empty()) return made;
    made.time =
        history_.times()[static_cast<std::size_t>(read.id)].invoked - returned_at_[newer->closes];
    return made;
  }

  const History& history_;
  std::vector<std::vector<Version>> keys_;
  std::map<std::pair<KeyId, ValueId>, std::size_t> versions_;
  std::vector<Read> reads_;
  std::vector<sim::Instant> returned_at_;  // by position, which counts from 1
  StalenessReport report_;
};

}  // namespace

StalenessReport measure_staleness(const History& history, std::span<const OperationId> versions) {
  return StalenessCheck(history, versions).measure();
}

Judgement judge_k_atomic(const History& history, std::span<const OperationId> versions,
                         std::uint64_t k) {
  const StalenessReport report = measure_staleness(history, versions);
  if (report.verdict == Verdict::unknown) return {report.verdict, 0, {}, report.reason};
  if (report.verdict == Verdict::violated)
    return {report.verdict, 0, Contradiction{{}, false, report.reason}, {}};
  for (const Staleness& one : report.reads) {
    if (one.versions < k) continue;
    return {Verdict::violated,
            0,
            Contradiction{{one.read},
                          false,
                          "there were " + std::to_string(one.versions) +
                              " newer versions: " + history.describe(one.read) + "."},
            {}};
  }
  return {};
}

}  // namespace splitvote::consistency
