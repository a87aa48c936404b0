#include "dbus/server/explanations.h"

#include <cstring>

#include "dbus/server/job_requests.h"
#include "libunit/codecs.h"

namespace svcd {
namespace {

/// Entries of an a{sv} that is open.
class Entries {
 public:
  explicit Entries(BusSink& sink) : sink_(sink) {}

  template <class Show>
  void entry(const char* key, const char* signature, Show show) {
    sink_.open_dict_entry("sv");
    sink_.string(key);
    sink_.open_variant(signature);
    show(sink_);
    sink_.close_variant();
    sink_.close_dict_entry();
  }
  void text(const char* key, std::string_view value) {
    if (!value.empty()) entry(key, "s", [&](BusSink& s) { s.string(value); });
  }
  void number(const char* key, int32_t value) {
    entry(key, "i", [&](BusSink& s) { s.i32(value); });
  }
  void count(const char* key, uint32_t value) {
    entry(key, "u", [&](BusSink& s) { s.u32(value); });
  }
  void time(const char* key, uint64_t value) {
    entry(key, "t", [&](BusSink& s) { s.u64(value); });
  }
  void texts(const char* key, const std::vector<std::string>& values) {
    entry(key, "as", [&](BusSink& s) {
      s.open_array("s");
      for (const std::string& value : values) s.string(value);
      s.close_array();
    });
  }
  void at(const Origin& origin) {
    if (origin.line == 0) return;
    text("File", origin.path);
    count("Line", uint32_t(origin.line));
  }

