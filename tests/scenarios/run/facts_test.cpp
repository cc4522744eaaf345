// Which notes an expectation is asked after: all that may change its answer.
#include "scenarios/run/facts.hpp"

#include <doctest/doctest.h>

#include "tests/models/measure/measured_run.hpp"

using namespace splitvote;
using models::NoteType;

TEST_CASE("an event is looked for after every note that may count as one") {
  for (const models::NoteName& note : models::note_names) {
    // What an invocation or its end tells of is encoded; the others take any numbers.
    if (note.type == NoteType::invoke || note.type == NoteType::complete) continue;
    for (const std::uint64_t c : {0, 1, 2}) {
      testing::MeasuredRun run;
      const measure::OccurrenceCounts before = run.measured.occurrences();
      run.feed.note(1, note.type, 1, 2, c);
      for (const measure::OccurrenceHelp& event : measure::occurrence_table) {
        if (run.measured.occurrences()[event.occurrence] == before[event.occurrence]) continue;
        CAPTURE(note.name);
        CAPTURE(event.name);
        load::Predicate predicate;
        predicate.measure.name = event.name;
        const auto bit = std::uint64_t{1} << static_cast<std::uint64_t>(note.type);
        CHECK((run::notes_of_interest(predicate) & bit) != 0);
      }
    }
  }
}
