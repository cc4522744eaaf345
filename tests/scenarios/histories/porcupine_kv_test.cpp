// What --write makes of texts by key is, in EDN, what porcupine's parser of such lines reads, and
// it reads the history that was written: each line is one that it knows, and each call returns.
#include <map>

#include "scenarios/histories/happenings.hpp"
#include "tests/scenarios/histories/read_case.hpp"
#include "tests/scenarios/histories/small_history.hpp"

using namespace splitvote;
using namespace splitvote::histories;
using consistency::History;
using consistency::OperationKind;
using consistency::Verdict;

namespace {

/// What stands between quotes or between blanks, without what follows.
struct KvLine {
  std::string process, type, function, key, value;
  bool is_known = false;
};

/// What follows `before`, up to `after`; the line lacks it from there on.
std::string cut(std::string& line, const std::string& before, const std::string& after) {
  if (!line.starts_with(before)) return line.clear(), "";
  const std::size_t end = line.find(after, before.size());
  if (end == std::string::npos) return line.clear(), "";
  const std::string text = line.substr(before.size(), end - before.size());
  line.erase(0, end);
  return text;
}

/// The forms that porcupine's test data has, and no other: `nil` only where a get is invoked.
KvLine kv_line(std::string line) {
  KvLine read;
  read.process = cut(line, "{:process ", ", ");
  read.type = cut(line, ", :type :", ", ");
  read.function = cut(line, ", :f :", ", ");
  read.key = cut(line, ", :key \"", "\", :value ");
  const bool asks = read.type == "invoke" && read.function == "get";
  if (asks) {
    read.is_known = line == "\", :value nil}";
    return read;
  }
  const bool is_quoted = line.starts_with("\", :value \"") && line.ends_with("\"}");
  if (is_quoted) read.value = line.substr(11, line.size() - 13);
  read.is_known = is_quoted && (read.type == "invoke" || read.type == "ok") &&
                  (read.function == "get" || read.function == "put" || read.function == "append");
  return read;
}

/// As porcupine understands it: what is open at the end returns there, a get with "".
History as_porcupine_reads(const std::string& text) {
  History history;
  history.set_initial(history.values().text(""));
  std::map<std::string, consistency::OperationId> open;
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
    const std::string whole = text.substr(at, text.find('\n', at) - at);
    const KvLine line = kv_line(whole);
    REQUIRE_MESSAGE(line.is_known, whole);
    const bool invokes = line.type == "invoke";
    REQUIRE_MESSAGE(open.contains(line.process) != invokes, whole);
    if (!invokes) {
      const consistency::OperationId id = open[line.process];
      const bool reads = history.operation(id).kind == OperationKind::read;
      history.complete(id, consistency::Outcome::ok,
                       reads ? history.values().text(line.value) : consistency::nothing);
      open.erase(line.process);
      continue;
    }
    consistency::Request request;
    request.session = history.session(line.process);
    request.key = history.key(line.key);
    request.kind = line.function == "get"   ? OperationKind::read
                   : line.function == "put" ? OperationKind::write
                                            : OperationKind::append_text;
    if (line.function != "get") request.argument = history.values().text(line.value);
    open[line.process] = history.invoke(request);
  }
  for (const auto& [process, id] : open)
    history.complete(id, consistency::Outcome::ok, history.values().text(""));
  return history;
}

Verdict verdict_of(const History& history) {
  return consistency::find_model("linearizable")->check(history, {}).verdict;
}

Written edn(const History& history) {
  const sim::Result<Written> made = find_format("jepsen-edn")->write(history, {});
  if (!made) FAIL(made.error().message);
  return *made;
}

std::string notes_of(const std::string& text) {
  std::string all;
  for (const std::string& note : edn(*read_text(text).operations).notes) all += note + "\n";
  return all;
}

/// Of process 0, at once.
std::string done(const std::string& function, const std::string& asked, const std::string& told) {
  const std::string rest = ", :f :" + function + ", :key \"k\", :value ";
  return "{:process 0, :type :invoke" + rest + asked + "}\n{:process 0, :type :ok" + rest + told +
         "}\n";
}

}  // namespace

