// list-unit-files.
#include <algorithm>
#include <optional>

#include "ctl/installation.h"
#include "ctl/json_text.h"
#include "ctl/list_filter.h"
#include "ctl/list_text.h"
#include "ctl/offline.h"
#include "ctl/verbs.h"
#include "libunit/presets.h"

namespace svcd::ctl {
namespace {

/// What presets say, read when first asked: the manager does not tell.
class PresetColumn {
 public:
  explicit PresetColumn(const Context& context) : context_(context) {}
  std::string of(const std::string& name) {
    if (!presets_) read();
    const auto unit = UnitName::parse(name);
    return unit && presets_->enables(*unit) ? "enabled" : "disabled";
  }

 private:
  void read() {
    Offline offline(context_.options);
    presets_.emplace(offline.files, offline.path);
    for (Diagnostic one : presets_->diagnostics()) {
      one.at.path = offline.files.root() + one.at.path;
      context_.note(to_string(one));
    }
  }

  const Context& context_;
  std::optional<Presets> presets_;
};

}  // namespace

int verb_list_unit_files(Context& context) {
  const Options& o = context.options;
  int code = 0;
  if (handle_types_and_states(context, code)) return code;
  const auto files = installation(context)->list(o.states, o.arguments);
  if (!files) return 1;
  std::vector<UnitFileRow> rows;
  PresetColumn presets(context);
  for (const client::UnitFile& file : *files) {
    UnitFileRow row{file.path.substr(file.path.rfind('/') + 1), file.state, {}};
    if (!has_type(o.types, row.name)) continue;
    if (state_has_preset(file.state)) row.preset = presets.of(row.name);
    rows.push_back(std::move(row));
  }
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return by_type_and_name(a.name, b.name); });
  context.start_pager();
  if (wants_json(o)) {
    std::vector<JsonRow> json;
    json.reserve(rows.size());
    for (const UnitFileRow& row : rows)
      json.push_back({{"unit_file", row.name, {}},
                      {"state", row.state, {}},
                      {"preset", row.preset.empty() ? std::nullopt : std::optional(row.preset), {}}});
    context.print(json_rows(json, o.output == "json-pretty"));
    return 0;
  }
  context.print(unit_file_list_text(context.terminal, rows, !o.no_legend && !o.quiet));
  return rows.empty() && !o.arguments.empty() ? 1 : 0;
}

}  // namespace svcd::ctl
