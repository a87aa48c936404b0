#include "compat/play/container/bus_player.h"

#include <systemd/sd-journal.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>

namespace svcd {

namespace {

constexpr const char* destination = "org.freedesktop.systemd1";
constexpr const char* manager_path = "/org/freedesktop/systemd1";
constexpr const char* manager_interface = "org.freedesktop.systemd1.Manager";
constexpr const char* unit_root = "/org/freedesktop/systemd1/unit";

int64_t clock_usec(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return int64_t(time.tv_sec) * 1'000'000 + time.tv_nsec / 1000;
}

/// "org.freedesktop.systemd1.NoSuchUnit" -> "NoSuchUnit: Unit x not found."
std::string text_of(const sd_bus_error& error) {
  const std::string name = error.name ? error.name : "";
  return name.substr(name.rfind('.') + 1) + ": " + (error.message ? error.message : "");
}

int signal_number(const std::string& name) {
  constexpr std::pair<const char*, int> known[] = {{"TERM", SIGTERM}, {"KILL", SIGKILL}, {"HUP", SIGHUP},
                                                   {"USR1", SIGUSR1}, {"INT", SIGINT},   {"SEGV", SIGSEGV},
                                                   {"ABRT", SIGABRT}, {"USR2", SIGUSR2}, {"QUIT", SIGQUIT}};
  for (const auto& [word, number] : known)
    if (name == word) return number;
  return 0;
}

const char* method_of(const std::string& verb) {
  constexpr std::pair<const char*, const char*> known[] = {{"start", "StartUnit"},
                                                           {"stop", "StopUnit"},
                                                           {"restart", "RestartUnit"},
                                                           {"reload", "ReloadUnit"},
                                                           {"try-restart", "TryRestartUnit"},
                                                           {"reload-or-restart", "ReloadOrRestartUnit"},
                                                           {"reload-or-try-restart", "ReloadOrTryRestartUnit"},
                                                           {"isolate", "StartUnit"}};
  for (const auto& [word, member] : known)
    if (verb == word) return member;
  return nullptr;
}

void read_property(sd_bus_message* message, const std::string& name, SeenUnit& unit) {
  const char* contents = nullptr;
  char type = 0;
  sd_bus_message_peek_type(message, &type, &contents);
  sd_bus_message_enter_container(message, 'v', contents);
  const char* text = "";
  int32_t number = 0;
  if (*contents == 's') sd_bus_message_read_basic(message, 's', &text);
  if (*contents == 'i' || *contents == 'u') sd_bus_message_read_basic(message, *contents, &number);
  if (name == "ActiveState") unit.active = text;
  if (name == "SubState") unit.sub = text;
  if (name == "Result") unit.result = text;
  if (name == "StatusText") unit.text = text;
  if (name == "NRestarts") unit.restarts = uint32_t(number);
  if (name == "ExecMainStatus") unit.main_value = number;
  if (name == "ExecMainCode")
    unit.main_kind = number == CLD_EXITED ? "exited" : number == CLD_KILLED ? "killed" : number ? "dumped" : "";
  if (*contents != 's' && *contents != 'i' && *contents != 'u') sd_bus_message_skip(message, contents);
  sd_bus_message_exit_container(message);
}

std::string journal_field(sd_journal* journal, const char* name) {
  const void* data = nullptr;
  size_t size = 0;
  if (sd_journal_get_data(journal, name, &data, &size) < 0) return {};
  return std::string(static_cast<const char*>(data), size).substr(strlen(name) + 1);
}

}  // namespace

int BusPlayer::open() {
  int r = sd_bus_new(&bus_);
  if (r >= 0) r = sd_bus_set_address(bus_, "unix:path=/run/systemd/private");
  if (r >= 0) r = sd_bus_start(bus_);
  const auto heard = [](sd_bus_message* message, void* self, sd_bus_error*) {
    static_cast<BusPlayer*>(self)->hear(message);
    return 0;
  };
  if (r >= 0) r = sd_bus_add_filter(bus_, nullptr, heard, this);
  return r;
}

void BusPlayer::play(const std::vector<Scenario>& all) {
  std::deque<const Scenario*> together, alone;
  for (const Scenario& scenario : all) (scenario.alone ? alone : together).push_back(&scenario);
  run(together, at_once_);
  for (const Scenario* scenario : alone) {
    run({scenario}, 1);
    restore();
  }
  process_until(clock_usec(CLOCK_MONOTONIC) + 200'000);
}

/// What an isolate stopped is started again, so that the next scenario finds the machine as the first one did.
void BusPlayer::restore() {
  sd_bus_message* start = call("StartUnit");
  sd_bus_message_append(start, "ss", "default.target", "replace");
  sd_bus_message_set_expect_reply(start, 0);
  sd_bus_send(bus_, start, nullptr);
  sd_bus_message_unref(start);
  process_until(clock_usec(CLOCK_MONOTONIC) + 700'000);
}

void BusPlayer::run(std::deque<const Scenario*> waiting, size_t at_once) {
  constexpr int64_t apart_usec = 70'000;
  int64_t next_begin = 0;
  for (;;) {
    const int64_t now = clock_usec(CLOCK_MONOTONIC);
    size_t running = 0;
    int64_t next = INT64_MAX;
    for (Stage& stage : stages_) {
      if (stage.is_over) continue;
      obey(stage);
      if (stage.is_over) continue;
      ++running;
      const std::vector<ScenarioCommand>& commands = stage.scenario->commands;
      const int64_t ms = stage.next < commands.size() ? commands[stage.next].at_ms : stage.scenario->end_ms;
      next = std::min(next, stage.begin_usec + ms * 1000);
    }
    if (!waiting.empty() && running < at_once) {
      if (now >= next_begin) {
        begin(*waiting.front());
        waiting.pop_front();
        next_begin = clock_usec(CLOCK_MONOTONIC) + apart_usec;
        continue;
      }
      next = std::min(next, next_begin);
    }
    if (next == INT64_MAX) return;
    process_until(next);
  }
}

void BusPlayer::begin(const Scenario& scenario) {
  Stage& stage = stages_.emplace_back();
  stage.scenario = &scenario;
  stage.history = std::make_unique<ScenarioHistory>(scenario);
  stage.begin_usec = clock_usec(CLOCK_MONOTONIC);
  stage.realtime_usec = clock_usec(CLOCK_REALTIME);
}

int64_t BusPlayer::ms_of(const Stage& stage) const {
  return (clock_usec(CLOCK_MONOTONIC) - stage.begin_usec) / 1000;
}

void BusPlayer::obey(Stage& stage) {
  const std::vector<ScenarioCommand>& commands = stage.scenario->commands;
  while (stage.next < commands.size() && commands[stage.next].at_ms <= ms_of(stage))
    carry_out(stage, commands[stage.next++]);
  if (stage.next < commands.size() || ms_of(stage) < stage.scenario->end_ms) return;
  stage.is_over = true;
  clean_up(stage);
}

sd_bus_message* BusPlayer::call(const char* member) const {
  sd_bus_message* made = nullptr;
  sd_bus_message_new_method_call(bus_, &made, destination, manager_path, manager_interface, member);
  return made;
}

void BusPlayer::carry_out(Stage& stage, const ScenarioCommand& command) {
  const std::vector<std::string>& words = command.words;
  const std::string& verb = words[0];
  sd_bus_message* message = nullptr;
  if (verb == "write" || verb == "remove" || verb == "link") {
    std::filesystem::create_directories(std::filesystem::path(words[1]).parent_path());
    std::filesystem::remove_all(words[1]);
    if (verb == "write") std::ofstream(words[1]) << command.text;
    if (verb == "link") std::filesystem::create_symlink(words[2], words[1]);
    stage.history->command(ms_of(stage), command, "");
    return;
  }
  if (verb == "folder") {
    stage.history->command(ms_of(stage), command, std::filesystem::exists("/run/" + words[1]) ? "there" : "not there");
    return;
  }
  const std::string mode = verb == "isolate" ? "isolate" : words.size() > 2 ? words[2] : "replace";
  if (const char* member = method_of(verb)) {
    message = call(member);
    sd_bus_message_append(message, "ss", words[1].c_str(), mode.c_str());
  } else if (verb == "enqueue") {
    message = call("EnqueueUnitJob");
    sd_bus_message_append(message, "sss", words[2].c_str(), words[1].c_str(),
                          words.size() > 3 ? words[3].c_str() : "replace");
  } else if (verb == "kill") {
    message = call("KillUnit");
    sd_bus_message_append(message, "ssi", words[1].c_str(), words[2].c_str(), signal_number(words[3]));
  } else if (verb == "reset-failed") {
    message = call("ResetFailedUnit");
    sd_bus_message_append(message, "s", words[1].c_str());
  } else if (verb == "cancel") {
    message = call("CancelJob");
    sd_bus_message_append(message, "u", stage.jobs[words[1]]);
  } else if (verb == "daemon-reload") {
    message = call("Reload");
  } else if (verb == "show") {
    char* path = nullptr;
    sd_bus_path_encode(unit_root, words[1].c_str(), &path);
    sd_bus_message_new_method_call(bus_, &message, destination, path, "org.freedesktop.DBus.Properties", "Get");
    sd_bus_message_append(message, "ss", "org.freedesktop.systemd1.Unit", words[2].c_str());
    free(path);
  } else {
    stage.history->command(ms_of(stage), command, "no such command");
    return;
  }
  ask(stage, command, message);
}

void BusPlayer::ask(Stage& stage, const ScenarioCommand& command, sd_bus_message* message) {
  asked_.push_back({this, &stage, &command, ms_of(stage)});
  const auto answered = [](sd_bus_message* reply, void* data, sd_bus_error*) {
    const Asked& asked = *static_cast<Asked*>(data);
    std::string answer;
    if (const sd_bus_error* error = sd_bus_message_get_error(reply)) {
      answer = text_of(*error);
    } else if (asked.command->words[0] == "show") {
      const char* text = "";
      int flag = 0;
      if (sd_bus_message_enter_container(reply, 'v', "s") > 0 && sd_bus_message_read_basic(reply, 's', &text) > 0)
        answer = text;
      else if (sd_bus_message_enter_container(reply, 'v', "b") > 0 && sd_bus_message_read_basic(reply, 'b', &flag) > 0)
        answer = flag ? "true" : "false";
    }
    asked.stage->history->command(asked.at_ms, *asked.command, answer);
    return 1;
  };
  sd_bus_call_async(bus_, nullptr, message, answered, &asked_.back(), 20'000'000);
  sd_bus_message_unref(message);
}

/// Whatever it left running ends.
void BusPlayer::clean_up(Stage& stage) {
  for (const auto& [unit, seen] : stage.units) {
    if (seen.active == "inactive" || seen.active == "failed") continue;
    sd_bus_message* stop = call("StopUnit");
    sd_bus_message_append(stop, "ss", unit.c_str(), "ignore-dependencies");
    sd_bus_message* kill = call("KillUnit");
    sd_bus_message_append(kill, "ssi", unit.c_str(), "all", SIGKILL);
    for (sd_bus_message* message : {stop, kill}) {
      sd_bus_message_set_expect_reply(message, 0);
      sd_bus_send(bus_, message, nullptr);
      sd_bus_message_unref(message);
    }
  }
}

void BusPlayer::process_until(int64_t until) {
  for (;;) {
    while (sd_bus_process(bus_, nullptr) > 0) {
    }
    const int64_t left = until - clock_usec(CLOCK_MONOTONIC);
    if (left <= 0) return;
    if (sd_bus_wait(bus_, uint64_t(left)) < 0) return;
  }
}

BusPlayer::Stage* BusPlayer::stage_of(std::string_view unit) {
  for (Stage& stage : stages_)
    if (!stage.is_over && stage.scenario->owns(unit)) return &stage;
  return nullptr;
}

void BusPlayer::hear(sd_bus_message* message) {
  if (sd_bus_message_is_signal(message, manager_interface, "JobNew") > 0) return hear_job(message, false);
  if (sd_bus_message_is_signal(message, manager_interface, "JobRemoved") > 0) return hear_job(message, true);
  if (sd_bus_message_is_signal(message, "org.freedesktop.DBus.Properties", "PropertiesChanged") > 0)
    hear_properties(message);
}

void BusPlayer::hear_job(sd_bus_message* message, bool removed) {
  uint32_t id = 0;
  const char *path = "", *unit = "", *result = "";
  if (sd_bus_message_read(message, "uos", &id, &path, &unit) < 0) return;
  if (removed) sd_bus_message_read(message, "s", &result);
  sd_bus_message_rewind(message, 1);
  Stage* stage = stage_of(unit);
  if (!stage) return;
  if (!removed) stage->jobs[unit] = id;
  stage->history->job(ms_of(*stage), unit, result);
}

void BusPlayer::hear_properties(sd_bus_message* message) {
  char* decoded = nullptr;
  if (sd_bus_path_decode(sd_bus_message_get_path(message), unit_root, &decoded) <= 0) return;
  const std::string unit = decoded;
  free(decoded);
  Stage* stage = stage_of(unit);
  if (!stage) return;
  SeenUnit& seen = stage->units[unit];
  const char *interface = "", *name = "";
  sd_bus_message_read(message, "s", &interface);
  sd_bus_message_enter_container(message, 'a', "{sv}");
  while (sd_bus_message_enter_container(message, 'e', "sv") > 0) {
    sd_bus_message_read_basic(message, 's', &name);
    read_property(message, name, seen);
    sd_bus_message_exit_container(message);
  }
  sd_bus_message_exit_container(message);
  sd_bus_message_rewind(message, 1);
  if (std::string_view(interface) == "org.freedesktop.systemd1.Unit") stage->history->state(ms_of(*stage), unit, seen);
}

void BusPlayer::read_journal() {
  (void)std::system("journalctl --sync >/dev/null 2>&1");
  sd_journal* journal = nullptr;
  if (stages_.empty() || sd_journal_open(&journal, SD_JOURNAL_LOCAL_ONLY | SD_JOURNAL_SYSTEM) < 0) return;
  sd_journal_seek_realtime_usec(journal, uint64_t(stages_.front().realtime_usec));
  while (sd_journal_next(journal) > 0) {
    const std::string unit = journal_field(journal, "UNIT");
    if (unit.empty()) continue;
    uint64_t received = 0;
    sd_journal_get_realtime_usec(journal, &received);
    const std::string sent = journal_field(journal, "_SOURCE_REALTIME_TIMESTAMP");
    const int64_t at = sent.empty() ? int64_t(received) : std::atoll(sent.c_str());
    for (Stage& stage : stages_)
      if (stage.scenario->owns(unit))
        stage.history->log((at - stage.realtime_usec) / 1000, unit, journal_field(journal, "MESSAGE"));
  }
  sd_journal_close(journal);
}

std::map<std::string, std::string> BusPlayer::histories() const {
  std::map<std::string, std::string> all;
  for (const Stage& stage : stages_) all[stage.scenario->name] = stage.history->text();
  return all;
}

}  // namespace svcd
