// The workloads of Jepsen, each in a file of its own: the shape of its events, and its promise.
#pragma once

#include "scenarios/histories/workload.hpp"

namespace splitvote::histories {

/// jepsen.tests.bank: reads of all accounts have the total of the first one, no other accounts, and
/// no balance below zero.
[[nodiscard]] Read<void> check_bank(const Event& event);
[[nodiscard]] consistency::Judgement judge_bank(Workings operations,
                                                const WorkloadSettings& settings);

/// jepsen.checker/set: what was acknowledged is in the last read, and nothing that nobody added.
[[nodiscard]] Read<void> check_set(const Event& event);
[[nodiscard]] consistency::Judgement judge_set(Workings operations,
                                               const WorkloadSettings& settings);

/// jepsen.checker/set-full: an element that is known is not missing from some moment on; if the
/// settings say so, from no read that is invoked later.
[[nodiscard]] consistency::Judgement judge_set_full(Workings operations,
                                                    const WorkloadSettings& settings);

/// jepsen.checker/counter: a read is not below the increments that were acknowledged before it was
/// invoked, nor above those that were attempted before it returned.
[[nodiscard]] Read<void> check_counter(const Event& event);
[[nodiscard]] consistency::Judgement judge_counter(Workings operations,
                                                   const WorkloadSettings& settings);

/// jepsen.cockroach.comments: whoever sees a write sees all that returned before it was invoked.
[[nodiscard]] Read<void> check_comments(const Event& event);
[[nodiscard]] consistency::Judgement judge_comments(Workings operations,
                                                    const WorkloadSettings& settings);

/// jepsen.checker/unique-ids: no two have the same.
[[nodiscard]] Read<void> check_unique_ids(const Event& event);
[[nodiscard]] consistency::Judgement judge_unique_ids(Workings operations,
                                                      const WorkloadSettings& settings);

/// jepsen.checker/total-queue: what was acknowledged comes out, and nothing that nobody put in.
[[nodiscard]] Read<void> check_queue(const Event& event);
[[nodiscard]] consistency::Judgement judge_queue(Workings operations,
                                                 const WorkloadSettings& settings);

}  // namespace splitvote::histories
