// What the header of a trace says in words: which run this is, and what its numbers are called.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/error.hpp"
#include "sim/trace/trace_encoder.hpp"

namespace splitvote::reports {

struct TracedNodeName {
  std::string name;
  bool client = false;

  bool operator==(const TracedNodeName&) const = default;
};

struct TracedMessageName {
  std::uint8_t kind = 0;
  std::string name;

  bool operator==(const TracedMessageName&) const = default;
};

/// The JSON text of a trace's header; README.md lists its keys.
struct TraceText {
  std::string scenario;  // its name
  std::string file;
  std::string variant;
  std::uint64_t seed = 0;
  std::string build;     // version and compiler
  std::string resolved;  // the whole scenario after includes, parameters and overrides, as YAML
  std::vector<TracedNodeName> nodes;        // by NodeId
  std::vector<TracedMessageName> messages;  // the kinds that exist
  std::uint64_t groups = 1;                 // on the servers, each with a leader and a log

  bool operator==(const TraceText&) const = default;

  /// The name, or `node 7` if the header does not know it.
  [[nodiscard]] std::string node_name(sim::NodeId node) const;
  [[nodiscard]] std::string message_name(std::uint64_t kind) const;
};

/// The header of a trace of that run: the text with the names of all notes, and role, commit index
/// and the reason of a halt as the nodes' state in keyframes.
[[nodiscard]] sim::TraceHeader trace_header(const TraceText& text);

/// Of several groups of servers the first that broke a promise, by the JSON of a run's summary: one
/// that was to be kept, or else one that was to be broken. 0 if none did, or without a summary.
[[nodiscard]] std::uint64_t first_broken_group(std::string_view summary);

/// Keys that are missing are empty; a text that is no such JSON is an error.
[[nodiscard]] sim::Result<TraceText> parse_trace_text(std::string_view json);

}  // namespace splitvote::reports
