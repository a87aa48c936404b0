#include "libunit/default_dependencies.h"

#include <algorithm>

#include "libunit/derived_mount.h"
#include "libunit/path_text.h"
#include "libunit/settings.h"

namespace svcd {

using enum Dependency;

namespace {

bool reads_a_terminal_or_socket(ExecSection::Input input) {
  using Input = ExecSection::Input;
  switch (input) {
    case Input::tty:
    case Input::tty_force:
    case Input::tty_fail:
    case Input::socket:
    case Input::fd: return true;
    case Input::null:
    case Input::data:
    case Input::file: break;
  }
  return false;
}

bool goes_to_journald(ExecSection::Output output) {
  using Output = ExecSection::Output;
  return output == Output::journal || output == Output::journal_console || output == Output::kmsg ||
         output == Output::kmsg_console;
}

/// inherit means the input, but where that is /dev/null or a file it means the manager's default.
bool output_goes_to_journald(const UnitConfig& config) {
  const ExecSection& exec = config.exec();
  const auto effective = exec.standard_output.value_or(ExecSection::Output::inherit);
  if (effective != ExecSection::Output::inherit) return goes_to_journald(effective);
  return !reads_a_terminal_or_socket(exec.standard_input) && goes_to_journald(config.defaults().standard_output);
}

bool error_goes_to_journald(const UnitConfig& config) {
  return goes_to_journald(config.exec().standard_error.value_or(config.defaults().standard_error));
}

/// Images need devices; where those are restricted, the kernel must know their names before the unit starts.
bool sets_up_images_by_device(const UnitConfig& config) {
  const auto& rules = config.resource().device_allow;
  const bool has_images = !config.sandbox().root_image.empty() || !config.sandbox().mount_images.empty();
  return has_images && std::ranges::find(rules, "block-device-mapper", &StringPair::first) != rules.end();
}

bool is_perpetual_slice(const UnitName& name) {
  return name.str() == "-.slice" || name.str() == "system.slice";
}

/// Collects the edges of one unit.
class Derivation {
 public:
  Derivation(const UnitName& name, const UnitConfig& config, const HostFacts& host)
      : name_(name), config_(config), host_(host) {}

  DerivedDependencies run() {
    written();
    if (!config_.has_defaults()) return std::move(into_);  // of one that could not be loaded
    slice();
    switch (name_.type()) {
      case UnitType::service: service(); break;
      case UnitType::socket: socket(); break;
      case UnitType::mount: mount(); break;
      case UnitType::automount: automount(); break;
      case UnitType::swap: swap(); break;
      case UnitType::target:
      case UnitType::slice:
      case UnitType::scope:
        if (wants_defaults()) shut_down_with("shutdown.target");
        break;
      case UnitType::timer: timer(); break;
      case UnitType::path: path(); break;
      case UnitType::device: break;
    }
    return std::move(into_);
  }

 private:
  bool wants_defaults() const { return config_.unit().default_dependencies && !is_perpetual_slice(name_); }

  void add(Dependency kind, const UnitName& other, EdgeCause cause) {
    if (!other.empty()) into_.edges.push_back({kind, other, cause});
  }
  void add(Dependency kind, std::string_view other, EdgeCause cause) {
    if (auto name = UnitName::parse(other)) add(kind, *name, cause);
  }
  template <class Other>
  void add(std::initializer_list<Dependency> list, const Other& other, EdgeCause cause) {
    for (const Dependency kind : list) add(kind, other, cause);
  }
  void mounts_for(std::string path) { into_.requires_mounts_for.push_back(std::move(path)); }

  /// [Unit], as it stands in the files.
  void written() {
    const UnitSection& unit = config_.unit();
    const std::pair<Dependency, const std::vector<UnitName>*> lists[] = {
        {requires_, &unit.requires_},
        {requisite, &unit.requisite},
        {wants, &unit.wants},
        {binds_to, &unit.binds_to},
        {part_of, &unit.part_of},
        {upholds, &unit.upholds},
        {conflicts, &unit.conflicts},
        {before, &unit.before},
        {after, &unit.after},
        {on_failure, &unit.on_failure},
        {on_success, &unit.on_success},
        {propagates_reload_to, &unit.propagates_reload_to},
        {reload_propagated_from, &unit.reload_propagated_from},
        {propagates_stop_to, &unit.propagates_stop_to},
        {stop_propagated_from, &unit.stop_propagated_from},
        {joins_namespace_of, &unit.joins_namespace_of},
    };
    for (const auto& [kind, names] : lists)
      for (const UnitName& other : *names) add(kind, other, cause_file);
    for (const std::string& path : unit.requires_mounts_for) mounts_for(path);
  }

