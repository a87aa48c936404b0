#include "daemon/rehearsal/rehearsal.h"

#include <algorithm>
#include <set>

#include "daemon/rehearsal/failure_text.h"
#include "daemon/rehearsal/programs.h"
#include "daemon/rehearsal/recorder.h"
#include "daemon/rehearsal/text_report.h"
#include "libunit/codecs.h"

namespace svcd::rehearsal {
namespace {

constexpr ClientId operator_id = 1;
constexpr const char* default_target = "default.target";
constexpr size_t record_bytes = size_t{6} << 20;

/// Something that a user asked for, at its time.
struct Action {
  enum class What : uint8_t { stop, fail, shut_down };
  Time at{0};
  What what = What::stop;
  std::string unit;
};

/// Tests of files can be made where there are files; of the machine that would boot here nothing else is known.
bool is_about_files(Condition::Type type) {
  using Type = Condition::Type;
  return type == Type::path_exists || type == Type::path_is_directory || type == Type::path_is_symbolic_link ||
         type == Type::directory_not_empty || type == Type::file_not_empty;
}

bool test_file(FileSource& files, const Condition& condition) {
  using Type = Condition::Type;
  using Kind = FileInfo::Kind;
  const std::string& path = condition.parameter;
  if (condition.type == Type::path_is_symbolic_link) return files.look_at_link(path).kind == Kind::symlink;
  const FileInfo file = files.look(path);
  if (condition.type == Type::path_is_directory) return file.kind == Kind::directory;
  if (condition.type == Type::directory_not_empty) return file.kind == Kind::directory && !files.list(path).empty();
  if (condition.type == Type::file_not_empty) return file.kind == Kind::regular && file.identity.size > 0;
  return file.kind != Kind::missing;
}

class Rehearsal {
 public:
  Rehearsal(const Request& request, UnitTree& tree, uint64_t seed)
      : request_(request),
        tree_(tree),
        kernel_(seed, record_bytes),
        programs_(request, seed, kernel_),
        manager_(kernel_, setup(request, tree, kernel_)),
        recorder_(manager_) {
    kernel_.test = [this](const Condition& condition) { return test(condition); };
    manager_.add_listener(recorder_);
  }

  Result<Run> run(uint64_t seed) {
    SVCD_TRY(load_what_is_named());
    plug_in_devices();
    plan_actions();
    kernel_.mount({"none", "/", "none", "rw"});
    manager_.boot();
    settle();
    while (step()) {
    }
    recorder_.note_unfinished(kernel_.next_time() == infinity);
    Run run = recorder_.finish(target());
    run.seed = seed;
    run.shut_down = has_shut_down_;
    run.notes = notes_;
    run.untested.assign(untested_.begin(), untested_.end());
    return run;
  }

 private:
  /// A manager keeps the files that its kernel has when it is made.
  static ManagerSetup setup(const Request& request, UnitTree& tree, SimKernel& kernel) {
    kernel.disk = &tree;
    kernel.asks_a_millisecond = 1'000'000;  // no tree asks that often, only what never ends by itself
    ManagerSetup setup;
    setup.search_path = tree.search_path();
    setup.host = tree.host();
    setup.settings = tree.settings();
    setup.default_target = request.starts.empty() ? default_target : request.starts.front();
    return setup;
  }

  const std::string& target() const { return manager_.setup().default_target; }
  Time now() const { return kernel_.now().monotonic; }

  void settle() {
    for (int i = 0; i < 1'000'000 && manager_.has_work(); ++i) manager_.settle();
  }

  // ---- before the boot

  /// Everything is read before time begins, so that devices are there when the boot asks for them.
  Result<> load_what_is_named() {
    std::vector<std::string> starts = request_.starts;
    if (starts.empty()) starts.emplace_back(default_target);
    for (const std::string& name : starts) {
      const UnitId id = SVCD_TRY(manager_.load(name));
      (void)manager_.ref(id, operator_id);
      settle();
      const LoadedUnit& unit = manager_.loaded(id);
      if (unit.state == LoadState::loaded) continue;
      if (unit.state == LoadState::not_found && request_.starts.empty())
        return fail(ErrorCode::no_such_unit, "There is no {} in {}: say what is to be started by --start=UNIT", name,
                    places());
      if (unit.state == LoadState::not_found)
        return fail(ErrorCode::no_such_unit, "There is no {} in {}", name, places());
      if (unit.state == LoadState::masked) return fail(ErrorCode::unit_masked, "{} is masked", name);
      return fail(ErrorCode::load_failed, "{} cannot be started: {}", name, load_failure_text(unit));
    }
    for (const Incident& stop : request_.stops) SVCD_TRY(must_exist(stop.unit));
    for (const Incident& failure : request_.failures) SVCD_TRY(must_exist(failure.unit));
    for (const std::string& unit : request_.hanging) SVCD_TRY(must_exist(unit));
    for (const std::string& unit : request_.stubborn) SVCD_TRY(must_exist(unit));
    for (const auto& [unit, time] : request_.durations) SVCD_TRY(must_exist(unit));
    return {};
  }

  std::string places() const {
    if (!request_.folders.empty() && request_.root.empty()) return fmt::format("{}", fmt::join(request_.folders, ", "));
    return request_.root.empty() ? "the unit files of this system" : "the unit files of " + request_.root;
  }

  Result<> must_exist(const std::string& name) {
    const UnitId id = SVCD_TRY(manager_.load(name));
    (void)manager_.ref(id, operator_id);
    settle();
    if (manager_.loaded(id).state == LoadState::not_found && !name.ends_with(".device"))
      return fail(ErrorCode::no_such_unit, "There is no {} in {}", name, places());
    return {};
  }

