// Histories that are wrong: each is refused with the line, the column and the reason.
#include <algorithm>

#include "tests/scenarios/histories/read_case.hpp"

using namespace splitvote;
using namespace splitvote::histories;

namespace {

const std::string invoke_write = "{:process 0, :type :invoke, :f :write, :value 1}\n";
const std::string ok_write = "{:process 0, :type :ok, :f :write, :value 1}\n";
const std::string own_header = "{\"splitvote_history\":1}\n";
const std::string own_write =
    R"({"invoke":0,"session":"a","key":"x","does":"write","argument":"1"})"
    "\n";

std::string own(const std::string& lines) { return complaints(own_header + lines); }

}  // namespace

TEST_CASE("what is no text is refused") {
  CHECK(complaints("") == " error: the file is empty\n");
  CHECK(complaints("\x1f\x8b\x08") == " error: what is compressed is cut off\n");
  CHECK(complaints(invoke_write + "{:process \xff}") == "2:11: error: a byte that is not UTF-8\n");
  CHECK(complaints(invoke_write + std::string(1, '\0')) ==
        "2:1: error: a control character (U+0000)\n");
}

TEST_CASE("a text that is cut off is refused where it begins to lack its end") {
  CHECK(complaints("[" + invoke_write) ==
        "2:1: error: the text ends before its ']'; the file is cut off\n");
  CHECK(complaints(invoke_write + "{:process 0, :type") ==
        "2:1: error: the text ends before the '}' of this; the file is cut off\n");
  CHECK(complaints(R"([{"process":0,"type":"invoke")").starts_with("1:30: error: syntax error"));
}

TEST_CASE("columns of a place count characters") {
  CHECK(complaints("{:a \"é€\" :type :oops}\n").starts_with("1:16: error: 'oops' is no type"));
}

TEST_CASE("an operation needs a type that there is, once, and a process that is a number") {
  CHECK(complaints("[1]{").contains("this begins like no known format"));
  CHECK(complaints(invoke_write + "[1]") ==
        "2:1: error: a sequence is no operation; an operation is a map with a type, a process, an "
        "f and a value\n");
  CHECK(complaints("{:process 0}") ==
        "1:1: error: an operation without its type; a type is invoke, ok, fail or info\n");
  CHECK(complaints("{:process 0 :type :invok}") ==
        "1:19: error: 'invok' is no type of an operation; did you mean \"invoke\"?\n");
  CHECK(complaints("{:type :ok :type :ok}") == "1:12: error: this operation has two of 'type'\n");
  CHECK(complaints("{:process 1.5 :type :ok}").starts_with("1:11: error: this is no process"));
  CHECK(complaints("{:process 9999999999999999999 :type :ok}").starts_with("1:11: error: this is"));
  CHECK(complaints("{:process 0 :type :ok :f 3}")
            .starts_with("1:26: error: an integer is not what an operation does"));
  CHECK(complaints("{:process 0 :type :ok :time 99999999999999999999}")
            .starts_with("1:29: error: this is no time"));
}

TEST_CASE("who has a name and does what clients do is no fault") {
  const std::string named = R"({"process":"c0","type":"invoke","f":"write","value":1})";

  CHECK(complaints(named) ==
        "1:12: error: 'c0' is no process of a client; a process is an integer; others only tell, "
        "with the type info\n");
  CHECK(complaints("{:process :c0 :type :ok :value [[:w :x 1]]}").starts_with("1:11: error: 'c0'"));
  CHECK(complaints(invoke_write + "{:process :c0 :type :fail :f :read}").starts_with("2:11: "));
  CHECK(complaints(invoke_write + "{:process :logger :type :info :f :read}") == "");
  CHECK(complaints(invoke_write + "{:process :logger :type :invoke :f :rotate}") == "");
  CHECK(complaints(invoke_write + "{:process :nemesis :type :invoke :f :write}") == "");
}