 private:
  BusSink& sink_;
};

template <class Range, class Show>
void show_dictionaries(BusSink& sink, const Range& values, Show show) {
  sink.open_array("a{sv}");
  for (const auto& value : values) {
    sink.open_array("{sv}");
    Entries entries(sink);
    show(entries, value);
    sink.close_array();
  }
  sink.close_array();
}

std::string_view reason_name(const Cause& cause) {
  return cause.reason == JobReason::Kind::asked ? to_string(cause.origin) : to_string(cause.reason);
}

void show_link(Entries& into, const CauseLink& link) {
  const Cause& cause = link.cause;
  into.text("Unit", cause.unit);
  into.text("Kind", to_string(cause.kind));
  into.text("Text", link.text);
  if (cause.when.happened()) into.time("Timestamp", cause.when.realtime.count());
  if (cause.job != JobType::nop) {
    into.text("Job", to_string(cause.job));
    const bool ran = cause.kind != CauseKind::refused && cause.kind != CauseKind::waiting && cause.when.happened();
    if (ran) into.text("JobResult", to_string(cause.result));
  }
  if (cause.kind == CauseKind::stopped || cause.kind == CauseKind::canceled) into.text("Reason", reason_name(cause));
  into.text("Other", cause.other);
  if (!cause.other.empty()) into.text("Dependency", to_string(cause.through));
  if (cause.kind == CauseKind::not_loaded) into.text("LoadState", to_string(cause.load));
  into.text("Step", cause.step);
  const bool ended = cause.token != 0 || cause.kind == CauseKind::exited || cause.kind == CauseKind::finished;
  if (ended && cause.kind != CauseKind::spawn) {
    if (cause.status.kind == ExitStatus::Kind::exited) into.number("ExitCode", cause.status.value);
    if (cause.status.kind == ExitStatus::Kind::killed || cause.status.kind == ExitStatus::Kind::dumped)
      into.text("Signal", "SIG" + signal_name(cause.status.value));
  }
  if (cause.error_number != 0) {
    into.number("Errno", cause.error_number);
    if (const char* name = strerrorname_np(cause.error_number)) into.text("ErrnoName", name);
  }
  if (cause.limit.count() != 0) into.time("LimitUSec", cause.limit.count());
  if (cause.count != 0) into.count("Count", cause.count);
  into.text("Detail", cause.detail);
  into.text("Directive", link.setting);
  into.text("Value", link.value);
  into.at(link.at);
  if (cause.left_out != 0) into.count("LeftOut", cause.left_out);
}

constexpr const char* explanation_signature = "bsssayaa{sv}";

void show_explanation(BusSink& sink, const Explanation& made) {
  sink.boolean(made.is_failure);
  sink.string(made.sentence);
  sink.string(made.next_step);
  sink.string(made.log_unit);
  const bool has_run = !made.log_unit.empty() && made.invocation != Id128{};
  sink.bytes(has_run ? std::as_bytes(std::span(made.invocation)) : std::span<const std::byte>());
  show_dictionaries(sink, made.chain, show_link);
}

void show_step(Entries& into, const DryRun::Step& step) {
  into.text("Unit", step.unit);
  into.text("Job", to_string(step.type));
  into.count("Wave", step.wave);
  into.text("ActiveState", to_string(step.now));
  if (step.installed) into.text("InstalledJob", to_string(*step.installed));
  into.text("Reason", to_string(step.reason));
  into.text("By", step.by);
  if (step.reason == PlanReason::Kind::dependency) into.text("Dependency", to_string(step.through));
  into.at(step.at);
  into.texts("WaitsFor", step.waits_for);
}

void show_loop(Entries& into, const DryRun::Loop& loop) {
  into.texts("Units", loop.units);
  into.text("Deleted", loop.deleted);
}

void show_run(Entries& into, const DryRun& run) {
  into.text("Unit", run.unit);
  into.text("Job", to_string(run.type));
  into.text("Mode", to_string(run.mode));
  into.entry("Steps", "aa{sv}", [&](BusSink& s) { show_dictionaries(s, run.steps, show_step); });
  into.texts("Canceled", run.canceled);
  into.entry("Loops", "aa{sv}", [&](BusSink& s) { show_dictionaries(s, run.loops, show_loop); });
  into.texts("Notes", run.notes);
  if (!run.refused) return;
  into.text("Refused", run.refused->message);
  into.text("Because", run.refusal.sentence);
  into.text("NextStep", run.refusal.next_step);
  into.entry("Chain", "aa{sv}", [&](BusSink& s) { show_dictionaries(s, run.refusal.chain, show_link); });
}

/// Units that a start of this one would need may still have to be read.
Result<> answer_why(Call& call, UnitId unit) {
  if (const auto ready = call.api().look_ahead(unit); !ready && call.has_to_wait(ready.error(), unit)) return {};
  show_explanation(call.answer(), call.api().explain(unit));
  return {};
}

Result<> explain_unit(Call& call) {
  const UnitId unit = SVCD_TRY(call.api().load(call.text()));
  return answer_why(call, unit);
}
Result<> explain_this(Call& call) {
  return answer_why(call, call.object.unit);
}
Result<> explain_job(Call& call) {
  const Explanation made = SVCD_TRY(call.api().explain_job(call.u32()));
  show_explanation(call.answer(), made);
  return {};
}

/// The verbs of svcctl; isolate is a mode of start.
Result<JobRequest> request_of(const std::string& verb, const std::string& name, JobMode mode) {
  const bool isolates = verb == "isolate";
  const std::string_view method = verb == "try-reload-or-restart" ? "reload-or-try-restart" : std::string_view(verb);
  JobVerb asked;
  if (!isolates) asked = SVCD_TRY(parse_job_verb(method));
  const UnitName unit = SVCD_TRY(UnitName::parse(name));
  return JobRequest{unit, asked.type, isolates ? JobMode::isolate : mode, asked.reload_if_possible, 0};
}

Result<> plan_requests(Call& call) {
  const std::string verb = call.text();
  const std::vector<std::string> names = call.texts();
  const std::string mode_name = call.text();
  JobMode mode{};
  if (!parse_job_mode(mode_name, mode)) return fail(ErrorCode::invalid_args, "Job mode {} invalid", mode_name);
  constexpr size_t requests_max = 64;
  if (names.empty() || names.size() > requests_max)
    return fail(ErrorCode::invalid_args, "Between 1 and {} units can be planned for at once.", requests_max);
  std::vector<JobRequest> requests;
  for (const std::string& name : names) {
    JobRequest request = SVCD_TRY(request_of(verb, name, mode));
    requests.push_back(std::move(request));
  }
  const auto runs = call.api().dry_run(requests);
  if (!runs && runs.error().code == ErrorCode::still_loading) {
    const UnitId first = SVCD_TRY(call.api().load(names.front()));
    if (call.has_to_wait(runs.error(), first)) return {};
  }
  if (!runs) return tl::unexpected(runs.error());
  show_dictionaries(call.answer(), *runs, show_run);
  return {};
}

// clang-format off
constexpr Method of_manager[] = {
    {"ExplainUnit", "s",    explanation_signature, "name\0failure\0sentence\0next_step\0log_unit\0invocation\0chain\0", Right::subscribe, explain_unit},
    {"ExplainJob",  "u",    explanation_signature, "id\0failure\0sentence\0next_step\0log_unit\0invocation\0chain\0", Right::subscribe, explain_job},
    {"Plan",        "sass", "aa{sv}",              "verb\0units\0mode\0plans\0", Right::subscribe, plan_requests},
};
constexpr Method of_unit[] = {
    {"Explain",     "",     explanation_signature, "failure\0sentence\0next_step\0log_unit\0invocation\0chain\0", Right::subscribe, explain_this},
};
// clang-format on

}  // namespace

std::span<const Method> own_manager_methods() {
  return of_manager;
}
std::span<const Method> own_unit_methods() {
  return of_unit;
}

}  // namespace svcd