  /// The slice of a unit that says nothing: one for each template, system.slice for the rest. Kernel file systems are
  /// in the root slice.
  std::string default_slice() const {
    if (name_.str() == "init.scope") return "-.slice";
    if (name_.type() == UnitType::mount) {
      const auto where = unit_name_to_path(name_);
      if (where && mount_is_part_of_the_root(*where)) return "-.slice";
    }
    if (name_.is_instance()) return fmt::format("system-{}.slice", unit_name_escape(name_.prefix()));
    return "system.slice";
  }

  void slice() {
    if (name_.type() == UnitType::slice) {
      if (auto parent = slice_parent(name_)) into_.slice = *parent;
    } else if (has_resource(name_.type())) {
      const std::string& given = config_.resource().slice;
      if (auto name = UnitName::parse(given.empty() ? default_slice() : given)) into_.slice = *name;
    }
    if (into_.slice.empty()) return;
    add({in_slice, requires_, after}, into_.slice, cause_slice);
  }

  /// Of units that run processes; systemd.exec(5), "Implicit Dependencies".
  void exec() {
    const ExecSection& exec = config_.exec();
    if (exec.working_directory.starts_with('/') && !exec.working_directory_missing_ok)
      mounts_for(exec.working_directory);
    if (!exec.root_directory.empty()) mounts_for(exec.root_directory);
    if (const std::string& image = config_.sandbox().root_image; !image.empty()) {
      mounts_for(image);
      add(after, "systemd-udevd.service", cause_implicit);
    }
    if (sets_up_images_by_device(config_))
      for (const char* module : {"modprobe@loop.service", "modprobe@dm_mod.service", "modprobe@dm_verity.service"})
        add({wants, after}, module, cause_implicit);
    using Directory = ExecSection::Directory;
    const std::pair<Directory, const std::string*> roots[] = {{Directory::runtime, &host_.runtime_root},
                                                              {Directory::state, &host_.state_root},
                                                              {Directory::cache, &host_.cache_root},
                                                              {Directory::logs, &host_.logs_root},
                                                              {Directory::configuration, &host_.configuration_root}};
    bool writes = false;  // below a file system that may still be mounted read-only
    for (const auto& [kind, root] : roots) {
      const auto& entries = exec.directories[size_t(kind)].entries;
      for (const auto& entry : entries) mounts_for(*root + "/" + entry.path);
      if (kind != Directory::runtime && kind != Directory::configuration) writes = writes || !entries.empty();
    }
    if (writes) add(after, "systemd-remount-fs.service", cause_implicit);
    if (exec.private_tmp || exec.dynamic_user) {
      if (auto tmp = unit_name_from_path(host_.tmp, UnitType::mount)) add({wants, after}, *tmp, cause_implicit);
      mounts_for(host_.var_tmp);
      add(after, "systemd-tmpfiles-setup.service", cause_implicit);
    }
    logging();
  }

  void logging() {
    const std::string& name_space = config_.sandbox().log_namespace;
    if (!name_space.empty()) {
      for (const char* socket : {"systemd-journald@{}.socket", "systemd-journald-varlink@{}.socket"})
        add({requires_, after}, fmt::format(fmt::runtime(socket), unit_name_escape(name_space)), cause_implicit);
    } else if (output_goes_to_journald(config_) || error_goes_to_journald(config_)) {
      add(after, "systemd-journald.socket", cause_implicit);
    }
  }

  void shut_down_with(std::string_view target) { add({before, conflicts}, target, cause_default); }

  void service() {
    const ServiceSection& service = config_.service();
    if (wants_defaults()) {
      add({requires_, after}, "sysinit.target", cause_default);
      add(after, "basic.target", cause_default);
      shut_down_with("shutdown.target");
    }
    exec();
    if (effective_type(service) == ServiceSection::Type::dbus) add({requires_, after}, "dbus.socket", cause_implicit);
    for (const UnitName& socket : service.sockets) add({wants, after, triggered_by}, socket, cause_file);
  }

