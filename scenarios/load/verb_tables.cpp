// The keys of each verb.
#include "scenarios/load/verb_tables.hpp"

#include <fmt/format.h>

#include <array>

#include "scenarios/load/draw.hpp"
#include "scenarios/load/order_table.hpp"
#include "scenarios/load/selector_text.hpp"
#include "scenarios/load/tables.hpp"

namespace splitvote::load {
namespace {

Type<Lose> lose() {
  return word<Lose>("what a power loss does", {{Lose::nothing, "nothing"},
                                               {Lose::unsynced, "unsynced"},
                                               {Lose::torn, "torn"},
                                               {Lose::random, "random"},
                                               {Lose::all, "all"}});
}

constexpr std::string_view lose_help =
    "unsynced sectors: nothing of them, all unsynced, torn, or random; all: the whole disk";
constexpr std::string_view nodes_help = "which nodes";

template <typename Verb>
const Table<Verb>& nodes_table() {
  static const auto table =
      Table<Verb>("a verb on nodes").required("nodes", &Verb::nodes, node_set(), nodes_help);
  return table;
}

const Table<Crash>& crash_table() {
  static const auto table = Table<Crash>("a crash")
                                .required("nodes", &Crash::nodes, node_set(), nodes_help)
                                .key("lose", &Crash::lose, lose(), lose_help);
  return table;
}

const Table<PowerLoss>& power_loss_table() {
  static const auto table = Table<PowerLoss>("a power loss")
                                .required("nodes", &PowerLoss::nodes, node_set(), nodes_help)
                                .key("lose", &PowerLoss::lose, lose(), lose_help);
  return table;
}

/// `crash: leader` is `crash: {nodes: leader}`.
template <typename Verb>
Type<Verb> on_nodes(std::string_view name, const Table<Verb>& (*table)()) {
  Type<Verb> type = object(name, table);
  const auto read = type.read;
  const auto schema = type.schema;
  type.read = [read](Reader& reader, const Node& node, Verb& verb) {
    if (node.is_map()) return read(reader, node, verb);
    return node_set().read(reader, node, verb.nodes);
  };
  type.schema = [schema](Definitions& definitions) {
    const std::string whole = schema(definitions);
    return definitions.any_of({whole, node_set().schema(definitions)});
  };
  return type;
}

const Table<Ends>& ends_table() {
  static const auto table = [] {
    Table<Ends> ends("the ends of a link");
    add_ends(ends);
    return ends;
  }();
  return table;
}

template <typename Verb>
Table<Verb> with_ends(std::string_view due) {
  Table<Verb> table(due);
  table.inlined(&Verb::ends, ends_table());
  table.form(check_ends);
  return table;
}

const Table<Cut>& cut_table() {
  static const auto table = with_ends<Cut>("a cut");
  return table;
}

const Table<LinkFault>& link_fault_table() {
  static const auto table =
      with_ends<LinkFault>("a change of links")
          .key("latency", &LinkFault::latency, change(), "2ms replaces, +80ms adds, x3 multiplies")
          .key("jitter", &LinkFault::jitter, duration(), "up to so much is added, uniformly")
          .key("loss", &LinkFault::loss, share(), "the share of messages that is lost")
          .key("burst", &LinkFault::burst, object("burst", burst_table), "loss in bursts")
          .key("duplication", &LinkFault::duplication, share(), "messages that arrive twice")
          .key("reordering", &LinkFault::reordering, share(), "messages that may overtake")
          .key("corruption", &LinkFault::corruption, share(), "messages with a flipped bit")
          .key("bandwidth", &LinkFault::bandwidth, bandwidth(), "0B/s: unlimited")
          .check([](Reader& reader, const Node& node, LinkFault&) {
            const std::size_t ends = node.find("between") ? 1 : 2;
            if (node.entries.size() > ends) return true;
            reader.error(node, "a link fault that changes nothing", "add latency, loss or another");
            return false;
          });
  return table;
}

Type<MessageName> message_name() {
  const Type<std::string> type = name("a message's name");
  return {[type](Reader& reader, const Node& node, MessageName& message) {
            message.position = node.position;
            return type.read(reader, node, message.name);
          },
          [type](const MessageName& message) { return type.write(message.name); }, type.schema};
}

const Table<Hold>& hold_table() {
  static const auto table = with_ends<Hold>("a hold").if_any(
      "messages", &Hold::messages, list(message_name(), "a list of messages", 1),
      "which kinds of message wait; absent: all");
  return table;
}

const Table<Clock>& clock_table() {
  static const auto table =
      Table<Clock>("a clock fault")
          .required("nodes", &Clock::nodes, node_set(), nodes_help)
          .key("step", &Clock::step, signed_draw(), "the wall clock jumps by so much")
          .key("offset", &Clock::offset, signed_duration(),
               "the wall clock is set to so much ahead of true time")
          .key("drift", &Clock::drift_ppb, drift(), "both clocks run fast by this share")
          .key("freeze", &Clock::freeze, boolean(), "both clocks stand still")
          .check([](Reader& reader, const Node& node, Clock& clock) {
            if (clock.step || clock.offset || clock.drift_ppb || clock.freeze) return true;
            reader.error(node, "a clock fault that changes nothing",
                         "add step, offset, drift or freeze: true");
            return false;
          });
  return table;
}

enum class DiskOperation : std::uint8_t { read, write, fsync };

Row<Disk> disk_errors() {
  const auto type = list(word<DiskOperation>("a disk operation", {{DiskOperation::read, "read"},
                                                                  {DiskOperation::write, "write"},
                                                                  {DiskOperation::fsync, "fsync"}}),
                         "a list of operations such as [fsync]");
  return {"errors",
          "which operations end with an I/O error: [read, write, fsync]",
          Presence::optional,
          [type](Reader& reader, const Entry& entry, Disk& disk) {
            std::vector<DiskOperation> failing;
            if (!type.read(reader, entry.value, failing)) return false;
            for (const DiskOperation operation : failing) {
              disk.read_errors = disk.read_errors || operation == DiskOperation::read;
              disk.write_errors = disk.write_errors || operation == DiskOperation::write;
              disk.fsync_errors = disk.fsync_errors || operation == DiskOperation::fsync;
            }
            return true;
          },
          [type](const Disk& disk) -> std::optional<Node> {
            std::vector<DiskOperation> failing;
            if (disk.read_errors) failing.push_back(DiskOperation::read);
            if (disk.write_errors) failing.push_back(DiskOperation::write);
            if (disk.fsync_errors) failing.push_back(DiskOperation::fsync);
            if (failing.empty()) return std::nullopt;
            return type.write(failing);
          },
          type.schema};
}

const Table<Disk>& disk_table() {
  static const auto table =
      Table<Disk>("a disk fault")
          .required("nodes", &Disk::nodes, node_set(), nodes_help)
          .key("read", &Disk::read, change(), "how long reads take: 2ms, +80ms or x20")
          .key("write", &Disk::write, change(), "how long writes take")
          .key("fsync", &Disk::fsync, change(), "how long fsyncs take")
          .key("stall", &Disk::stall, draw(), "the device does nothing for so long, once")
          .row(disk_errors())
          .key("full", &Disk::full, boolean(), "no space is left")
          .check([](Reader& reader, const Node& node, Disk& disk) {
            const bool slow = disk.read || disk.write || disk.fsync || disk.stall;
            const bool fails = disk.read_errors || disk.write_errors || disk.fsync_errors;
            if (slow || fails || disk.full) return true;
            reader.error(node, "a disk fault that changes nothing",
                         "add fsync: x20, stall, errors or full: true");
            return false;
          });
  return table;
}

Type<Heal> heal() {
  const auto read = [](Reader& reader, const Node& node, Heal& heal) {
    if (node.is_scalar() && node.text == "all") return true;
    const auto add = [&](const Node& item) {
      std::string step;
      if (!name("a step's name").read(reader, item, step)) return false;
      heal.steps.push_back({step, 0, item.position});
      return true;
    };
    if (!node.is_list()) return add(node);
    bool usable = !node.items.empty();
    if (!usable) reader.error(node, "no steps to heal", "write all or name steps");
    for (const Node& item : node.items) {
      const bool added = add(item);
      usable = usable && added;
    }
    return usable;
  };
  const auto write = [](const Heal& heal) {
    if (heal.steps.empty()) return text_scalar("all");
    std::vector<Node> items;
    for (const Heal::Target& target : heal.steps) items.push_back(text_scalar(target.step));
    return list_of(std::move(items));
  };
  return {read, write, [](Definitions& definitions) {
            const std::string one = name("a step").schema(definitions);
            return definitions.any_of({one, definitions.list(one, 1)});
          }};
}

Type<Mark> mark() {
  return {[](Reader& reader, const Node& node, Mark& mark) {
            return text().read(reader, node, mark.text);
          },
          [](const Mark& mark) { return text().write(mark.text); },
          [](Definitions& definitions) { return text().schema(definitions); }};
}

/// A second verb in one step is an error at its key. What is refused is kept as far as it could be
/// read, so that its references can be judged as well.
template <typename Each>
Row<ActionDraft> verb_row(std::string_view key, std::string_view help, const Type<Each>& type) {
  return {std::string(key),
          std::string(help),
          Presence::optional,
          [type](Reader& reader, const Entry& entry, ActionDraft& draft) {
            Each verb;
            const bool read = type.read(reader, entry.value, verb);
            if (!draft.key.empty()) {
              reader.error(
                  entry.position, fmt::format("a second verb, \"{}\"", entry.key),
                  fmt::format("a step has one and \"{}\" is given; write two steps, or choose",
                              draft.key),
                  entry.key.size());
              draft.surplus.emplace_back(std::move(verb));
              return false;
            }
            draft.key = entry.key;
            draft.key_position = entry.position;
            draft.verb = std::move(verb);
            draft.whole = read;
            return read;
          },
          [type](const ActionDraft& draft) -> std::optional<Node> {
            const Each* const verb = draft.verb ? std::get_if<Each>(&*draft.verb) : nullptr;
            if (!verb) return std::nullopt;
            return type.write(*verb);
          },
          type.schema};
}

/// One variant holds the orders of all names.
Row<ActionDraft> order_row(const models::Order& registered) {
  Row<ActionDraft> row = verb_row(registered.name, registered.help, order(registered));
  row.write = [name = std::string(registered.name),
               write = row.write](const ActionDraft& draft) -> std::optional<Node> {
    const Order* const given = draft.verb ? std::get_if<Order>(&*draft.verb) : nullptr;
    if (!given || given->name != name) return std::nullopt;
    return write(draft);
  };
  return row;
}

/// In the order of the variant, then the orders.
std::vector<Row<ActionDraft>> verb_rows() {
  std::vector<Row<ActionDraft>> rows{
      verb_row("crash", "the process dies; with lose, the power goes as well",
               on_nodes<Crash>("crash", crash_table)),
      verb_row("power_loss", "the node loses power; unsynced sectors draw their fate",
               on_nodes<PowerLoss>("power_loss", power_loss_table)),
      verb_row("restart", "starts nodes that are down",
               on_nodes<Restart>("restart", nodes_table<Restart>)),
      verb_row("pause", "processes stop; their disks and links go on",
               on_nodes<Pause>("pause", nodes_table<Pause>)),
      verb_row("resume", "paused processes go on", on_nodes<Resume>("resume", nodes_table<Resume>)),
      verb_row("partition", "groups of nodes that cannot reach each other", partition()),
      verb_row("cut", "messages in one direction, or between, are dropped",
               object("cut", cut_table)),
      verb_row("link", "links become slower, lossy, or otherwise bad",
               object("link_fault", link_fault_table)),
      verb_row("hold", "messages wait until the step is healed", object("hold", hold_table)),
      verb_row("clock", "clocks jump, drift or stand still", object("clock_fault", clock_table)),
      verb_row("disk", "disks become slow, fail, stall or are full",
               object("disk_fault", disk_table)),
      verb_row("heal", "ends what earlier steps did: all, or the steps named", heal()),
      verb_row("mark", "writes a text into the trace and the report", mark()),
  };
  for (const models::Order* each : registered_orders()) rows.push_back(order_row(*each));
  return rows;
}

}  // namespace

const Table<ActionDraft>& action_table() {
  static const auto table = [] {
    Table<ActionDraft> action("a step");
    for (Row<ActionDraft>& row : verb_rows()) action.row(std::move(row));
    action.key("for", &ActionDraft::lasts, draw(), "heals itself after so long");
    return action;
  }();
  return table;
}

std::vector<Action> actions_of(ActionDraft draft, const SourcePosition& position) {
  std::vector<Action> actions;
  const bool whole = draft.whole && draft.surplus.empty();
  if (draft.verb)
    actions.push_back(
        {draft.weight, std::move(*draft.verb), std::move(draft.lasts), position, whole});
  for (Verb& verb : draft.surplus) actions.push_back({1, std::move(verb), {}, position, false});
  return actions;
}

bool check_action(Reader& reader, const Node& node, const ActionDraft& draft) {
  if (draft.key.empty()) {
    std::string names;
    for (const VerbHelp& verb : verb_helps())
      names += (names.empty() ? "" : ", ") + std::string(verb.name);
    reader.error(node.position, "a step without a verb", "add one of " + names);
    return false;
  }
  const Entry* const lasts = node.find("for");
  if (!lasts || is_healable(*draft.verb)) return true;
  reader.error(lasts->position, fmt::format("\"for\" beside \"{}\"", draft.key),
               "there is nothing to heal; remove it", lasts->key.size());
  return false;
}

std::string_view verb_name(const Verb& verb) {
  if (const auto* order = std::get_if<Order>(&verb)) return order->name;
  return verb_helps()[verb.index()].name;
}

bool is_healable(const Verb& verb) {
  const bool ends = std::holds_alternative<Restart>(verb) || std::holds_alternative<Resume>(verb) ||
                    std::holds_alternative<Heal>(verb) || std::holds_alternative<Mark>(verb) ||
                    std::holds_alternative<Order>(verb);
  return !ends;
}

std::vector<VerbHelp> verb_helps() {
  static const std::vector<Row<ActionDraft>> rows = verb_rows();
  std::vector<VerbHelp> helps;
  for (const Row<ActionDraft>& row : rows) helps.push_back({row.key, row.help});
  return helps;
}

}  // namespace splitvote::load
