// What a key's reads say of each written value: between which positions it was written, and until
// when it was told.
#include "models/consistency/value_spans.hpp"

#include <algorithm>
#include <tuple>

namespace splitvote::consistency {

namespace {

struct Written {
  ValueId value = nothing;
  std::uint32_t writer = nobody;  // nobody: it is there at the beginning
};

class SpanReader {
 public:
  SpanReader(std::span<const KeyOperation> operations, ValueId initial) : operations_(operations) {
    written_.push_back({initial, nobody});
    for (std::uint32_t at = 0; at < operations.size(); ++at)
      if (operations[at].writes()) written_.push_back({operations[at].target, at});
    std::ranges::sort(written_, {}, [](const Written& one) {
      return std::tuple(one.value, one.writer == nobody ? 0 : one.writer + 1);
    });
  }

  ValueSpans read() {
    std::vector<ValueSpan> by_writer(operations_.size());
    ValueSpan initial;
    for (std::uint32_t at = 0; at < operations_.size(); ++at) {
      const KeyOperation& one = operations_[at];
      if (one.step == Step::append_text || one.step == Step::append_element) {
        made_ = {};
        made_.left_out = "operations append to a key";
        return made_;
      }
      if (one.step == Step::swap || one.step == Step::differs)
        leave_out("a compare-and-swap found something");
      if (one.writes()) by_writer[at].writer = at;
    }
    for (std::uint32_t at = 0; at < operations_.size() && !made_.violated; ++at)
      if (operations_[at].step == Step::equals) see(at, by_writer, initial);
    made_.spans.push_back(initial);
    for (ValueSpan& span : by_writer) {
      if (span.writer == nobody) continue;
      const KeyOperation& write = operations_[span.writer];
      const bool seen = span.first_returned != nobody;
      if (!seen && !write.certain) continue;
      span.opens = write.invoked;
      if (!seen || write.returned < span.closes) {
        span.closes = write.returned;
        span.first_returned = span.writer;
      }
      made_.spans.push_back(span);
    }
    return made_;
  }

 private:
  void leave_out(std::string_view why) {
    if (made_.left_out.empty()) made_.left_out = why;
  }

  void see(std::uint32_t at, std::vector<ValueSpan>& by_writer, ValueSpan& initial) {
    const KeyOperation& read = operations_[at];
    const auto found = std::ranges::equal_range(written_, read.value, {}, &Written::value);
    if (found.empty()) return refuse(ClashKind::unwritten, at, nobody);
    if (found.size() > 1) return leave_out("a value that was read was written more than once");
    const std::uint32_t writer = found.front().writer;
    ValueSpan& span = writer == nobody ? initial : by_writer[writer];
    if (writer != nobody && read.returned < operations_[writer].invoked)
      return refuse(ClashKind::from_future, at, writer);
    if (writer != nobody && (span.first_returned == nobody || read.returned < span.closes)) {
      span.closes = read.returned;
      span.first_returned = at;
    }
    if (read.invoked < span.last_read) return;
    span.last_read = read.invoked;
    span.last_invoked = at;
  }

  void refuse(ClashKind kind, std::uint32_t reader, std::uint32_t writer) {
    made_.violated = true;
    made_.clash = {kind, operations_[reader].returned, {reader, writer, nobody, nobody}};
  }

  const std::span<const KeyOperation> operations_;
  std::vector<Written> written_;  // by value
  ValueSpans made_;
};

}  // namespace

ValueSpans read_spans(std::span<const KeyOperation> operations, ValueId initial) {
  return SpanReader(operations, initial).read();
}

}  // namespace splitvote::consistency
