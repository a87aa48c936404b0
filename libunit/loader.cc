#include "libunit/loader.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "libunit/graph.h"
#include "libunit/path_text.h"
#include "libunit/unit_files.h"
#include "libunit/unit_text.h"
#include "libunit/unit_type_rules.h"
#include "libunit/verify.h"

namespace svcd {

namespace {

ErrorCode code_of(int error_number) {
  switch (error_number) {
    case EINVAL: return ErrorCode::invalid_args;
    case EBADMSG: return ErrorCode::bad_message;
    case ENOBUFS: return ErrorCode::limits_exceeded;
    case EACCES:
    case EPERM: return ErrorCode::access_denied;
    case ENOMEM: return ErrorCode::no_memory;
    case EIO: return ErrorCode::io_error;
    default: return ErrorCode::failed;
  }
}

void set_state(LoadedUnit& unit, LoadState state, Error error) {
  unit.state = state;
  unit.error = std::move(error);
}

void set_not_found(LoadedUnit& unit) {
  set_state(unit, LoadState::not_found,
            {ErrorCode::no_such_unit, fmt::format("Unit {} not found.", unit.id.str()), ENOENT});
}

void set_broken(LoadedUnit& unit, int error_number) {
  const char* reason = ::strerrordesc_np(error_number);
  set_state(unit, LoadState::error,
            {code_of(error_number),
             fmt::format("Unit {} failed to load properly, please adjust/correct and reload service manager: {}",
                         unit.id.str(), reason ? reason : "Unknown error"),
             error_number});
}

void set_bad_setting(LoadedUnit& unit) {
  set_state(unit, LoadState::bad_setting,
            {ErrorCode::bad_unit_setting, fmt::format("Unit {} has a bad unit file setting.", unit.id.str()), ENOEXEC});
}

void note_fatal_error(LoadedUnit& unit) {
  unit.diagnostics.push_back({Diagnostic::Level::notice,
                              {},
                              unit.id.str() + ": Unit configuration has fatal error, unit will not be started."});
}

/// What a file made known: /dev/null has no version, it only has to stay what it is.
FileIdentity identity_of(const FileInfo& info) {
  return info.kind == FileInfo::Kind::null_device ? FileIdentity() : info.identity;
}

}  // namespace

struct UnitLoader::Cache {
  UnitFiles files;
};

UnitLoader::UnitLoader(FileSource& files, SearchPath path, const HostFacts& host)
    : files_(files), path_(std::move(path)), host_(host) {}

UnitLoader::Cache& UnitLoader::cache() {
  if (!cache_) cache_ = std::make_shared<Cache>(Cache{UnitFiles(files_, path_)});
  return *cache_;
}

void UnitLoader::forget() {
  cache_.reset();
}

LoadedUnit UnitLoader::load(const UnitName& name) {
  LoadedUnit unit;
  unit.id = name;
  unit.names = {name};
  if (name.is_template()) {
    set_state(unit, LoadState::error,
              {ErrorCode::invalid_args, fmt::format("Unit name {} is missing the instance name.", name.str()), EINVAL});
    return unit;
  }
  if (const std::string_view why = cache().files.rejected(name.str()); !why.empty())
    unit.diagnostics.push_back({Diagnostic::Level::notice, {}, std::string(why)});
  if (rules_of(name.type()).ignores_isolation) unit.config.change<UnitSection>().ignore_on_isolate = true;
  // A scope is what a client made, a file of that name is none.
  const auto is_real = [&](const auto& found) {
    return name.type() != UnitType::scope || is_below(found->path, path_.transient);
  };
  if (auto found = cache().files.find(name); found && is_real(found)) {
    unit.id = found->id;
    unit.names = std::move(found->names);
    unit.fragment_path = std::move(found->path);
    load_fragment(unit);
  } else if (!rules_of(name.type()).is_made_of_name) {
    set_not_found(unit);
  } else {
    unit.state = LoadState::loaded;
  }
  if (unit.id.type() == UnitType::slice && !slice_parent(unit.id)) set_broken(unit, EINVAL);
  const bool has_drop_ins = unit.state == LoadState::loaded || unit.state == LoadState::masked ||
                            (unit.state == LoadState::not_found && rules_of(name.type()).may_lack_file);
  if (has_drop_ins) {
    load_drop_ins(unit);
    load_folders(unit);
    if (!unit.config.unit().source_path.empty()) note_source(unit, unit.config.unit().source_path);
  }
  unit.config.set_type(unit.id.type());
  if (unit.state == LoadState::loaded) {
    complete_config(unit.id, unit.config);
  } else {  // it stays as far as it was read
    unit.config.leave_defaults_out();
    name_descriptors(unit.id, unit.config);
  }
  const bool from_file = !unit.fragment_path.empty();  // a mount that the kernel shows needs no What=
  if (unit.state == LoadState::loaded && from_file && !verify_config(unit.id, unit.config, unit.diagnostics))
    set_bad_setting(unit);
  shared_.share(unit.config);
  return unit;
}

void UnitLoader::load_fragment(LoadedUnit& unit) const {
  const FileInfo info = files_.look(unit.fragment_path);
  if (info.kind == FileInfo::Kind::missing) {
    unit.fragment_path.clear();
    return set_not_found(unit);
  }
  unit.sources.push_back({unit.fragment_path, identity_of(info)});
  if (is_mask(info) || info.kind == FileInfo::Kind::other)
    return set_state(unit, LoadState::masked,
                     {ErrorCode::unit_masked, fmt::format("Unit {} is masked.", unit.id.str()), 0});
  unit.state = LoadState::loaded;
  if (info.kind == FileInfo::Kind::directory) return set_broken(unit, EISDIR);
  if (const auto applied = apply_file(unit, unit.fragment_path); !applied) {
    if (applied.error().code == ErrorCode::bad_unit_setting) return note_fatal_error(unit), set_bad_setting(unit);
    set_broken(unit, applied.error().error_number ? applied.error().error_number : EINVAL);
  }
}

/// A file that cannot be read or parsed is its error; bad_unit_setting for a value that makes the unit bad.
Result<> UnitLoader::apply_file(LoadedUnit& unit, const std::string& path) const {
  const std::string text = SVCD_TRY(files_.read(path));
  UnitText parsed;
  Result<> whole = parse_unit_text(path, text, parsed);
  const Specifiers specifiers(host_, unit.id, unit.fragment_path);
  const size_t before = unit.diagnostics.size();
  LoadContext context;
  context.unit = &unit.id;
  context.specifiers = &specifiers;
  context.zones = host_.zones;
  context.origin.path = path;
  context.diagnostics = &unit.diagnostics;
  context.not_in_effect = &unit.not_in_effect;
  unit.diagnostics.insert(unit.diagnostics.end(), parsed.diagnostics.begin(), parsed.diagnostics.end());
  const Result<> applied = apply(parsed, unit.id.type(), unit.config, context);
  std::stable_sort(unit.diagnostics.begin() + std::ptrdiff_t(before), unit.diagnostics.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return a.at.line < b.at.line; });
  if (!whole) return whole;
  if (!applied) {
    Error error = applied.error();
    error.code = ErrorCode::bad_unit_setting;
    return tl::unexpected(std::move(error));
  }
  return {};
}

