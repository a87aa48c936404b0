#include "daemon/rehearsal/json_report.h"

#include <nlohmann/json.hpp>

namespace svcd::rehearsal {
namespace {

using Json = nlohmann::ordered_json;
constexpr int format = 1;

std::string text_of(const Json& json, bool pretty) {
  return json.dump(pretty ? 1 : -1, '\t', false, Json::error_handler_t::replace) + "\n";
}

Json usec(const std::optional<Time>& time) {
  return time ? Json(time->count()) : Json();
}

Json text_or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

Json name_of(const JobStory& job) {
  return {{"unit", job.unit}, {"type", to_string(job.type)}};
}

Json jobs_of(const Run& run) {
  Json jobs = Json::array();
  for (const JobStory& job : run.jobs) {
    Json one = name_of(job);
    one["asked_usec"] = job.asked.count();
    one["began_usec"] = usec(job.began);
    one["ended_usec"] = usec(job.ended);
    one["result"] = job.result ? Json(to_string(*job.result)) : Json();
    one["simulated"] = job.is_simulated;
    one["waited_for"] = nullptr;
    if (job.waited_for) {
      one["waited_for"] = name_of(run.jobs[*job.waited_for]);
      one["waited_for"]["because"] = text_or_null(job.because);
    }
    jobs.push_back(std::move(one));
  }
  return jobs;
}

Json units_of(const Run& run) {
  Json units = Json::array();
  for (const UnitStory& unit : run.units) {
    Json states = Json::array();
    for (const StateChange& change : unit.states)
      states.push_back({{"at_usec", change.at.count()}, {"active", to_string(change.active)}, {"sub", change.sub}});
    units.push_back({{"unit", unit.name},
                     {"description", unit.description},
                     {"file", text_or_null(unit.path)},
                     {"restarts", unit.restarts},
                     {"restarted_because", text_or_null(unit.restarted_because)},
                     {"states", std::move(states)}});
  }
  return units;
}

Json chain_of(const Run& run) {
  Json chain = Json::array();
  for (const ChainLink& link : run.chain) {
    const JobStory& job = run.jobs[link.job];
    chain.push_back({{"unit", job.unit},
                     {"began_usec", usec(job.began)},
                     {"ended_usec", usec(job.ended)},
                     {"because", text_or_null(link.because)}});
  }
  return chain;
}

Json cycles_of(const Run& run) {
  Json cycles = Json::array();
  for (const Cycle& cycle : run.cycles) {
    Json links = Json::array();
    for (const Cycle::Link& link : cycle.links)
      links.push_back({{"unit", link.unit}, {"type", link.job}, {"because", text_or_null(link.because)}});
    cycles.push_back(
        {{"at_usec", cycle.at.count()}, {"jobs", std::move(links)}, {"left_out", text_or_null(cycle.left_out)}});
  }
  return cycles;
}

Json troubles_of(const Run& run) {
  Json unfinished = Json::array(), long_stops = Json::array(), failures = Json::array(), missing = Json::array();
  for (const Unfinished& left : run.unfinished) {
    Json one = name_of(run.jobs[left.job]);
    one["state"] = left.state;
    one["waits_for"] = left.waits_for;
    unfinished.push_back(std::move(one));
  }
  for (const LongStop& stop : run.long_stops)
    long_stops.push_back({{"unit", stop.unit},
                          {"began_usec", stop.began.count()},
                          {"ended_usec", usec(stop.ended)},
                          {"limit", stop.limit}});
  for (const Failure& failure : run.failures)
    failures.push_back({{"unit", text_or_null(failure.unit)},
                        {"at_usec", failure.at.count()},
                        {"why", failure.why},
                        {"consequence", failure.is_consequence}});
  for (const MissingUnit& unit : run.missing)
    missing.push_back({{"unit", unit.name},
                       {"load_state", to_string(unit.state)},
                       {"why", text_or_null(unit.why)},
                       {"needed", unit.is_needed},
                       {"by", unit.needed_by}});
  return {{"unfinished", std::move(unfinished)},
          {"long_stops", std::move(long_stops)},
          {"failures", std::move(failures)},
          {"missing", std::move(missing)}};
}

Json spread_of(const Spread& spread) {
  if (spread.count == 0) return nullptr;
  return {{"count", spread.count},
          {"min_usec", spread.least.count()},
          {"median_usec", spread.median.count()},
          {"max_usec", spread.most.count()}};
}

}  // namespace

std::string json_report(const Run& run, bool pretty) {
  Json json = {{"format", format},
               {"seed", run.seed},
               {"target", run.target},
               {"reached_usec", usec(run.reached)},
               {"end_usec", run.end.count()},
               {"exit_code", int(run.verdict())},
               {"deadlock", run.is_deadlock && !run.unfinished.empty()},
               {"jobs", jobs_of(run)},
               {"units", units_of(run)},
               {"critical_chain", chain_of(run)},
               {"cycles", cycles_of(run)}};
  json.update(troubles_of(run));
  json["untested_conditions"] = run.untested;
  json["notes"] = run.notes;
  json["standard_units"] = run.standard;
  return text_of(json, pretty);
}

std::string json_report(const SeedsReport& report, bool pretty) {
  Json units = Json::array(), bad = Json::array();
  for (const UnitSpread& unit : report.units)
    units.push_back({{"unit", unit.unit},
                     {"up", spread_of(unit.up)},
                     {"took", spread_of(unit.took)},
                     {"on_critical_chain", unit.on_chain},
                     {"results", unit.results}});
  for (const BadSeed& seed : report.bad)
    bad.push_back({{"seed", seed.seed}, {"exit_code", int(seed.verdict)}, {"what", seed.what}});
  return text_of({{"format", format},
                  {"target", report.target},
                  {"first_seed", report.first_seed},
                  {"seeds", report.seeds},
                  {"reached", spread_of(report.reached)},
                  {"exit_code", int(report.verdict)},
                  {"bad_seeds", std::move(bad)},
                  {"units", std::move(units)}},
                 pretty);
}

}  // namespace svcd::rehearsal
