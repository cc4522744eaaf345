// What the operations of a history mean: the objects they speak to, and what those hold at first.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "scenarios/histories/event.hpp"

namespace splitvote::histories {

/// Named as porcupine, Knossos, Elle and Jepsen name them.
enum class Model : std::uint8_t {
  register_,
  cas_register,
  kv,
  list_append,
  rw_register,
  multi_register,
  mutex,
  bank,
  comments,
  counter,
  set,
  set_full,
  unique_ids,
  total_queue,
};

/// What one word asks for.
enum class Verb : std::uint8_t {
  read,
  write,
  cas,
  append,
  remove,
  acquire,
  release,
  transaction,
  of_workload,  // its judge knows
};

/// What a register is called that has no key.
inline constexpr std::string_view nameless_register = "the register";

struct ModelEntry {
  std::string_view name;
  Model model{};
  std::string_view help;
  std::span<const std::pair<std::string_view, Verb>> verbs;
};

[[nodiscard]] std::span<const ModelEntry> models();
[[nodiscard]] const ModelEntry& entry_of(Model model);
[[nodiscard]] std::optional<Model> model_named(std::string_view name);

[[nodiscard]] bool has_cas(const ModelEntry& entry);
/// Whether its reads are told values that its keys hold.
[[nodiscard]] bool has_values(const ModelEntry& entry);

/// Whether some model has such an operation.
[[nodiscard]] bool is_word_of_a_model(std::string_view word);

/// What it means that a read was told nil.
enum class NilReads : std::uint8_t {
  absent,   // the key holds nothing
  unknown,  // what it holds is not known
};

/// What it means that a compare-and-set failed.
enum class FailedSwaps : std::uint8_t {
  mismatch,   // the key held something else
  discarded,  // it never was; why is not known
};

/// How the events of a file are to be understood.
struct Meaning {
  Model model{};
  NilReads nil_reads = NilReads::absent;
  FailedSwaps failed_swaps = FailedSwaps::discarded;
  /// Values are `[key value]`, as jepsen.independent writes them.
  bool independent = false;
  std::optional<Datum> initial;  // absent: what the model begins with
  /// All keys are texts: nothing else is there that one could be mistaken for.
  bool text_keys = false;
};

/// The one model whose words and values these are, or why there is none.
[[nodiscard]] Read<Model> model_of(std::span<const Event> events);

}  // namespace splitvote::histories