void UnitLoader::note_source(LoadedUnit& unit, const std::string& path) const {
  unit.sources.push_back({path, identity_of(files_.look(path))});
}

std::vector<std::string> UnitLoader::drop_in_paths(const LoadedUnit& unit) {
  std::vector<std::string> paths;
  for (UnitFiles::Piece& piece : cache().files.pieces(unit.names, ".d", ".conf"))
    paths.push_back(std::move(piece.path));
  return paths;
}

/// A broken drop-in is left out and the others count, as in systemd; a value that must not be ignored is no better in a
/// drop-in than in the fragment.
void UnitLoader::load_drop_ins(LoadedUnit& unit) {
  unit.drop_in_paths = drop_in_paths(unit);
  for (const std::string& path : unit.drop_in_paths) {
    note_source(unit, path);
    const FileInfo info = files_.look(path);
    if (info.kind != FileInfo::Kind::regular || info.identity.size == 0) continue;
    const auto applied = apply_file(unit, path);
    if (applied) continue;
    if (applied.error().code != ErrorCode::bad_unit_setting) continue;
    note_fatal_error(unit);
    if (unit.state == LoadState::loaded) set_bad_setting(unit);
  }
}

Result<> UnitLoader::add_drop_in(LoadedUnit& unit, const std::string& path) {
  SVCD_TRY(apply_file(unit, path));
  unit.drop_in_paths = drop_in_paths(unit);
  std::erase_if(unit.sources, [&](const UnitSource& source) { return source.path == path; });
  note_source(unit, path);
  return {};
}

