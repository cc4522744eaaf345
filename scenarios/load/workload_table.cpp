// The keys of a workload, and what its loop, open or closed, decides about those it does not give.
#include <limits>

#include "scenarios/load/draw.hpp"
#include "scenarios/load/tables.hpp"

namespace splitvote::load {
namespace {

constexpr std::uint32_t weight_max = 1'000'000;
constexpr std::uint32_t open_lanes = 64;

const Table<Mix>& mix_table() {
  static const auto table =
      Table<Mix>("a mix of operations")
          .key("put", &Mix::put, integer<std::uint32_t>(0, weight_max), "weight of writes")
          .key("get", &Mix::get, integer<std::uint32_t>(0, weight_max), "weight of reads")
          .key("cas", &Mix::cas, integer<std::uint32_t>(0, weight_max),
               "weight of compare-and-swaps")
          .key("remove", &Mix::remove, integer<std::uint32_t>(0, weight_max), "weight of removals")
          .check([](Reader& reader, const Node& node, Mix& mix) {
            if (mix.put + mix.get + mix.cas + mix.remove > 0) return true;
            reader.error(node, "a mix of nothing", "give one of the operations a weight");
            return false;
          });
  return table;
}

/// A mix names all it contains: what is not mentioned has no weight.
Type<Mix> mix() {
  Type<Mix> type = object("mix", mix_table);
  const auto read = type.read;
  type.read = [read](Reader& reader, const Node& node, Mix& value) {
    value = {0, 0, 0, 0};
    return read(reader, node, value);
  };
  return type;
}

const Table<Keys>& keys_table() {
  static const auto table =
      Table<Keys>("the choice of keys")
          .key("count", &Keys::count, integer<std::uint64_t>(1, 1'000'000), "how many keys")
          .key("dist", &Keys::kind,
               word<Keys::Kind>("a distribution of keys",
                                {{Keys::Kind::uniform, "uniform"}, {Keys::Kind::zipf, "zipf"}}),
               "uniform or zipf")
          .key("s", &Keys::exponent, decimal(0, 4), "the exponent of zipf")
          .check([](Reader& reader, const Node& node, Keys& keys) {
            if (keys.kind == Keys::Kind::zipf || !node.find("s")) return true;
            reader.error(node.find("s")->position, "\"s\" without \"dist: zipf\"",
                         "add dist: zipf");
            return false;
          });
  return table;
}

/// The exponent means something only with zipf, and is printed only then.
Type<Keys> keys() {
  Type<Keys> type = object("keys", keys_table);
  const auto write = type.write;
  type.write = [write](const Keys& value) {
    Node node = write(value);
    if (value.kind == Keys::Kind::uniform)
      std::erase_if(node.entries, [](const Entry& entry) { return entry.key == "s"; });
    return node;
  };
  return type;
}

const Table<Backoff>& backoff_table() {
  static const auto table =
      Table<Backoff>("a backoff")
          .key("base", &Backoff::base, duration(), "the first wait")
          .key("max", &Backoff::max, duration(), "waits double up to this")
          .key("jitter", &Backoff::jitter, share(), "the share of each wait that is drawn")
          .check([](Reader& reader, const Node& node, Backoff& backoff) {
            if (backoff.base <= backoff.max) return true;
            reader.error(node, "the base of the backoff is above its maximum", "swap base and max");
            return false;
          });
  return table;
}

/// The loop decides how many lanes there are if the file does not say, and which keys make sense.
bool settle_loop(Reader& reader, const Node& node, Workload& workload) {
  if (!node.find("lanes")) workload.lanes = workload.rate ? open_lanes : 1;
  const Entry* const think = node.find("think");
  if (!workload.rate || !think) return true;
  reader.error(think->position, "\"think\" beside \"rate\"",
               "an open loop (rate) has no think time; remove one of them", think->key.size());
  return false;
}

bool settle_times(Reader& reader, const Node& node, Workload& workload) {
  if (workload.stop && *workload.stop <= workload.start) {
    reader.error(node.find("stop")->value, "the load stops before it starts",
                 "stop is after start (" + to_text(workload.start) + ")");
    return false;
  }
  if (workload.request_timeout <= workload.timeout) return true;
  if (const Entry* const given = node.find("request_timeout")) {
    reader.error(given->value, "request_timeout is above timeout",
                 "at most " + to_text(workload.timeout));
    return false;
  }
  workload.request_timeout = workload.timeout;
  return true;
}

/// Rows that are printed only for the loop they belong to.
Table<Workload> add_loop(Table<Workload> table) {
  table.key("rate", &Workload::rate, rate(),
            "open loop: operations begun per second by all clients together; absent: closed loop");
  table.key("lanes", &Workload::lanes, integer<std::uint32_t>(1, 65'536),
            "operations outstanding per client: of an open loop at most, of a closed loop always");
  const Type<Draw> type = draw();
  table.row({"think", "closed loop: the time between an answer and the next operation",
             Presence::optional,
             [type](Reader& reader, const Entry& entry, Workload& workload) {
               return type.read(reader, entry.value, workload.think);
             },
             [type](const Workload& workload) -> std::optional<Node> {
               if (workload.rate) return std::nullopt;
               return type.write(workload.think);
             },
             type.schema});
  return table;
}

}  // namespace

const Table<Workload>& workload_table() {
  static constexpr sim::Duration least = sim::microseconds(1);

  static const auto table = [] {
    Table<Workload> whole("a workload");
    whole.required("name", &Workload::name, name("a workload's name"), "what predicates call it")
        .if_any("dc", &Workload::datacenter, name("a datacenter's name"),
                "the datacenter its clients are in")
        .key("clients", &Workload::clients, integer<std::uint32_t>(1, 1'000), "client nodes");
    whole = add_loop(std::move(whole));
    whole.key("mix", &Workload::mix, mix(), "weights of the operations")
        .key("keys", &Workload::keys, keys(), "which keys are used how often")
        .key("value_size", &Workload::value_size, size(), "of what is written, at least")
        .key("timeout", &Workload::timeout, duration(least),
             "of an operation: then its outcome is unknown")
        .key("request_timeout", &Workload::request_timeout, duration(least),
             "of one attempt: then it is retried elsewhere")
        .key("backoff", &Workload::backoff, object("backoff", backoff_table),
             "waits between attempts")
        .key("target", &Workload::target,
             word<Target>("a target", {{Target::leader, "leader"}, {Target::any, "any"}}),
             "whom a client asks first: the leader it believes in, or any server in turn")
        .key("start", &Workload::start, duration(), "when the load begins")
        .key("stop", &Workload::stop, duration(least), "when it ends; absent: with the run")
        .check(settle_loop)
        .check(settle_times);
    return whole;
  }();
  return table;
}

}  // namespace splitvote::load
