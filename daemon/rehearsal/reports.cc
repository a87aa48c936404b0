#include "daemon/rehearsal/reports.h"

#include "daemon/rehearsal/rehearsal.h"
#include "daemon/rehearsal/text_report.h"

namespace svcd::rehearsal {

Report make_report(const Request& request) {
  Report report;
  const Result<std::unique_ptr<UnitTree>> tree = UnitTree::open(request);
  if (!tree) {
    report.error = tree.error().message;
    return report;
  }
  const Result<Run> run = rehearse(request, **tree, request.seed);
  if (!run) {
    report.error = run.error().message;
    return report;
  }
  report.verdict = run->verdict();
  report.text = text_report(*run, request.states);
  return report;
}

}  // namespace svcd::rehearsal