TEST_CASE("porcupine's parser reads texts by key as they were written, and finds our verdict") {
  constexpr std::array kinds{OperationKind::read, OperationKind::read, OperationKind::append_text,
                             OperationKind::write};
  constexpr std::array only_puts{OperationKind::read, OperationKind::write};
  const std::array<std::string, 5> texts{"1", "11", ":a", "\"", "a\\\n"};
  std::size_t ok = 0;
  std::size_t violated = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const std::span<const OperationKind> drawn =
        seed % 4 == 0 ? std::span<const OperationKind>(only_puts) : kinds;
    const History history = SmallHistory(seed, texts).kv(drawn);
    CAPTURE(seed);
    const Written made = edn(history);
    CAPTURE(made.text);
    const Verdict verdict = verdict_of(history);

    CHECK(verdict_of(as_porcupine_reads(made.text)) == verdict);
    ok += verdict == Verdict::ok ? 1 : 0;
    violated += verdict == Verdict::violated ? 1 : 0;
  }
  CHECK(ok > 300);
  CHECK(violated > 300);
}

TEST_CASE("texts by key without any append are written as such, their keys between quotes") {
  const std::string text = done("put", "\"a\"", "\"a\"");

  CHECK(edn(*read_text(text).operations).text == text);
  std::string numbered = text;
  for (std::size_t at = 0; (at = numbered.find("\"k\"", at)) != std::string::npos; ++at)
    numbered.replace(at, 3, "7");
  std::string quoted = text;
  for (std::size_t at = 0; (at = quoted.find("\"k\"", at)) != std::string::npos; ++at)
    quoted.replace(at, 3, "\"7\"");
  CHECK(edn(*read_text(numbered).operations).text == quoted);
  CHECK(edn(*read_text(quoted).operations).text == quoted);
}

TEST_CASE("where porcupine's parser would not see what happened, a note says so") {
  const std::string put = done("put", "\"a\"", "\"a\"");
  const std::string skips = "porcupine's parser does not know delete, cas and a get that was told";

  CHECK(notes_of(put) == "");
  CHECK(notes_of(put + done("get", "nil", "\"a\"")) == "");
  CHECK(notes_of(put + done("delete", "nil", "nil")).starts_with(skips));
  CHECK(notes_of(put + done("cas", "[\"a\" \"b\"]", "[\"a\" \"b\"]")).starts_with(skips));
  CHECK(notes_of(put + done("get", "nil", "nil")).starts_with(skips));
  CHECK(notes_of(put + "{:process 0, :type :invoke, :f :get, :key \"k\", :value nil}\n") ==
        "operations that failed, and reads without an answer, are left out; they say nothing\n");
  const std::string longer = "\"" + std::string(4096, 'a') + "\"";
  CHECK(notes_of(put + done("put", longer, longer)) ==
        "porcupine's parser takes no line of more than 4095 bytes\n");
}

TEST_CASE("porcupine's events lack reads without an answer, and a note says so") {
  const std::string put = done("put", "\"a\"", "\"a\"");
  const History history =
      *read_text(put + "{:process 0, :type :invoke, :f :get, :key \"k\", :value nil}").operations;
  const Written made = *find_format("porcupine-json")->write(history, {});

  CHECK(made.text ==
        R"([{"ClientId":0,"Kind":false,"Value":{"op":"write","key":"k","value":"a"},"Id":0},)"
        "\n"
        R"({"ClientId":0,"Kind":true,"Value":{"outcome":"ok"},"Id":0}])"
        "\n");
  CHECK(made.notes.front() == "reads without an answer are left out; they say nothing");
}

TEST_CASE("a history of which nothing would be left is not written as another one") {
  const History only_asks =
      *read_text("{:process 0, :type :invoke, :f :get, :key \"k\", :value nil}\n").operations;

  for (const std::string_view format : {"jepsen-edn", "porcupine-json"})
    CHECK(find_format(format)->write(only_asks, {}).error().message ==
          "nothing would be left: here is no operation that says anything");
}

TEST_CASE("keys of kv that are all texts are told as they are, others by their spelling") {
  const std::string text = done("put", "\"a\"", "\"a\"");
  const auto first_key = [&](const std::string& key) {
    const std::string line = R"({:process 1, :type :invoke, :f :get, :key )" + key + "}\n";
    const Reading reading = read_text(line + text);
    return std::string(reading.operations->name(reading.operations->operations()[0].key));
  };

  CHECK(first_key("\"3\"") == "3");
  CHECK(first_key("\":a\"") == ":a");
  CHECK(first_key("3") == "3");
  CHECK(first_key("3} {:process 2, :type :invoke, :f :get, :key \"3\"") == "3");
  CHECK(first_key("\"3\"} {:process 2, :type :invoke, :f :get, :key 3") == "\"3\"");
}
