// preset and preset-all: units are enabled or disabled as preset files suggest.
#include <algorithm>
#include <cerrno>

#include "libunit/install_links.h"
#include "libunit/install_work.h"
#include "libunit/path_text.h"
#include "libunit/presets.h"

namespace svcd {

namespace {

using Reads = InstallUnits::Reads;

/// What is to be enabled and disabled.
class Suggestions {
 public:
  Suggestions(InstallWork& work, const Presets& presets)
      : work_(work),
        presets_(presets),
        plus_(work.files, work.path, work.host, work.plan.diagnostics),
        minus_(work.files, work.path, work.host, work.plan.diagnostics, Reads::by_name) {}

  /// The errno, which is in the plan's changes and nowhere else: 0 if there is none.
  int consider(const std::string& name);
  void follow(const InstallRequest&);

 private:
  int plus(const std::string& name) {
    const int before = std::exchange(work_.plan.error_number, 0);
    (void)discover_to_enable(work_, plus_, name);
    return std::exchange(work_.plan.error_number, before);
  }

  InstallWork& work_;
  const Presets& presets_;
  InstallUnits plus_, minus_;
};

int Suggestions::consider(const std::string& name) {
  const auto unit_name = UnitName::parse(base_name(name));
  if (unit_name && (plus_.has_met(*unit_name) || minus_.has_met(*unit_name))) return 0;
  Diagnostics said;
  InstallUnits units(work_.files, work_.path, work_.host, said, Reads::by_name);
  const auto unit = units.discover(name);
  std::move(said.begin(), said.end(), std::back_inserter(work_.plan.diagnostics));
  if (!unit) {
    work_.plan.changes.push_back({InstallChange::Type::failed, name, {}, unit.error().error_number});
    return unit.error().error_number;
  }
  if ((*unit)->name.str() != base_name(name)) return 0;  // an alias: what it stands for decides for itself
  std::vector<std::string> instances;
  if (!presets_.enables((*unit)->name, &instances)) {
    (void)minus_.discover(name);
    return 0;
  }
  if (instances.empty()) return plus(name);
  for (const std::string& instance : instances)
    if (const int error = plus(instance); error != 0) return error;
  return 0;
}

void Suggestions::follow(const InstallRequest& request) {
  if (request.mode != PresetMode::enable_only) disable_all(work_, minus_);
  if (request.mode != PresetMode::disable_only) make_links(work_, plus_, request.force, LinksOf::presets);
}

/// With preset-all these units are left alone: nothing can be suggested for them.
bool may_be_passed_over(int error_number) {
  static constexpr int passed_over[] = {EEXIST, ERFKILL, EADDRNOTAVAIL, EIDRM, EUCLEAN, ELOOP, ENOENT, EUNATCH, EXDEV};
  return std::find(std::begin(passed_over), std::end(passed_over), error_number) != std::end(passed_over);
}

}  // namespace

void preset(InstallWork& work, const InstallRequest& request) {
  const Presets presets(work.files, work.path);
  work.plan.diagnostics = presets.diagnostics();
  Suggestions suggestions(work, presets);
  for (const std::string& name : request.names)
    if (const int error = suggestions.consider(name); error != 0) return work.end_with(error);
  suggestions.follow(request);
}

void preset_all(InstallWork& work, const InstallRequest& request) {
  const Presets presets(work.files, work.path);
  work.plan.diagnostics = presets.diagnostics();
  Suggestions suggestions(work, presets);
  for (const std::string& folder : work.path.folders)
    for (const DirectoryEntry& entry : work.files.list(folder)) {
      const bool is_file = entry.kind == FileInfo::Kind::regular || entry.kind == FileInfo::Kind::symlink;
      if (!is_file || !UnitName::is_valid(entry.name)) continue;
      if (const int error = suggestions.consider(entry.name); error != 0 && !may_be_passed_over(error))
        return work.end_with(error);
    }
  suggestions.follow(request);
}

}  // namespace svcd