  /// What sockets, timers and paths have in common.
  void early_unit(std::string_view target) {
    if (!wants_defaults()) return;
    add({requires_, after}, "sysinit.target", cause_default);
    add(before, target, cause_default);
    shut_down_with("shutdown.target");
  }

  void socket() {
    const SocketSection& socket = config_.socket();
    early_unit("sockets.target");
    for (const SocketSection::Listen& listen : socket.listen) {
      const bool is_file = listen.kind != SocketSection::Kind::message_queue && listen.address.starts_with('/');
      if (is_file) mounts_for(listen.address);
    }
    if (!socket.exec_start_pre.empty() || !socket.exec_start_post.empty() || !socket.exec_stop_pre.empty() ||
        !socket.exec_stop_post.empty())
      exec();
    if (socket.accept) return;  // an instance for each connection
    UnitName service = socket.service;
    if (service.empty())
      if (auto same = name_.with_type(UnitType::service)) service = *same;
    add({before, triggers}, service, cause_implicit);
  }

  void timer() {
    const TimerSection& timer = config_.timer();
    early_unit("timers.target");
    if (wants_defaults() && !timer.calendar.empty())
      for (const char* target : {"time-sync.target", "time-set.target"}) add(after, target, cause_default);
    if (timer.persistent) mounts_for(host_.state_root + "/systemd/timers");
    add({before, triggers}, timer.unit, cause_implicit);
  }

  void path() {
    early_unit("paths.target");
    for (const PathSection::Watch& watch : config_.path().paths) mounts_for(watch.path);
    add({before, triggers}, config_.path().unit, cause_implicit);
  }

  void mount() {
    for (DerivedEdge& edge : mount_edges(name_, config_)) into_.edges.push_back(std::move(edge));
    for (std::string& path : mount_paths(name_, config_)) mounts_for(std::move(path));
    if (name_.str() != "-.mount") exec();  // it is there before there is a journal
  }

  std::string automount_point() const {
    const std::string& written = config_.automount().where;
    return written.empty() ? unit_name_to_path(name_).value_or("/") : written;
  }

  void automount() {
    if (const std::string parent = parent_path(automount_point()); !parent.empty()) mounts_for(parent);
    if (auto mount = name_.with_type(UnitType::mount)) add({before, triggers}, *mount, cause_implicit);
    if (!wants_defaults()) return;
    add(after, "local-fs-pre.target", cause_default);
    add(before, "local-fs.target", cause_default);
    shut_down_with("umount.target");
  }

  void swap() {
    if (auto what = unit_name_to_path(name_)) {
      if (!is_below(*what, "/dev")) add(after, "systemd-remount-fs.service", cause_implicit);
      mounts_for(std::move(*what));
    }
    exec();
  }

  const UnitName& name_;
  const UnitConfig& config_;
  const HostFacts& host_;
  DerivedDependencies into_;
};

}  // namespace

DerivedDependencies derive_dependencies(const UnitName& name, const UnitConfig& config, const HostFacts& host) {
  DerivedDependencies derived = Derivation(name, config, host).run();
  std::sort(derived.requires_mounts_for.begin(), derived.requires_mounts_for.end());
  const auto end = std::unique(derived.requires_mounts_for.begin(), derived.requires_mounts_for.end());
  derived.requires_mounts_for.erase(end, derived.requires_mounts_for.end());
  return derived;
}

bool target_waits_for(const Graph& graph, UnitIndex target, const UnitConfig& target_config, UnitIndex other,
                      const UnitConfig& other_config) {
  return target_config.unit().default_dependencies && other_config.unit().default_dependencies &&
         !graph.has(target, before, other);
}

std::vector<UnitName> mounts_on_the_way_to(std::string_view path) {
  std::vector<UnitName> mounts;
  for (size_t end = 0; end != std::string_view::npos && end < path.size(); end = path.find('/', end + 1)) {
    const auto mount = unit_name_from_path(end == 0 ? "/" : path.substr(0, end), UnitType::mount);
    if (!mount) return {};
    if (mounts.empty() || mounts.back() != *mount) mounts.push_back(*mount);
  }
  if (const auto mount = unit_name_from_path(path, UnitType::mount);
      mount && (mounts.empty() || mounts.back() != *mount))
    mounts.push_back(*mount);
  return mounts;
}

}  // namespace svcd