TEST_CASE("a completion follows its invocation, once") {
  CHECK(complaints(ok_write) ==
        "1:1: error: process 0 completes 'write', which it did not invoke; an invoke comes before "
        "every ok, fail and info\n");
  CHECK(complaints(invoke_write + ok_write + ok_write).starts_with("3:1: error: process 0 comple"));
  CHECK(complaints(invoke_write + invoke_write) ==
        "2:1: error: process 0 is still busy with 'write'; a process has one operation open at "
        "most\n");
  CHECK(complaints(invoke_write + "{:process 0, :type :ok, :f :read, :value 1}") ==
        "2:1: error: process 0 completes 'read', but it invoked 'write'\n");
  CHECK(complaints(invoke_write + "{:process 0, :type :ok, :f :write, :value 2}")
            .starts_with("2:43: error: this answer does not belong to what was asked"));
}

TEST_CASE("all mistakes are told, up to twenty") {
  std::string text;
  for (int line = 0; line < 100; ++line) text += ok_write;
  const std::string said = complaints(text);

  CHECK(std::ranges::count(said, '\n') == 20);
  CHECK(said.contains("\n20:1: error: "));
}

TEST_CASE("values and words that no model has are refused") {
  CHECK(complaints("{:process 0 :type :invoke :f :wriet :value 1}") ==
        "1:1: error: no model has an operation 'wriet'; did you mean \"write\"?\n");
  CHECK(complaints(invoke_write + "{:process 1 :type :invoke :f :acquire}")
            .starts_with("2:1: error: no model has 'acquire' and also what comes before it"));
  CHECK(complaints("{:process 0 :type :invoke :f :write :value 1.5}")
            .starts_with("1:44: error: a number that is not whole is no value of a key"));
  CHECK(complaints("{:process 0 :type :invoke :f :write :value {1 2}}")
            .starts_with("1:44: error: a map is no value of a key"));
  CHECK(complaints("{:process 0 :type :invoke :f :write}")
            .starts_with("1:1: error: this operation does not say what it writes"));
  CHECK(complaints("{:process 0 :type :invoke :f :cas :value [1]}")
            .starts_with("1:42: error: a cas needs two values"));
  CHECK(complaints("{:process 0 :type :invoke :f :get}")
            .starts_with("1:1: error: this operation has no key"));
  CHECK(complaints("{:process 0 :type :invoke :f :get :key {}}")
            .starts_with("1:40: error: a map is no key"));
  CHECK(complaints("{:process 0 :type :invoke :f :append :key 1 :value 2}")
            .starts_with("1:52: error: only a text can be appended to a text"));
}

TEST_CASE("transactions that are none are refused") {
  const std::string head = "{:process 0 :type :invoke :f :txn :value ";

  CHECK(complaints(head + "[[:r :x nil]]}").contains("these transactions only read"));
  CHECK(complaints(head + "[]}") ==
        "1:42: error: this transaction has no operations; its value is a sequence of them, such as "
        "[[:r x nil]]\n");
  CHECK(complaints(head + "[[:r :x nil]]}" + head + "[[:r :x nil] [:appendd 1 2]]}") ==
        "1:111: error: no model has a transaction with 'appendd'; did you mean \"append\"?\n");
  CHECK(
      complaints(head + "[3]}").starts_with("1:43: error: this is no operation of a transaction"));
  CHECK(complaints(head + "[[:w :x 1] 3]}").starts_with("1:53: error: this is no operation of a"));
  CHECK(complaints(head + "[[:w :x 1] [:append :x 1]]}")
            .starts_with("1:54: error: a transaction of rw-register has no 'append'"));
  CHECK(complaints(head + "[[:w [1] 1]]}").starts_with("1:47: error: a sequence is no key"));
  CHECK(complaints(head + "[[:append :x 1] [:r :x 1]]}")
            .starts_with("1:65: error: a read of list-append tells a list"));
  CHECK(complaints(head + "[[:w :x 1]]}\n{:process 0 :type :ok :f :txn :value [[:w :x 2]]}")
            .starts_with("2:39: error: this is not what the transaction was to do"));
  CHECK(complaints(head + "[[:w :x 1]]}\n{:process 0 :type :ok :f :txn}")
            .starts_with("2:1: error: this transaction does not say what it did"));
}

