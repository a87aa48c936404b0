#include "dbus/server/job_requests.h"

#include <algorithm>

#include <csignal>

#include "dbus/server/object_path.h"
#include "dbus/server/show.h"

namespace svcd {
namespace {

Result<JobMode> parse_mode(const std::string& text) {
  JobMode mode{};
  if (!parse_job_mode(text, mode)) return fail(ErrorCode::invalid_args, "Job mode {} invalid", text);
  return mode;
}

Result<JobId> submit(Call& call, UnitId unit, JobVerb verb, JobMode mode) {
  JobRequest request;
  request.unit = call.api().loaded(unit).id;
  request.type = verb.type;
  request.mode = mode;
  request.reload_if_possible = verb.reload_if_possible;
  request.client = call.client_id();
  return call.api().submit(request);
}

void show_job(ManagerApi& api, const JobInfo& job, BusSink& sink) {
  const std::string& unit = api.loaded(job.unit).id.str();
  sink.u32(job.id);
  sink.object_path(job_path(job.id));
  sink.string(unit);
  sink.object_path(unit_path(unit));
  sink.string(to_string(job.type));
}

bool parse_who(std::string_view text, KillWho& into) {
  using enum KillWho;
  constexpr std::pair<std::string_view, KillWho> names[] = {{"", all},
                                                            {"main", main},
                                                            {"control", control},
                                                            {"all", all},
                                                            {"main-fail", main_fail},
                                                            {"control-fail", control_fail},
                                                            {"all-fail", all_fail}};
  for (const auto& [name, who] : names)
    if (name == text) return into = who, true;
  return false;
}

}  // namespace

Result<JobVerb> parse_job_verb(std::string_view name) {
  if (name == "reload-or-restart") return JobVerb{JobType::restart, true};
  if (name == "reload-or-try-restart") return JobVerb{JobType::try_restart, true};
  JobVerb verb;
  if (!parse_job_type(name, verb.type)) return fail(ErrorCode::invalid_args, "Job type {} invalid", name);
  return verb;
}

Result<> request_job(Call& call, UnitId unit, JobVerb verb, const std::string& mode) {
  const Replies::Hold hold(call.context.replies);
  const JobMode how = SVCD_TRY(parse_mode(mode));
  const Result<JobId> submitted = submit(call, unit, verb, how);
  if (!submitted && call.has_to_wait(submitted.error(), unit)) return {};
  const JobId job = SVCD_TRY(Result<JobId>(submitted));
  call.answer().object_path(job_path(job));
  call.answer_when_announced(job);
  return {};
}

Result<> request_job_by_name(Call& call, UnitId unit, const std::string& type, const std::string& mode) {
  const Replies::Hold hold(call.context.replies);
  const JobVerb verb = SVCD_TRY(parse_job_verb(type));
  JobId newest = 0;
  for (const JobInfo& job : call.api().jobs()) newest = std::max(newest, job.id);
  const JobMode how = SVCD_TRY(parse_mode(mode));
  const Result<JobId> submitted = submit(call, unit, verb, how);
  if (!submitted && call.has_to_wait(submitted.error(), unit)) return {};
  const JobId job = SVCD_TRY(Result<JobId>(submitted));
  const std::optional<JobInfo> anchor = call.api().job(job);
  if (!anchor) return fail(ErrorCode::no_such_job, "Job {} does not exist.", job);
  BusSink& sink = call.answer();
  show_job(call.api(), *anchor, sink);
  sink.open_array("(uosos)");
  for (const JobInfo& other : call.api().jobs()) {
    if (other.id <= newest || other.id == job) continue;  // was there before
    sink.open_struct("uosos");
    show_job(call.api(), other, sink);
    sink.close_struct();
  }
  sink.close_array();
  call.answer_when_announced(job);
  return {};
}

Result<> kill_unit(Call& call, UnitId unit, const std::string& whom, int32_t signal) {
  KillWho who{};
  if (!parse_who(whom, who)) return fail(ErrorCode::invalid_args, "Invalid who argument {}", whom);
  if (signal <= 0 || signal > SIGRTMAX) return fail(ErrorCode::invalid_args, "Signal number out of range.");
  return call.api().kill(unit, who, signal);
}

Result<> clean_unit(Call& call, UnitId unit, const std::vector<std::string>& kinds) {
  DirectoryKinds what = 0;
  for (const std::string& kind : kinds) {
    const auto known = std::ranges::find(directory_kinds, kind);
    if (kind == "all")
      what = DirectoryKinds((1u << directory_kinds.size()) - 1);
    else if (known == directory_kinds.end())
      return fail(ErrorCode::invalid_args, "Invalid resource type: {}", kind);
    else
      what |= DirectoryKinds(1u << (known - directory_kinds.begin()));
  }
  return call.api().clean(unit, what);
}

Result<> freeze_unit(Call& call, UnitId unit, bool frozen) {
  const RequestId request = call.context.replies.when_done(keep(call.message));
  call.answered_later();
  call.api().freeze(unit, frozen, request);
  return {};
}

Result<> reference_unit(Call& call, UnitId unit) {
  if (!call.client) return fail(ErrorCode::not_referenced, "The caller is not known.");
  SVCD_TRY(call.api().ref(unit, call.client->id));
  call.context.clients.reference(*call.client, unit);
  return {};
}

Result<> unreference_unit(Call& call, UnitId unit) {
  if (!call.client || !call.context.clients.unreference(*call.client, unit))
    return fail(ErrorCode::not_referenced, "Unit has not been referenced yet.");
  return call.api().unref(unit, call.client->id);
}

}  // namespace svcd
