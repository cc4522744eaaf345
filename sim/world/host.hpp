// The seam between a protocol and its world: a Process is driven by a Host and speaks to nothing
// else.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "sim/base/bytes.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"
#include "sim/disk/types.hpp"
#include "sim/network/message.hpp"
#include "sim/random/stream.hpp"
#include "sim/trace/note.hpp"

namespace splitvote::sim {

/// One of a process's own timers, numbered from 0; below `timers_max`.
enum class TimerId : std::uint8_t {};
inline constexpr std::size_t timers_max = 16;

/// The end of a read, a sync of a file or a sync of the directory.
struct DiskCompletion {
  IoToken token{};
  DiskStatus status = DiskStatus::ok;
  ByteView content;  // of a read: the bytes, fewer than asked at the end of the file; valid during
                     // the call
};

/// What a process may do to the world. Valid only during the call it is passed to: never keep it.
class Host {
 public:
  Host() = default;
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  virtual ~Host() = default;

  [[nodiscard]] virtual NodeId self() const = 0;

  /// Which start of this node's process this is, from 1. Whoever starts the process counts, as
  /// systemd and Kubernetes do; the node's own disk does not, so no loss of it repeats a number.
  [[nodiscard]] virtual Incarnation incarnation() const = 0;

  /// This node's monotonic clock, and its wall clock, which may step.
  [[nodiscard]] virtual LocalInstant now() const = 0;
  [[nodiscard]] virtual LocalInstant wall_clock() const = 0;

  /// This node's own stream for a purpose of its protocol (`first_model_purpose` on, at most 8 of
  /// them).
  [[nodiscard]] virtual Stream& random(Purpose purpose) = 0;

  /// Arms the timer to fire once, `after` from now on this node's clock; re-arming replaces.
  virtual void arm(TimerId timer, Duration after) = 0;
  virtual void cancel(TimerId timer) = 0;

  /// Takes the frame and leaves an empty buffer to be reused. Delivery is not promised. The group
  /// of the label is for the trace alone: what the receiver must know is in the frame.
  virtual void send(NodeId target, MessageLabel label, Bytes& frame) = 0;

  /// Opens a file, creating it empty if it does not exist. A new directory entry survives power
  /// loss only after `sync_directory` has completed.
  [[nodiscard]] virtual FileId open(std::string_view name) = 0;
  /// Lets go of it; a file that has no name any more gives its room back. Nothing of it may be in
  /// flight, and its FileId may be given to another file.
  virtual void close(FileId file) = 0;
  [[nodiscard]] virtual bool exists(std::string_view name) const = 0;
  [[nodiscard]] virtual std::uint64_t size(FileId file) const = 0;

  /// Changes the page cache at once; the disk has it only after a later `sync` completes with ok. A
  /// gap between the end of the file and `offset` reads as zeros.
  virtual DiskStatus write(FileId file, std::uint64_t offset, ByteView content) = 0;
  virtual DiskStatus truncate(FileId file, std::uint64_t size) = 0;
  virtual DiskStatus rename(std::string_view source, std::string_view target) = 0;
  virtual DiskStatus remove(std::string_view name) = 0;

  /// These end in `Process::on_disk`, in the order in which they were asked for.
  virtual void read(FileId file, std::uint64_t offset, std::uint64_t size, IoToken token) = 0;
  virtual void sync(FileId file, IoToken token) = 0;
  virtual void sync_directory(IoToken token) = 0;

  /// Tells the checkers, the metrics and the trace what just happened here. Never changes what
  /// happens next.
  virtual void note(const Note& note) = 0;
};

/// A protocol on one node: a value that owns its cores and its encodings. One call is one event and
/// runs to its end; a crash is the destructor. Between calls it holds no pointer out of itself.
class Process {
 public:
  virtual ~Process() = default;

  /// The first call of an incarnation. Memory is fresh; the files are what the last incarnation
  /// left.
  virtual void on_start(Host& host) = 0;
  virtual void on_message(Host& host, NodeId source, ByteView frame) = 0;
  virtual void on_timer(Host& host, TimerId timer) = 0;
  virtual void on_disk(Host& host, const DiskCompletion& completion) = 0;
  /// Of nodes that refuse (`NodeConfiguration`): a process of the target is gone, perhaps not its
  /// present one, and what was sent to it may be lost. It may be lost or late like any message.
  virtual void on_refused(Host& /*host*/, NodeId /*target*/) {}

  [[nodiscard]] virtual std::unique_ptr<Process> clone() const = 0;
};

}  // namespace splitvote::sim
