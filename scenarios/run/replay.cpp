// Records the run anew into a scratch file and compares it with the trace.
#include "scenarios/run/replay.hpp"

#include <cstdio>

#include "models/registry/protocol.hpp"
#include "scenarios/load/loader.hpp"
#include "scenarios/run/run.hpp"
#include "sim/trace/trace_reader.hpp"

namespace splitvote::run {

namespace {

/// Removes the file when the comparison is over, however it ends.
class Scratch {
 public:
  explicit Scratch(std::string path) : path_(std::move(path)) {}
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { std::remove(path_.c_str()); }

 private:
  std::string path_;
};

}  // namespace

sim::Result<Replay> replay(const std::string& path, const std::string& scratch) {
  const sim::Result<sim::TraceReader> recorded = sim::TraceReader::open(path);
  if (!recorded) return std::unexpected(recorded.error());
  sim::Result<reports::TraceText> text = reports::parse_trace_text(recorded->header().text);
  if (!text) return std::unexpected(text.error());
  const load::Loaded loaded = load::load_text(
      path, text->resolved, {.protocols = models::protocols(), .parameters = {}, .overrides = {}});
  if (!loaded.ok()) {
    return sim::failure(path + ": this build does not understand the recorded scenario:\n" +
                        load::render(loaded.diagnostics));
  }

  const Scratch remover(scratch);
  const RunOutcome outcome = run({.scenario = &loaded.variants.front().scenario,
                                  .file = text->file,
                                  .variant = text->variant,
                                  .seed = text->seed,
                                  .trace = scratch});
  if (outcome.summary.artifacts.empty()) return sim::failure(outcome.summary.verdict_reason);
  const sim::Result<sim::TraceReader> again = sim::TraceReader::open(scratch);
  if (!again) return std::unexpected(again.error());
  sim::Result<std::optional<sim::Difference>> difference = sim::compare(*recorded, *again);
  if (!difference) return std::unexpected(difference.error());

  Replay result{.recorded = std::move(*text),
                .records = recorded->records(),
                .digest = recorded->end().digest,
                .digest_now = outcome.summary.digest,
                .whole = recorded->complete(),
                .difference = std::move(*difference)};
  // A trace that was cut short says nothing of what would have come.
  if (!result.whole && result.difference && !result.difference->left) result.difference.reset();
  return result;
}

}  // namespace splitvote::run