TEST_CASE("lines of logs, columns and texts of transactions are refused where they are wrong") {
  const std::string log = "INFO  jepsen.util - 0 :invoke :write 1\n";

  CHECK(complaints(log + "what?").starts_with("2:1: error: this is no line of a history"));
  CHECK(complaints(log + "INFO  jepsen.util - x :ok :write 1").starts_with("2:21: error: 'x' is"));
  CHECK(complaints(log + "INFO  jepsen.util - 0 :okay :write 1").starts_with("2:23: error: ':ok"));
  CHECK(complaints(log + "INFO  jepsen.util - 0 :ok :write").starts_with("2:1: error: this line"));
  CHECK(complaints(log + "INFO  jepsen.util - 0 :ok :write 1]").starts_with("2:34: error: '1]'"));
  CHECK(complaints("1 write 0 5 - - 10 20\n1 write 0 5 - -") ==
        "2:1: error: this line has 6 columns, not 8; the columns are: client op key a b out call "
        "ret\n");
  CHECK(complaints("1 wirte 0 5 - - 10 20").contains("1:3: error: 'wirte' is no operation; did"));
  CHECK(complaints("1 write 0 x - - 10 20").starts_with("1:11: error: 'x' is no value"));
  CHECK(complaints("1 write 0 5 - - 10 9").starts_with("1:20: error: this operation returned bef"));
  CHECK(complaints("1 write 0 5 - - 10 x").starts_with("1:20: error: 'x' is no time"));
  CHECK(complaints("r 0 1\nq 0 1").starts_with("2:1: error: this is no operation"));
  CHECK(complaints("r 0 1\n=====garbage\nr 0 1").starts_with("2:1: error: this is no operation"));
  CHECK(complaints("r 0 1\n-----\n=====\nr 0 1") == "");
  CHECK(complaints("r 0 1\nw 0 x").starts_with("2:5: error: 'x' is no integer"));
  CHECK(complaints("r(0,1,1,1)\nw(0,1,1)").starts_with("2:1: error: this is no operation"));
  CHECK(complaints("r(0,1,1,1)\nw(0,a,1,2)").starts_with("2:5: error: 'a' is no integer"));
}

TEST_CASE("a first line that is almost one of a format is refused for what is wrong with it") {
  CHECK(complaints("w 0\n") ==
        "1:1: error: this is no operation; a line is 'r KEY VALUE', 'w KEY VALUE', ----- or =====; "
        "if this is another format than awdit, choose one with --format: splitvote, jepsen-edn, "
        "jepsen-json, porcupine-json, etcd-log, columns, awdit, plume, dbcop\n");
  CHECK(
      complaints("\n  x 0 1\n").starts_with("2:3: error: this is no operation; a line is 'r KEY"));
  CHECK(complaints("1 write 0 4 - - 1\nwhat?\n")
            .starts_with("1:1: error: this line has 7 columns, not 8; the columns are: client op"));
  CHECK(complaints("x write 0 4 - - 1 2\n").starts_with("1:1: error: 'x' is no client; a client"));
  CHECK(complaints("jepsen.util - 0 :invoke :write 1")
            .starts_with("1:1: error: this is no line of a history; such a line is: INFO"));
  CHECK(complaints("\n what is this?\n").starts_with("2:2: error: this begins like no known"));
}

TEST_CASE("columns have nothing where there is nothing to say") {
  CHECK(complaints("1 read 0 5 - 7 10 20") == "1:10: error: a read has no argument; write -\n");
  CHECK(complaints("1 get 0 - 5 '' 10 20").starts_with("1:11: error: a get has no argument;"));
  CHECK(complaints("1 write 0 5 6 - 10 20")
            .starts_with("1:13: error: only a cas has a second argument;"));
  CHECK(complaints("1 write 0 5 - 7 10 inf") ==
        "1:15: error: what never returned has no answer; write ?\n");
  CHECK(complaints("1 cas 0 5 6 1 10 20\n1 write 0 5 - - 30 inf") == "");
}