  /// There is no udev: devices are there from the beginning, but for those that are said to hang. Swaps likewise.
  void plug_in_devices() {
    for (const UnitId id : manager_.units()) {
      Unit* unit = manager_.registry().get(id);
      const bool is_swap = unit->type() == UnitType::swap && unit->loaded().state == LoadState::loaded;
      if ((unit->type() != UnitType::device && !is_swap) || request_.hanging.contains(unit->name().str())) continue;
      unit->status_for_manager().active_state = ActiveState::active;
      unit->status_for_manager().sub_state = is_swap ? "active" : "plugged";
    }
  }

  void plan_actions() {
    using What = Action::What;
    begin_ = now();
    until_ = saturating_add(begin_, request_.until);
    const auto plan = [&](Duration at, What what, const std::string& unit) {
      actions_.push_back({saturating_add(begin_, at), what, unit});
    };
    for (const Incident& stop : request_.stops) plan(*stop.at, What::stop, stop.unit);
    for (const Incident& failure : request_.failures)
      if (failure.at) plan(*failure.at, What::fail, failure.unit);
    if (request_.shutdown_at) plan(*request_.shutdown_at, What::shut_down, {});
    std::stable_sort(actions_.begin(), actions_.end(), [](const Action& a, const Action& b) { return a.at < b.at; });
  }

  // ---- time goes on

  /// False: it is over.
  bool step() {
    if (kernel_.finished) return false;
    const Time soon = kernel_.next_time();
    if (soon > now() && actions_.empty() && is_over(soon)) return shut_down_last();
    const Time next = std::min({until_, soon, actions_.empty() ? infinity : actions_.front().at});
    if (const std::optional<Event> event = kernel_.next(next)) {
      take(*event);
    } else if (!actions_.empty() && actions_.front().at <= now()) {
      const Action action = actions_.front();
      actions_.erase(actions_.begin());
      perform(action);
    } else if (now() >= until_) {
      return shut_down_last();
    }
    return true;
  }

  /// Nothing more can happen, or nothing that is worth waiting for.
  bool is_over(Time soon) const {
    const bool is_settled = has_booted_ && recorder_.is_quiet() && programs_.last_exit() <= now();
    return soon == infinity || is_settled;
  }

  /// --shutdown without a time: when nothing else is left to happen.
  bool shut_down_last() {
    if (!request_.shuts_down || has_shut_down_) return false;
    recorder_.note_unfinished(kernel_.next_time() == infinity);
    until_ = saturating_add(now(), request_.until);
    perform({now(), Action::What::shut_down, {}});
    return true;
  }

  void take(const Event& event) {
    if (const auto* timer = std::get_if<TimerFired>(&event)) {
      if (timer->key.purpose == TimerPurpose::watchdog) return;  // programs that are well keep theirs quiet
      recorder_.note(*timer);
    }
    const bool boots = std::holds_alternative<GeneratorsDone>(event);
    manager_.handle(event);
    settle();
    if (boots) start_others();
  }

  void start_others() {
    has_booted_ = true;
    for (size_t i = 1; i < request_.starts.size(); ++i) submit(request_.starts[i], JobType::start, JobMode::replace);
  }

  void perform(const Action& action) {
    switch (action.what) {
      case Action::What::stop: return submit(action.unit, JobType::stop, JobMode::replace);
      case Action::What::fail: return fail_unit(action.unit);
      case Action::What::shut_down: return shut_down();
    }
  }

  void submit(const std::string& name, JobType type, JobMode mode) {
    JobRequest request;
    const Result<UnitId> id = manager_.load(name);
    if (!id) return recorder_.refused(fmt::format("{} of {}", to_string(type), name), id.error());
    (void)manager_.ref(*id, operator_id);  // or nobody would need it before its job is there
    settle();
    request.unit = manager_.loaded(*id).id;
    request.type = type;
    request.mode = mode;
    request.client = operator_id;
    const Result<JobId> job = manager_.submit(request);
    settle();
    if (!job) recorder_.refused(fmt::format("{} of {}", to_string(type), name), job.error());
  }

  /// Its main process ends with 1, or whichever it has; with none, the next start fails.
  void fail_unit(const std::string& name) {
    const Unit* unit = manager_.registry().find(name);
    const pid_t main = unit ? unit->main_pid() : 0;
    const pid_t pid = main ? main : unit ? unit->control_pid() : 0;
    if (pid) return kernel_.end(pid, {ExitStatus::Kind::exited, 1});
    programs_.fail_once(name);
    notes_.push_back(
        fmt::format("{} ran no program at {}: its next start fails instead", name, seconds_text(recorder_.elapsed())));
  }

  /// What a manager is asked for by `systemctl poweroff`.
  void shut_down() {
    has_shut_down_ = true;
    std::erase_if(actions_, [](const Action& action) { return action.what == Action::What::shut_down; });
    submit("poweroff.target", JobType::start, JobMode::replace_irreversibly);
  }

  std::optional<bool> test(const Condition& condition) {
    if (tree_.is_whole_system() && is_about_files(condition.type)) return test_file(tree_, condition);
    untested_.insert(
        fmt::format("{}{}={}", to_string(condition.type), condition.negate ? "!" : "", condition.parameter));
    return !condition.negate;
  }

  const Request& request_;
  UnitTree& tree_;
  SimKernel kernel_;
  Programs programs_;
  Manager manager_;
  Recorder recorder_;
  std::vector<Action> actions_;
  std::set<std::string> untested_;
  std::vector<std::string> notes_;
  Time begin_{0}, until_{0};
  bool has_booted_ = false, has_shut_down_ = false;
};

}  // namespace

Result<Run> rehearse(const Request& request, UnitTree& tree, uint64_t seed) {
  return Rehearsal(request, tree, seed).run(seed);
}

}  // namespace svcd::rehearsal
