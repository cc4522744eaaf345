// In which words an expectation tells when it counts.
#include "scenarios/run/expectation_text.hpp"

#include "reports/text.hpp"

namespace splitvote::run {

std::string anchor_text(const load::Anchor& anchor) {
  switch (anchor.kind) {
    case load::Anchor::Kind::time:
      return reports::duration_text(anchor.time);
    case load::Anchor::Kind::step_start:
      return anchor.step + ".start";
    case load::Anchor::Kind::step_end:
      return anchor.step + ".end";
  }
  return {};
}

std::string window_text(const load::Window& window) {
  std::string text;
  if (window.during) text += " during " + window.during->step;
  if (window.after) text += " after " + anchor_text(*window.after);
  if (window.until) text += " until " + anchor_text(*window.until);
  return text;
}

}  // namespace splitvote::run