void UnitLoader::load_folders(LoadedUnit& unit) {
  const auto load = [&](std::string_view suffix, Dependency kind, std::vector<UnitName>& into) {
    for (const UnitFiles::Piece& piece : cache().files.pieces(unit.names, suffix, "")) {
      const std::string where = fmt::format("{}: {} dependency dropin {}", unit.id.str(), to_string(kind), piece.path);
      const auto warn = [&](const std::string& text) {
        unit.diagnostics.push_back({Diagnostic::Level::warning, {}, where + text});
      };
      if (is_mask(files_.look(piece.path))) continue;
      if (piece.kind != FileInfo::Kind::symlink) {
        warn(" is not a symlink, ignoring.");
        continue;
      }
      const std::string_view entry = base_name(piece.path);
      auto name = UnitName::parse(entry);
      if (!name) {
        warn(" is not a valid unit name, ignoring.");
        continue;
      }
      if (const auto target = files_.read_link(piece.path);
          target && base_name(*target) != entry && base_name(*target) != name->template_name().str())
        warn(fmt::format(" target {} has different name", *target));
      if (name->is_template())
        name = name->with_instance(unit.id.is_instance() ? unit.id.instance() : unit.id.prefix());
      if (name && std::find(unit.names.begin(), unit.names.end(), *name) == unit.names.end()) into.push_back(*name);
    }
  };
  load(".wants", Dependency::wants, unit.wants_dir);
  load(".requires", Dependency::requires_, unit.requires_dir);
}

bool UnitLoader::differs_from_disk(const LoadedUnit& unit) {
  const auto differs = [&](const UnitSource& source) {
    const FileInfo info = files_.look(source.path);
    if (unit.state == LoadState::masked && source.path == unit.fragment_path) return !is_mask(info);
    return info.kind == FileInfo::Kind::missing || identity_of(info) != source.identity;
  };
  if (std::any_of(unit.sources.begin(), unit.sources.end(), differs)) return true;
  cache().files.forget_pieces();
  // As in systemd, a unit that is not loaded should have none.
  return unit.drop_in_paths != (unit.state == LoadState::loaded ? drop_in_paths(unit) : std::vector<std::string>());
}

bool UnitLoader::would_differ(const LoadedUnit& unit) {
  if (differs_from_disk(unit)) return true;
  LoadedUnit now;
  now.id = unit.id;
  now.names = unit.names;
  const auto found = cache().files.find(unit.id);
  if ((found ? found->path : std::string()) != unit.fragment_path) return true;
  if (found && (found->id != unit.id || found->names != unit.names)) return true;
  if (unit.state != LoadState::loaded) return false;
  load_folders(now);
  return now.wants_dir != unit.wants_dir || now.requires_dir != unit.requires_dir;
}

}  // namespace svcd
