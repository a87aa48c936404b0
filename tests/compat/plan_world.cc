#include "compat/plan_world.h"

#include <algorithm>

namespace svcd {

namespace {

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const size_t end = std::min(text.find(at), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

std::optional<Dependency> parse_dependency(std::string_view key) {
  for (int i = 0; i < dependency_count; ++i)
    if (to_string(Dependency(i)) == key) return Dependency(i);
  return std::nullopt;
}

/// "PATH:PathExists" of a.path: a setting of another type that triggers the service of the same name.
bool is_trigger(std::string_view name) {
  return name.ends_with(".path") || name.ends_with(".timer");
}

}  // namespace

PlanWorld::PlanWorld(std::string_view units) {
  for (const std::string_view unit : split(units, ';')) parse_unit(unit);
}

UnitIndex PlanWorld::index(std::string_view name) {
  std::string full(name);
  if (full.find('.') == std::string::npos) full += ".service";
  if (const auto found = index_.find(full); found != index_.end()) return found->second;
  const UnitIndex index = UnitIndex(units_.size());
  Unit& unit = units_.emplace_back();
  unit.name = UnitName::parse(full).value();
  unit.facts.name = &unit.name;
  unit.facts.load = LoadState::not_found;
  index_[full] = index;
  all_.push_back(index);
  return index;
}

void PlanWorld::parse_unit(std::string_view text) {
  const std::vector<std::string_view> words = split(text, ' ');
  if (words.empty()) return;
  std::string_view name = words[0];
  const char state = name.back();
  if (std::string_view("+~!#%").find(state) != std::string_view::npos) name.remove_suffix(1);
  const UnitIndex unit = index(name);
  UnitFacts& facts = units_[unit].facts;
  facts.load = state == '#' ? LoadState::masked : state == '%' ? LoadState::bad_setting : LoadState::loaded;
  if (state == '+') facts.active = ActiveState::active;
  if (state == '!') facts.active = ActiveState::failed;
  if (state == '~') {
    facts.active = ActiveState::activating;
    units_[unit].job = JobFacts{JobType::start, JobState::running};
  }
  if (is_trigger(units_[unit].name.str()))
    graph_.add(unit, Dependency::triggers, index(std::string(units_[unit].name.without_type())), cause_implicit);
  std::string_view key;
  for (std::string_view word : std::vector(words.begin() + 1, words.end())) {
    if (const size_t equals = word.find('='); equals != std::string_view::npos) {
      key = word.substr(0, equals);
      word.remove_prefix(equals + 1);
    }
    if (key == "Reload") facts.can_reload = true;
    if (key == "AllowIsolate") facts.allow_isolate = true;
    if (key == "IgnoreOnIsolate") facts.ignore_on_isolate = true;
    if (key == "RefuseManualStart") facts.refuse_manual_start = true;
    if (key == "RefuseManualStop") facts.refuse_manual_stop = true;
    if (const auto kind = parse_dependency(key)) graph_.add(unit, *kind, index(word), cause_file);
  }
}

Result<Transaction> PlanWorld::ask(std::string_view text, std::vector<PlanNote>* log) {
  const std::vector<std::string_view> words = split(text, ' ');
  PlanRequest request;
  request.unit = index(words.at(1));
  const std::string_view mode = words.size() > 2 ? words[2] : "replace";
  if (!parse_job_mode(mode, request.mode)) return fail(ErrorCode::invalid_args, "Job mode {} invalid", mode);
  const bool can_reload = units_[request.unit].facts.can_reload;
  if (words[0] == "reload-or-restart")
    request.type = prefer_reload(JobType::restart, can_reload);
  else if (words[0] == "reload-or-try-restart")
    request.type = prefer_reload(JobType::try_restart, can_reload);
  else if (!parse_job_type(words[0], request.type))
    return fail(ErrorCode::invalid_args, "Job type {} invalid", words[0]);
  return plan(graph_, *this, request, log);
}

bool PlanWorld::must_wait_for_any(const PlannedJob& job) const {
  for (const Dependency order : {Dependency::before, Dependency::after})
    for (const UnitIndex other : graph_.edges(job.unit, order))
      if (units_[other].job && must_wait(job.type, order, units_[other].job->type)) return true;
  return false;
}

Result<> PlanWorld::install(std::string_view request) {
  const Transaction transaction = SVCD_TRY(ask(request));
  for (const PlannedJob& job : transaction.jobs)
    units_[job.unit].job = JobFacts{job.type, JobState::waiting, job.irreversible, job.ignore_order};
  for (const PlannedJob& job : transaction.jobs) {
    if (job.type != JobType::start || must_wait_for_any(job)) continue;
    units_[job.unit].job.reset();
    units_[job.unit].facts.active = ActiveState::active;
  }
  return {};
}

std::string PlanWorld::title(const PlannedJob& job) const {
  const Unit& unit = units_[job.unit];
  JobType type = job.type;
  if (unit.job && !contradict(unit.job->type, type))  // it will join the installed one
    if (const auto both = merge(unit.job->type, type)) type = collapse(*both, unit.facts.active);
  return fmt::format("{}/{}", unit.name.str(), to_string(type));
}

std::string PlanWorld::in_order(std::string_view request) {
  const Result<Transaction> transaction = ask(request);
  if (!transaction) return transaction.error().message;
  std::vector<std::string> titles;
  for (const PlannedJob& job : transaction->jobs) titles.push_back(title(job));
  return fmt::format("{}", fmt::join(titles, " "));
}

std::string PlanWorld::answer(std::string_view request) {
  std::vector<PlanNote> log;
  const Result<Transaction> transaction = ask(request, &log);
  std::string text;
  if (transaction) {
    std::vector<std::string> titles;
    for (const PlannedJob& job : transaction->jobs) titles.push_back(title(job));
    std::sort(titles.begin() + 1, titles.end());
    text = fmt::format("{}", fmt::join(titles, " "));
    log = transaction->log;
  } else {
    text = transaction.error().message;
  }
  for (const PlanNote& note : log)
    if (note.priority <= 4) text += "\n" + note.text;
  return text;
}

}  // namespace svcd
