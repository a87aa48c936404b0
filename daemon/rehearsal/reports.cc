#include "daemon/rehearsal/reports.h"

#include "daemon/rehearsal/json_report.h"
#include "daemon/rehearsal/rehearsal.h"
#include "daemon/rehearsal/seeds.h"
#include "daemon/rehearsal/svg_chart.h"
#include "daemon/rehearsal/text_report.h"

namespace svcd::rehearsal {
namespace {

Report failed(const Error& error) {
  return {{}, Verdict::not_possible, error.message};
}

std::string text_of(const Run& run, const Request& request) {
  switch (request.form) {
    case Form::text: return text_report(run, request.states);
    case Form::json: return json_report(run, false);
    case Form::json_pretty: return json_report(run, true);
    case Form::svg: return svg_chart(run);
  }
  return {};
}

}  // namespace

Report make_report(const Request& request) {
  const Result<std::unique_ptr<UnitTree>> tree = UnitTree::open(request);
  if (!tree) return failed(tree.error());
  if (request.seeds == 1) {
    const Result<Run> run = rehearse(request, **tree, request.seed);
    if (!run) return failed(run.error());
    return {text_of(*run, request), run->verdict(), {}};
  }
  Seeds seeds;
  for (size_t i = 0; i < request.seeds; ++i) {
    const Result<Run> run = rehearse(request, **tree, request.seed + i);
    if (!run) return failed(run.error());
    seeds.add(*run);
  }
  const SeedsReport report = seeds.report();
  const bool is_text = request.form == Form::text;
  return {is_text ? text_report(report) : json_report(report, request.form == Form::json_pretty), report.verdict, {}};
}

}  // namespace svcd::rehearsal
