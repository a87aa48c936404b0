// Explanations, made when somebody asks: the noted causes followed to their end, what a start would run into, what a
// job waits for, and the lines of the files that say so.
#include <algorithm>

#include "daemon/engine/cause_text.h"
#include "daemon/engine/manager.h"
#include "daemon/engine/plan_view.h"
#include "libunit/settings.h"
#include "libunit/written.h"

namespace svcd {

namespace {

/// The command that stands at `index` of its list: a list may begin anew, and one line may hold several commands.
const WrittenValue* nth(const std::vector<WrittenValue>& values, std::string_view key, uint32_t index) {
  const WrittenValue* found = nullptr;
  for (const WrittenValue& value : values) {
    if (!value.counts || value.key != key || value.value.empty()) continue;
    found = &value;
    if (index == 0) break;
    --index;
  }
  return found;
}

const WrittenValue* last(const std::vector<WrittenValue>& values) {
  const auto at = std::find_if(values.rbegin(), values.rend(), [](const WrittenValue& v) { return v.counts; });
  return at == values.rend() ? nullptr : &*at;
}

bool lies_on(std::string_view path, std::string_view where) {
  return path.starts_with(where) && (path.size() == where.size() || path[where.size()] == '/' || where == "/");
}

/// The line of RequiresMountsFor= that needs this mount.
const WrittenValue* mount_line(const std::vector<WrittenValue>& values, const std::string& where) {
  for (const WrittenValue& value : values) {
    if (!value.counts) continue;
    for (size_t at = 0; at < value.value.size();) {
      const size_t end = std::min(value.value.find_first_of(" \t", at), value.value.size());
      if (lies_on(std::string_view(value.value).substr(at, end - at), where)) return &value;
      at = end + 1;
    }
  }
  return nullptr;
}

/// The line that has what the text begins with as one of its words, or as a part of one ("source:destination").
const WrittenValue* line_naming(const std::vector<WrittenValue>& values, std::string_view text) {
  for (const std::string_view between : {" \t\"'", " \t\"':,"})
    for (const WrittenValue& value : values) {
      if (!value.counts) continue;
      for (size_t at = 0; at < value.value.size();) {
        const size_t end = std::min(value.value.find_first_of(between, at), value.value.size());
        std::string_view word = std::string_view(value.value).substr(at, end - at);
        while (word.starts_with('-') || word.starts_with('+')) word.remove_prefix(1);
        if (!word.empty() && text.starts_with(word) && (text.size() == word.size() || text[word.size()] == ':'))
          return &value;
        at = end + 1;
      }
    }
  return nullptr;
}

/// Why a request is refused, in terms of the unit that cannot have its job.
void describe_refusal(Cause& cause, const Error& error) {
  using U = UnitSection;
  const bool starts = cause.job != JobType::stop;
  switch (error.code) {
    case ErrorCode::only_by_dependency:
      cause.setting = starts ? key_of<&U::refuse_manual_start>() : key_of<&U::refuse_manual_stop>();
      cause.detail = fmt::format("only other units may ask for that ({}=)", cause.setting);
      return;
    case ErrorCode::no_isolation:
      cause.setting = key_of<&U::allow_isolate>();
      cause.detail = fmt::format("it may not be isolated ({}=)", cause.setting);
      return;
    case ErrorCode::transaction_is_destructive: cause.detail = "it has a job that may not be replaced"; return;
    case ErrorCode::job_type_not_applicable: cause.detail = "that does not apply to it"; return;
    default: cause.detail = error.message;  // NOLINT: an open set of codes, each with its text
  }
}

/// A list may be very long, and be told of every one in it.
std::string shown_value(std::string_view value) {
  size_t most = 512;
  if (value.size() <= most) return std::string(value);
  if (const size_t space = value.rfind(' ', most); space != value.npos) most = space;
  while (most > 0 && (static_cast<unsigned char>(value[most]) & 0xC0) == 0x80) --most;  // no half character
  return fmt::format("{}…", value.substr(0, most));
}

std::string start_command(const Unit& unit) {
  return "svcctl start " + unit.name().str();
}

/// What a start by another unit would mean. Everybody may ask: of very many units nothing is foretold.
PlanRequest start_of(const Unit& unit) {
  constexpr size_t most_jobs = 4096;
  PlanRequest request{unit.index(), JobType::start, JobMode::replace, false};
  request.jobs_max = most_jobs;
  return request;
}

}  // namespace

/// Why a service is down that noted nothing: after a change of managers, or because nothing went wrong.
std::optional<Cause> Manager::past_cause(const Unit& unit) const {
  const ServiceStatus* service = unit.service_status();
  if (!service || !unit.is_down()) return std::nullopt;
  Cause cause = cause_of(unit, CauseKind::finished);
  cause.when = service->main.exit;
  cause.status = service->main.status;
  cause.setting = key_of<&ServiceSection::exec_start>();
  const ExecCommands& commands = unit.config().service().exec_start;
  if (!commands.empty()) cause.detail = fmt::format("{}", fmt::join(commands.front().argv, " "));
  if (service->result == UnitResult::success) {
    if (!service->main.exit.happened()) return std::nullopt;
    cause.kind = CauseKind::finished;
    return cause;
  }
  const bool ended = service->result == UnitResult::exit_code || service->result == UnitResult::signal ||
                     service->result == UnitResult::core_dump;
  cause.kind = ended && service->main.exit.happened() ? CauseKind::exited : CauseKind::resources;
  if (cause.kind == CauseKind::resources) {
    cause.setting = "";
    cause.detail = fmt::format("its result is '{}'", to_string(service->result));
  }
  return cause;
}

/// What is to be told of a unit that noted nothing of interest, or whose start would be refused anyway.
Causes::Handle Manager::present_cause(const Unit& unit) {
  Causes::Handle noted = causes_.find(unit.index());
  const auto made = [](Cause cause) { return std::make_shared<const Cause>(std::move(cause)); };
  if (unit.is_up()) return noted && noted->is_failure() ? noted : nullptr;
  if (!unit.is_down()) return noted && noted->is_failure() ? noted : nullptr;
  if (noted && noted->is_failure() && noted->kind != CauseKind::canceled) return noted;
  if (unit.active_state() == ActiveState::inactive) {
    PlanRefusal refusal;
    const auto planned = plan(registry_.graph(), PlanView(registry_, jobs_), start_of(unit), nullptr, &refusal);
    if (!planned && planned.error().code != ErrorCode::still_loading &&
        planned.error().code != ErrorCode::limits_exceeded)
      return refusal_cause(unit, JobType::start, planned.error(), refusal);
  }
  // stopped while it waited for its restart, and failed when it was cleaned since: of what its result speaks
  if (noted && (noted->is_failure() || unit.active_state() != ActiveState::failed)) return noted;
  if (auto past = past_cause(unit)) return made(std::move(*past));
  if (unit.active_state() == ActiveState::failed) {
    Cause unknown = cause_of(unit, CauseKind::resources);
    unknown.detail = fmt::format("its result is '{}'", to_string(unit.result()));
    return made(std::move(unknown));
  }
  return made(cause_of(unit, unit.has_a_past() ? CauseKind::finished : CauseKind::idle));
}

/// From the unit that cannot have its job up to the one that was asked for.
Causes::Handle Manager::refusal_cause(const Unit& asked, JobType asked_for, const Error& error,
                                      const PlanRefusal& refusal) const {
  const auto name = [&](UnitIndex index) {
    const Unit* unit = registry_.at(index);
    return unit ? unit->name().str() : std::string();
  };
  const auto make = [&](UnitIndex index, CauseKind kind, JobType job) {
    const Unit* unit = registry_.at(index);
    Cause cause = cause_of(unit ? *unit : asked, kind);
    cause.job = job;
    cause.when = {};  // it did not happen: it would
    return cause;
  };
  const UnitIndex culprit = refusal.path.empty() ? asked.index() : refusal.path.front().unit;
  const Unit* unit = registry_.at(culprit);
  const bool is_unusable = unit && unit->loaded().state != LoadState::loaded && refusal.loop.empty() &&
                           error.code != ErrorCode::transaction_is_destructive;
  const JobType wanted = refusal.path.empty() ? asked_for : refusal.path.front().type;
  Cause first = make(culprit, is_unusable ? CauseKind::not_loaded : CauseKind::refused, wanted);
  if (is_unusable) first.load = unit->loaded().state;
  if (is_unusable)
    first.detail = load_problem(unit->loaded());
  else
    describe_refusal(first, error);
  if (!refusal.loop.empty()) {
    first.detail = "the order is a loop: " + loop_text(refusal.loop);
    first.step = "order-loop";
  }
  auto link = std::make_shared<const Cause>(std::move(first));
  for (size_t i = 1; i < refusal.path.size(); ++i) {
    if (refusal.path[i].unit == culprit || refusal.path[i - 1].unit == refusal.path[i].unit) continue;
    // a long way down keeps its two ends
    if (i >= cause_chain_max && i + 1 < refusal.path.size()) continue;
    Cause above = make(refusal.path[i].unit, CauseKind::refused, refusal.path[i].type);
    above.other = name(refusal.path[i - 1].unit);
    above.through = refusal.path[i - 1].reason.through;
    above.because = link;
    link = std::make_shared<const Cause>(std::move(above));
  }
  return link;
}

CauseLink Manager::link_of(const Cause& cause) {
  CauseLink link;
  link.cause = cause;
  link.cause.because = nullptr;
  link.setting = cause.setting;
  WrittenLines lines;
  if (const Unit* unit = registry_.find(cause.unit)) locate(link, *unit, lines);
  link.text = link_text(link);
  return link;
}

/// The line that says so. A dependency may stand in the other unit's file, or behind RequiresMountsFor=, or in none.
void Manager::locate(CauseLink& link, const Unit& unit, WrittenLines& known) {
  const Cause& cause = link.cause;
  const auto values = [&](const Unit& of, const char* key) -> const std::vector<WrittenValue>& {
    return known.of(kernel_.files(), of.loaded(), setup_.host, key);
  };
  const auto take = [&](const WrittenValue* value) {
    if (!value) return false;
    link.setting = value->key;
    link.value = shown_value(value->value);
    link.at = value->at;
    return true;
  };
  if (*cause.setting) {
    const auto& written = values(unit, cause.setting);
    const Setting* row = find_setting(unit.type(), section_name(unit.type()), cause.setting);
    if (row && row->signature == std::string_view("a(sasbttttuii)"))  // a list of commands
      take(nth(written, cause.setting, cause.index));
    else if (!take(line_naming(written, cause.detail)) && !take(find_written(written, cause.setting, cause.detail)))
      take(last(written));
    return;
  }
  if (cause.kind == CauseKind::not_loaded)
    if (const Diagnostic* why = load_diagnostic(unit.loaded())) link.at = why->at;
  if (cause.other.empty()) return;
  const Unit* other = registry_.find(cause.other);
  const auto in = [&](const Unit& of, Dependency kind, const std::string& word) {
    const char* key = known_key(to_string(kind));
    return *key && take(known.naming(kernel_.files(), of.loaded(), setup_.host, key, word));
  };
  if (in(unit, cause.through, cause.other) || (other && in(*other, inverse(cause.through), cause.unit))) return;
  if (!other || other->type() != UnitType::mount) return;
  const char* key = key_of<&UnitSection::requires_mounts_for>();
  take(mount_line(values(unit, key), other->config().mount().where));
}

/// After a change of managers a cause has lost what it rests on: it is what the other unit noted.
Explanation Manager::explanation_of(const Causes::Handle& first, const Unit& unit) {
  Explanation made;
  made.unit = unit.name().str();
  Causes::Handle cause = first;
  for (unsigned links = 0; cause && links <= 2 * cause_chain_max; ++links) {
    made.chain.push_back(link_of(*cause));
    made.is_failure = made.is_failure || cause->is_failure();
    Causes::Handle next = cause->because;
    if (!next && !cause->other.empty() && cause->kind == CauseKind::dependency) {
      const Unit* other = registry_.find(cause->other);
      next = other ? causes_.find(other->index()) : nullptr;
      if (next && next->when.monotonic > cause->when.monotonic) next = nullptr;
    }
    cause = next;
  }
  made.sentence = chain_text(made.chain);
  made.next_step = next_step_text(made.chain);
  if (made.next_step == start_command(unit) && unit.config().unit().refuse_manual_start)
    made.next_step = fmt::format("start a unit that needs it ({}=)", key_of<&UnitSection::refuse_manual_start>());
  if (made.chain.empty()) return made;
  const Cause& last = made.chain.back().cause;
  const Unit* talker = registry_.find(last.unit);
  const bool speaks = last.kind == CauseKind::exited || last.kind == CauseKind::timeout ||
                      last.kind == CauseKind::protocol || last.kind == CauseKind::watchdog ||
                      (last.kind == CauseKind::condition && last.token != 0);
  if (talker && speaks) {
    made.log_unit = last.unit;
    made.invocation = talker->status().invocation;
  }
  return made;
}

Result<> Manager::look_ahead(UnitId id) {
  const Unit* unit = registry_.get(id);
  if (!unit || unit->active_state() != ActiveState::inactive) return {};
  const auto planned = plan(registry_.graph(), PlanView(registry_, jobs_), start_of(*unit));
  if (!planned && planned.error().code == ErrorCode::still_loading) return tl::unexpected(planned.error());
  return {};
}

Explanation Manager::explain(UnitId id) {
  const Unit* unit = registry_.get(id);
  if (!unit) return {};
  // one that waits for nobody begins at once: of a unit that failed there is still to be told why
  if (const Job* job = jobs_.of(id.index); job && job->state == JobState::waiting)
    if (const auto waiting = explain_job(job->id);
        waiting && (!waiting->chain.empty() || unit->active_state() != ActiveState::failed))
      return *waiting;
  return explanation_of(present_cause(*unit), *unit);
}

Result<Explanation> Manager::explain_job(JobId id) {
  const Job* job = jobs_.find(id);
  if (!job) return fail(ErrorCode::no_such_job, "Job {} does not exist.", id);
  const Unit* unit = registry_.get(job->unit);
  if (!unit) return fail(ErrorCode::no_such_job, "Job {} does not exist.", id);
  std::vector<Cause> way;  // each job waits for the next
  for (const Job* at = job; at && way.size() < cause_chain_max;) {
    const Unit* waiting = registry_.get(at->unit);
    const Unit* other = waiting && at->state == JobState::waiting ? awaited(*at) : nullptr;
    if (!other) break;
    Cause cause = cause_of(*waiting, CauseKind::waiting);
    cause.job = at->type;
    cause.when = at->begin;
    cause.other = other->name().str();
    cause.through = order_between(*waiting, *other);
    way.push_back(std::move(cause));
    at = jobs_.of(other->index());
  }
  Causes::Handle chain;
  for (auto cause = way.rbegin(); cause != way.rend(); ++cause) {
    cause->because = chain;
    chain = std::make_shared<const Cause>(std::move(*cause));
  }
  return explanation_of(chain, *unit);
}

}  // namespace svcd
