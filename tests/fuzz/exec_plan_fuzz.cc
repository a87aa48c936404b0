// A plan as svcd-exec gets it, in bytes: refused, or read within its bounds.
#include <cstring>

#include "daemon/exec/exec_plan.h"
#include "daemon/exec/program_image.h"
#include "fuzz/fuzz.h"

FUZZ(exec_plan) {
  using namespace svcd;
  const auto plan = ExecPlan::parse(std::as_bytes(std::span(input)));
  if (!plan) return;
  (void)to_string(*plan);
  for (ExecPlan::Cursor at(*plan); at.next();) {
    const StepView& step = at.step();
    for (size_t i = 0; i <= step.number_count(); ++i) (void)step.number(i);
    size_t length = 0;
    for (size_t i = 0; i <= step.string_count(); ++i) length += std::strlen(step.string(i)) + 1;
    must(length == step.strings().size() + 1, "the strings of a step are its own");
    must(step_info(step.kind()).kind == step.kind(), "a step is of a known kind");
    (void)step_name_of(exit_code_of(step.kind(), step.number(0)));
  }
  if (!plan->is_plain()) return;
  ProgramImage image(*plan);
  image.complete(4711, 8, 15);
  (void)image.name();
}