TEST_CASE("the lines of one of Plume's transactions follow each other") {
  CHECK(complaints("w(0,1,1,1)\nw(0,2,1,2)\nr(0,1,1,1)") ==
        "3:9: error: transaction 1 of session 1 has ended; the lines of a transaction follow each "
        "other\n");
  CHECK(complaints("w(0,1,1,1)\nw(0,2,2,1)\nr(0,1,1,3)") == "");
  CHECK(complaints("w(0,1,1,-1)\nw(0,2,1,2)\nw(0,3,1,-1)") == "");
}

TEST_CASE("an index of Jepsen's belongs to one entry") {
  const auto entry = [](const std::string& index) {
    return "{:type :info, :process :nemesis, :f :kill, :index " + index + "}\n";
  };

  CHECK(complaints(entry("4") + entry("5") + entry("4")) ==
        "3:51: error: another operation has the index 4; invocations and completions have an index "
        "of their own each\n");
  CHECK(complaints(entry("x")).starts_with("1:51: error: this is no index"));
  CHECK(!complaints(entry("nil") + entry("nil") + entry("-1") + entry("-1")).contains("index"));
}

TEST_CASE("the mark of a text in UTF-8 says nothing") {
  const std::string mark = "\xef\xbb\xbf";

  CHECK(complaints(mark + invoke_write + ok_write) == "");
  CHECK(complaints(mark + own_header + own_write) == "");
  CHECK(complaints(mark + "{:process 0 :type :invok}").starts_with("1:19: error: 'invok' is"));
  CHECK(complaints(mark) == " error: the file is empty\n");
}

TEST_CASE("a number that is too large is told in our own words") {
  CHECK(complaints("{\"splitvote_history\":1e400}") == "1:22: error: this number is too large\n");
}

TEST_CASE("what follows from a mistake is not told") {
  CHECK(own(R"({"invoke":0,"session":"a","key":"x","dose":"read"})"
            "\n"
            R"({"return":0,"outcome":"ok","result":null})"
            "\n"
            R"({"invoke":1,"session":"a","key":"x","does":"read"})") ==
        "2:37: error: unknown member 'dose'; did you mean \"does\"?\n");
  CHECK(own("{\"fault\":0,\"nam\":\"cut\"}\n{\"healed\":0}") ==
        "2:12: error: unknown member 'nam'; did you mean \"name\"?\n");
  const std::string cut = own("{\"invoke\":0\n{\"return\":0}\n");
  CHECK(cut.starts_with("2:12: error: syntax error"));
  CHECK(std::ranges::count(cut, '\n') == 1);
  CHECK(complaints(R"([{"ClientId":0,"Kind":false,"Value":{"op":"wrte","key":"x"},"Id":0},)"
                   R"({"ClientId":0,"Kind":true,"Value":{"outcome":"ok"},"Id":0}])") ==
        "1:43: error: 'wrte' is no operation; known are: read, write, remove, compare_and_swap, "
        "append_text, append_element\n");
}

