// Figures as people write them: time spans, sizes, shares, points in time. What is written back is read as the same.
#include "fuzz/fuzz.h"
#include "libunit/codecs.h"
#include "libunit/span_text.h"

FUZZ(spans) {
  using namespace svcd;
  Duration span{};
  if (parse_span(input, span) && span != infinity && span.count() < usec_per_year * 100000) {
    const std::string text = timespan_text(static_cast<uint64_t>(span.count()), 0);
    Duration again{};
    must(parse_span(text, again) && again == span, "a span that was written is read as the same");
    for (const uint64_t accuracy : {usec_per_msec, usec_per_sec, usec_per_hour})
      must(!timespan_text(static_cast<uint64_t>(span.count()), accuracy).empty(), "a span has a text");
  }
  uint64_t number = 0;
  (void)parse_nanoseconds(input, number);
  (void)parse_size(input, number, 1024);
  (void)parse_size(input, number, 1000);
  if (parse_permyriad(input, number)) must(number < UINT64_MAX, "a share is a number");
}
