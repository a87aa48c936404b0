// Unit files are enabled, masked … without a manager: with the code that the manager has for it.
#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "ctl/installation.h"
#include "ctl/offline.h"
#include "ctl/unit_files.h"
#include "libunit/host/file_writer.h"

namespace svcd::ctl {
namespace {

const char* text_of(int error_number) {
  const char* text = ::strerrordesc_np(error_number);
  return text != nullptr ? text : "Unknown error";
}

class OnFiles final : public Installation {
 public:
  explicit OnFiles(Context& context)
      : context_(context), offline_(context.options), installer_(offline_.files, offline_.path, offline_.host) {}
  Outcome change(const InstallRequest&) override;
  std::optional<std::string> state(const std::string& name) override;
  std::vector<std::string> links(const std::string& name) override;
  std::optional<std::string> default_target() override;
  std::optional<std::vector<client::UnitFile>> list(const std::vector<std::string>& states,
                                                    const std::vector<std::string>& patterns) override;
  void reload() override {}

 private:
  /// A path of the system as it is seen from here; other words are left alone.
  std::string seen(const std::string& path) const {
    return path.starts_with('/') ? offline_.files.root() + path : path;
  }
  void report(const Diagnostics&) const;
  void report(const InstallRequest&, const InstallChange&) const;
  bool apply(const InstallRequest&, const InstallChange&) const;
  std::string failure_text(const InstallRequest&, const InstallChange&) const;

  Context& context_;
  Offline offline_;
  Installer installer_;
};

void OnFiles::report(const Diagnostics& diagnostics) const {
  for (Diagnostic one : diagnostics) {
    if (!one.at.path.empty()) one.at.path = seen(one.at.path);
    context_.note(to_string(one));
  }
}

/// Paths that the request named itself are shown as they were typed.
std::string OnFiles::failure_text(const InstallRequest& request, const InstallChange& c) const {
  const std::string what = name_of(request.verb, false);
  const bool was_typed = std::find(request.names.begin(), request.names.end(), c.path) != request.names.end();
  const std::string path = was_typed && c.error_number != ERFKILL ? c.path : seen(c.path);
  const std::string start = fmt::format("Failed to {} unit, ", what);
  switch (c.error_number) {
    case EEXIST:
      return c.target.empty()
                 ? fmt::format("{}file \"{}\" already exists.", start, path)
                 : fmt::format("{}file \"{}\" already exists and is a symlink to \"{}\".", start, path, c.target);
    case ERFKILL: return fmt::format("{}unit {} is masked.", start, path);
    case EADDRNOTAVAIL: return fmt::format("{}unit {} is transient or generated.", start, path);
    case EBADSLT: return fmt::format("{}invalid specifier in \"{}\".", start, path);
    case EIDRM:
      return fmt::format("Failed to {} {}, destination unit {} is a non-template unit.", what, c.target, c.path);
    case EUCLEAN: return fmt::format("{}\"{}\" is not a valid unit name.", start, path);
    case ELOOP: return fmt::format("{}refusing to operate on linked unit file {}.", start, path);
    case EXDEV:
      return c.target.empty() ? fmt::format("{}invalid unit reference \"{}\".", start, path)
                              : fmt::format("{}cannot alias {} as {}.", start, c.target, c.path);
    case ENOENT: return fmt::format("{}unit {} does not exist.", start, path);
    default: return fmt::format("{}file \"{}\": {}", start, path, text_of(c.error_number));
  }
}

void OnFiles::report(const InstallRequest& request, const InstallChange& c) const {
  if (c.type == InstallChange::Type::failed) return context_.complain(failure_text(request, c));
  if (context_.options.quiet) return;
  const bool is_dependency = c.type == InstallChange::Type::destination_not_present;
  context_.note(change_text(context_.terminal,
                            {std::string(to_string(c.type)), seen(c.path), is_dependency ? seen(c.target) : c.target}));
}

bool OnFiles::apply(const InstallRequest& request, const InstallChange& c) const {
  const auto applied = apply_install_change(c, offline_.files.root());
  if (applied) return true;
  InstallChange failure = c;
  failure.type = InstallChange::Type::failed;
  failure.error_number = applied.error().error_number;
  failure.target.clear();
  report(request, failure);
  return false;
}

Installation::Outcome OnFiles::change(const InstallRequest& request) {
  const InstallPlan plan = installer_.plan(request);
  report(plan.diagnostics);
  Outcome outcome{plan.error_number != 0, plan.carries_install_info};
  bool said_why = false;
  for (const InstallChange& one : plan.changes) {
    if (!context_.options.dry_run && !apply(request, one)) return {true, true};
    report(request, one);
    said_why |= one.type == InstallChange::Type::failed;
  }
  if (outcome.failed && !said_why)
    context_.complain(fmt::format("Failed to {}: {}.", name_of(request.verb, false), text_of(plan.error_number)));
  return outcome;
}

std::optional<std::string> OnFiles::state(const std::string& name) {
  Diagnostics said;
  const auto state = installer_.state(name, &said);
  report(said);
  if (state) return std::string(to_string(*state));
  context_.complain(fmt::format("Failed to get unit file state for {}: {}", name, text_of(state.error().error_number)));
  return std::nullopt;
}

/// Of this system only: systemctl looks nowhere else.
std::vector<std::string> OnFiles::links(const std::string& name) {
  if (!offline_.files.root().empty()) return {};
  return installer_.links_of(name, context_.options.runtime).value_or(std::vector<std::string>());
}

std::optional<std::string> OnFiles::default_target() {
  auto target = installer_.default_target();
  if (target) return std::move(*target);
  context_.complain(fmt::format("Failed to get default target: {}", text_of(target.error().error_number)));
  return std::nullopt;
}

std::optional<std::vector<client::UnitFile>> OnFiles::list(const std::vector<std::string>& states,
                                                           const std::vector<std::string>& patterns) {
  if (offline_.files.look("/").kind != FileInfo::Kind::directory) {
    context_.complain(fmt::format("Failed to get unit file list: {}", text_of(ENOENT)));
    return std::nullopt;
  }
  Diagnostics said;
  std::vector<client::UnitFile> files;
  const auto is_wanted = [&](const std::string& name) {
    const auto matches = [&](const std::string& pattern) { return ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0; };
    return patterns.empty() || std::any_of(patterns.begin(), patterns.end(), matches);
  };
  for (const Installer::ListedFile& file : installer_.list(&said, is_wanted)) {
    std::string state(to_string(file.state));
    if (states.empty() || std::find(states.begin(), states.end(), state) != states.end())
      files.push_back({file.path, std::move(state)});
  }
  report(said);
  return files;
}

}  // namespace

std::unique_ptr<Installation> installation_on_files(Context& context) {
  return std::make_unique<OnFiles>(context);
}

}  // namespace svcd::ctl
