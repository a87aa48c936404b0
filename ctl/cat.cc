// cat: the files a unit is made of, each under its path.
#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "ctl/names.h"
#include "ctl/status_text.h"
#include "ctl/verbs.h"

namespace svcd::ctl {
namespace {

bool print_file(const Context& context, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    context.complain(fmt::format("Cannot read {}.", path));
    return false;
  }
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const Terminal& t = context.terminal;
  context.print(t.paint(Colour::blue, "# " + linked_path(t, host_name(), path, path)) + "\n");
  context.print(text);
  if (!text.empty() && text.back() != '\n') context.print("\n");
  return true;
}

constexpr const char* outdated_text =
    "# Warning: files of {0} changed after they were loaded; this is what they hold now.\n"
    "# Run 'svcctl daemon-reload' to let the manager read them again.";

}  // namespace

int verb_cat(Context& context) {
  context.start_pager();
  if (context.options.effective) return show_effective(context);
  int code = 0;
  bool first = true;
  for (const std::string& unit : unit_arguments(context, context.options.arguments)) {
    const client::Properties p = context.manager().unit_properties(unit);
    if (p.text("LoadState") == "masked") {
      if (!first) context.print("\n");
      first = false;
      context.print(fmt::format("# Unit {} is masked.\n", unit));
      continue;
    }
    std::vector<std::string> files = p.strings("DropInPaths");
    if (!p.text("FragmentPath").empty()) files.insert(files.begin(), p.text("FragmentPath"));
    if (files.empty()) {
      context.complain(fmt::format("No files found for {}.", unit));
      code = 1;
      continue;
    }
    if (p.boolean("NeedDaemonReload"))
      context.print(context.terminal.paint(Colour::red, fmt::format(fmt::runtime(outdated_text), unit)) + "\n");
    for (const std::string& file : files) {
      if (!first) context.print("\n");
      first = false;
      if (!print_file(context, file)) code = 1;
    }
  }
  return code;
}

}  // namespace svcd::ctl
