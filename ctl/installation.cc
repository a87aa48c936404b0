#include "ctl/installation.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "ctl/unit_files.h"
#include "libunit/graph.h"

namespace svcd::ctl {
namespace {

/// $SYSTEMD_OFFLINE and $SYSTEMD_IGNORE_CHROOT as in systemctl; a chroot has another root than PID 1.
bool is_offline() {
  if (const char* said = std::getenv("SYSTEMD_OFFLINE"); said != nullptr && *said != 0) return *said == '1';
  struct stat own {
  }, first{};
  const char* ignore = std::getenv("SYSTEMD_IGNORE_CHROOT");
  if (ignore != nullptr && *ignore == '1') return false;
  return ::stat("/", &own) == 0 && ::stat("/proc/1/root", &first) == 0 &&
         (own.st_dev != first.st_dev || own.st_ino != first.st_ino);
}

class ByManager final : public Installation {
 public:
  explicit ByManager(Context& context) : context_(context) {}
  Outcome change(const InstallRequest&) override;
  std::optional<std::string> state(const std::string& name) override;
  std::vector<std::string> links(const std::string& name) override;
  std::optional<std::string> default_target() override;
  std::optional<std::vector<client::UnitFile>> list(const std::vector<std::string>& states,
                                                    const std::vector<std::string>& patterns) override {
    return context_.manager().list_unit_files(states, patterns);
  }
  void reload() override {
    if (!context_.options.no_reload) context_.manager().reload();
  }

 private:
  client::EnableResult ask(const InstallRequest&);

  Context& context_;
};

client::EnableResult ByManager::ask(const InstallRequest& r) {
  client::Manager& manager = context_.manager();
  const std::string mode(r.mode == PresetMode::full ? "" : to_string(r.mode));
  switch (r.verb) {
    case InstallVerb::enable: return manager.enable(r.names, r.runtime, r.force);
    case InstallVerb::disable: return manager.disable(r.names, r.runtime);
    case InstallVerb::reenable: return manager.reenable(r.names, r.runtime, r.force);
    case InstallVerb::preset:
      return mode.empty() ? manager.preset(r.names, r.runtime, r.force)
                          : manager.preset(r.names, mode, r.runtime, r.force);
    case InstallVerb::preset_all: return {true, manager.preset_all(mode, r.runtime, r.force)};
    case InstallVerb::mask: return {true, manager.mask(r.names, r.runtime, r.force)};
    case InstallVerb::unmask: return {true, manager.unmask(r.names, r.runtime)};
    case InstallVerb::link: return {true, manager.link(r.names, r.runtime, r.force)};
    case InstallVerb::revert: return {true, manager.revert(r.names)};
    case InstallVerb::add_wants:
    case InstallVerb::add_requires:
      return {true, manager.add_dependency(
                        r.names, r.target,
                        property_of(r.verb == InstallVerb::add_wants ? Dependency::wants : Dependency::requires_),
                        r.runtime, r.force)};
    case InstallVerb::set_default: break;
  }
  return {true, manager.set_default_target(r.names.front(), true)};
}

Installation::Outcome ByManager::change(const InstallRequest& request) {
  try {
    const client::EnableResult result = ask(request);
    if (!context_.options.quiet)
      for (const client::UnitFileChange& one : result.changes) context_.note(change_text(context_.terminal, one));
    return {false, result.carries_install_info};
  } catch (const sdbus::Error& error) {
    context_.complain(fmt::format("Failed to {}: {}", name_of(request.verb, true), message_of(error)));
    if (is_refusal(error)) context_.complain("Only root may do that: try it with sudo.");
    return {true, true};
  }
}

std::optional<std::string> ByManager::state(const std::string& name) {
  try {
    return context_.manager().unit_file_state(name);
  } catch (const sdbus::Error& error) {
    context_.complain(fmt::format("Failed to get unit file state for {}: {}", name, message_of(error)));
    return std::nullopt;
  }
}

std::vector<std::string> ByManager::links(const std::string& name) {
  return context_.manager().unit_file_links(name, context_.options.runtime);
}

std::optional<std::string> ByManager::default_target() {
  try {
    return context_.manager().default_target();
  } catch (const sdbus::Error& error) {
    context_.complain(fmt::format("Failed to get default target: {}", message_of(error)));
    return std::nullopt;
  }
}

}  // namespace

std::string name_of(InstallVerb verb, bool with_manager) {
  const auto unit = [&](const char* name) { return with_manager ? fmt::format("{} unit", name) : std::string(name); };
  switch (verb) {
    case InstallVerb::enable: return unit("enable");
    case InstallVerb::disable: return unit("disable");
    case InstallVerb::reenable: return unit("reenable");
    case InstallVerb::preset: return unit("preset");
    case InstallVerb::preset_all: return with_manager ? "preset all units" : "preset";
    case InstallVerb::mask: return unit("mask");
    case InstallVerb::unmask: return unit("unmask");
    case InstallVerb::link: return unit("link");
    case InstallVerb::revert: return unit("revert");
    case InstallVerb::add_wants:
    case InstallVerb::add_requires: return with_manager ? "add dependency" : "add dependency on";
    case InstallVerb::set_default: return with_manager ? "set default target" : "set default";
  }
  return {};
}

bool works_on_files(const Options& options) {
  return !options.root.empty() || options.global || options.dry_run || ::sd_booted() <= 0 || is_offline();
}

bool takes_root(std::string_view verb, const Options& options) {
  static constexpr std::array<std::string_view, 16> verbs{
      "enable", "disable",   "reenable",     "preset",      "preset-all",  "is-enabled",      "mask",   "unmask",
      "link",   "add-wants", "add-requires", "set-default", "get-default", "list-unit-files", "revert", "verify"};
  return std::find(verbs.begin(), verbs.end(), verb) != verbs.end() || (verb == "cat" && options.effective);
}

std::unique_ptr<Installation> installation_by_manager(Context& context) {
  return std::make_unique<ByManager>(context);
}

std::unique_ptr<Installation> installation(Context& context) {
  return works_on_files(context.options) ? installation_on_files(context) : installation_by_manager(context);
}

}  // namespace svcd::ctl