TEST_CASE("our own histories are read strictly") {
  CHECK(complaints("{\"splitvote_history\":2}") ==
        "1:22: error: version 2 of the format is unknown; this build reads version 1\n");
  CHECK(own(own_write) == "");
  CHECK(own(R"({"invoke":1,"session":"a","key":"x","does":"read"})") ==
        "2:11: error: the next invocation is number 0; invocations are numbered from 0, in their "
        "order\n");
  CHECK(own(R"({"invoke":0,"session":"a","key":"x","does":"write"})") ==
        "2:1: error: the member 'argument' is missing\n");
  CHECK(own(R"({"invoke":0,"session":"a","key":"x","does":"read","argument":null})") ==
        "2:62: error: 'argument' says nothing here\n");
  CHECK(own(R"({"invoke":0,"session":"a","key":"x","does":"reed"})") ==
        "2:44: error: 'reed' is unknown here; did you mean \"read\"?\n");
  CHECK(own(R"({"invoke":0,"sesion":"a","key":"x","does":"read"})") ==
        "2:13: error: unknown member 'sesion'; did you mean \"session\"?\n");
  CHECK(own(R"({"invoke":0,"key":"a","key":"x"})") == "2:23: error: 'key' is here twice\n");
  CHECK(own(R"({"invoke":0,"session":1,"key":"x","does":"read"})") ==
        "2:23: error: 'session' is an integer, not a text\n");
  CHECK(own(R"({"return":0,"outcome":"ok"})") == "2:11: error: operation 0 was not invoked\n");
  CHECK(own(R"({"return":99999999999999999999,"outcome":"ok"})") ==
        "2:11: error: this is no integer of 64 bits\n");
  CHECK(own(own_write + R"({"return":0,"outcome":"mismatch"})") ==
        "3:23: error: only a compare_and_swap finds a mismatch\n");
  CHECK(own(own_write + R"({"return":0,"outcome":"failed","version":1})") ==
        "3:42: error: 'version' says nothing here\n");
  CHECK(own(own_write + R"({"return":0,"outcome":"ok","version":0})") ==
        "3:38: error: versions are numbered from 1\n");
  CHECK(own(own_write + R"({"return":0,"outcome":"ok","version":"1"})") ==
        "3:38: error: this is no integer of 64 bits\n");
  CHECK(own(own_write + R"({"return":0,"outcome":"ok","time":3})") ==
        "3:1: error: either all invocations and returns have a time or none\n");
  CHECK(own(own_write + R"({"invoke":1,"session":"a","key":"x","does":"read"})") ==
        "3:23: error: session 'a' waits for operation 0; who gives an operation up goes on as "
        "another session\n");
  CHECK(own(own_write + "{\"return\":0,\"outcome\":\"ok\"}\n{\"return\":0,\"outcome\":\"ok\"}") ==
        "4:11: error: operation 0 has returned\n");
  CHECK(own("3\n") == "2:1: error: an integer is no line of a history\n");
}

TEST_CASE("what follows from a line of our own that was not understood is not told") {
  const auto read = [](int number, std::string_view session) {
    return "{\"invoke\":" + std::to_string(number) + ",\"session\":\"" + std::string(session) +
           "\",\"key\":\"x\",\"does\":\"read\"}\n";
  };
  const std::string timed = R"({"invoke":1,"session":"b","key":"x","does":"read","time":1})";

  CHECK(own(own_write + "{\"return\":0,\"outcom\":\"ok\"}\n" + read(1, "a")) ==
        "3:13: error: unknown member 'outcom'; did you mean \"outcome\"?\n");
  CHECK(own(read(0, "a") + read(2, "b") + read(3, "c")) ==
        "3:11: error: the next invocation is number 1; invocations are numbered from 0, in their "
        "order\n");
  CHECK(own(read(0, "a") + timed + "\n" + timed) ==
        "3:1: error: either all invocations and returns have a time or none\n");
}

TEST_CASE("porcupine's events are read strictly") {
  const std::string call =
      R"([{"ClientId":0,"Kind":false,"Value":{"op":"write","key":"x","value":"1"},"Id":0},)";

  CHECK(complaints(call + "\n3]") == "2:1: error: an integer is no event\n");
  CHECK(complaints(call + "\n" + call.substr(1) + "\n{}]")
            .starts_with("2:78: error: operation 0 is called twice\n3:1: error: 'Kind' is a bool"));
  const auto answered = [&](const std::string& client, const std::string& outcome) {
    return complaints(call + "\n{\"ClientId\":" + client +
                      ",\"Kind\":true,\"Value\":{\"outcome\":\"" + outcome + "\"},\"Id\":0}]");
  };
  CHECK(answered("0", "ok") == "");
  CHECK(complaints(call.substr(0, call.size() - 1) + "]") ==
        "1:79: error: operation 0 never returns; every call does; what nobody knows returns at the "
        "end, as 'unknown'\n");
  CHECK(answered("1", "ok") == "2:13: error: client 0 called operation 0\n");
  CHECK(answered("0", "failed").starts_with("2:46: error: what failed has no events"));
  CHECK(complaints(R"([{"ClientId":0,"Kind":true,"Value":{"outcome":"ok"},"Id":7}])") ==
        "1:58: error: operation 7 returns without a call\n");
}
