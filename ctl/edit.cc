// edit: a copy of each file beside it, an editor for all of them, then what was written takes its place.
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "ctl/installation.h"
#include "ctl/offline.h"
#include "ctl/verbs.h"
#include "libunit/host/file_writer.h"
#include "libunit/path_text.h"

namespace svcd::ctl {
namespace {

constexpr std::string_view above =
    "### What you write here, above the next line with three signs, becomes the content of the file.\n";
constexpr std::string_view below = "### All that follows is only to look at: the unit as it is.\n";

struct EditedFile {
  std::string path;       // that is written
  std::string temporary;  // that the editor gets
  std::string content;    // to begin with
  bool is_drop_in = false;
};

std::string strip(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\n\r");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\n\r") - first + 1));
}

/// What stands between the two lines of ours, or in the whole text if they are gone.
std::string written_part(std::string_view text) {
  if (const size_t begin = text.find(above); begin != std::string_view::npos) text.remove_prefix(begin + above.size());
  text = text.substr(0, text.find(below));
  return strip(text);
}

std::string commented(const std::string& path, std::string_view text) {
  std::string made = fmt::format("\n### {}\n", path);
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    made += fmt::format("# {}\n", line);
  }
  return made;
}

class Edit {
 public:
  explicit Edit(Context& context) : context_(context), offline_(context.options) {}
  ~Edit() {
    for (const EditedFile& file : files_) ::unlink(file.temporary.c_str());
  }
  Edit(const Edit&) = delete;

  /// false: it cannot be edited, and it was said why.
  bool add(const std::string& unit);
  bool write_temporaries();
  bool run_editor() const;
  bool take_over() const;

 private:
  struct Found {
    std::string fragment;
    std::vector<std::string> drop_ins;
  };
  Found files_of(const std::string& unit) const;
  std::string read(const std::string& path) { return offline_.files.read(path).value_or(std::string()); }
  bool add_full(const std::string& unit, const Found&);
  void add_drop_in(const std::string& unit, const Found&);
  const std::string& folder() const {
    return context_.options.runtime ? offline_.path.runtime_config : offline_.path.persistent_config;
  }

  Context& context_;
  Offline offline_;
  std::vector<EditedFile> files_;
};

Edit::Found Edit::files_of(const std::string& unit) const {
  const client::Properties p = context_.manager().unit_properties(unit);
  return {p.text("FragmentPath"), p.strings("DropInPaths")};
}

bool Edit::add(const std::string& unit) {
  const Found found = files_of(unit);
  if (found.fragment.empty() && found.drop_ins.empty() && !context_.options.force) {
    context_.complain(fmt::format("No files found for {}.", unit));
    context_.note(fmt::format("Run 'svcctl edit --force --full {}' to create a new unit.", unit));
    return false;
  }
  if (context_.options.full) return add_full(unit, found);
  add_drop_in(unit, found);
  return true;
}

bool Edit::add_full(const std::string& unit, const Found& found) {
  EditedFile file;
  file.path = fmt::format("{}/{}", folder(), unit);
  const std::string first = fmt::format("{}/{}", offline_.path.persistent_config, unit);
  if (context_.options.runtime && offline_.files.look_at_link(first).kind != FileInfo::Kind::missing) {
    context_.complain(
        fmt::format("Refusing to create \"{}\" because it would be overridden by \"{}\" anyway.", file.path, first));
    return false;
  }
  if (!found.fragment.empty()) file.content = read(found.fragment);
  files_.push_back(std::move(file));
  return true;
}

void Edit::add_drop_in(const std::string& unit, const Found& found) {
  EditedFile file;
  file.is_drop_in = true;
  file.path = fmt::format("{}/{}.d/override.conf", folder(), unit);
  file.content = fmt::format("### {}\n{}\n{}\n\n{}", file.path, above, strip(read(file.path)), below);
  if (!found.fragment.empty()) file.content += commented(found.fragment, read(found.fragment));
  for (const std::string& drop_in : found.drop_ins)
    if (drop_in != file.path) file.content += commented(drop_in, read(drop_in));
  files_.push_back(std::move(file));
}

bool Edit::write_temporaries() {
  for (EditedFile& file : files_) {
    uint64_t random = 0;
    (void)!::getrandom(&random, sizeof random, 0);
    const std::string temporary = fmt::format("{}/.#{}{:016x}", folder_of(file.path), base_name(file.path), random);
    if (const auto written = write_file_atomically(temporary, file.content); !written) {
      context_.complain(fmt::format("Failed to create temporary file: {}", written.error().message));
      return false;
    }
    file.temporary = temporary;
  }
  return true;
}

/// The first that is set; words with blanks between them.
std::vector<std::string> editor_command() {
  for (const char* name : {"SYSTEMD_EDITOR", "EDITOR", "VISUAL"}) {
    const char* value = std::getenv(name);
    std::vector<std::string> words;
    for (std::string_view rest = value != nullptr ? value : ""; !rest.empty();) {
      const std::string_view word = rest.substr(0, rest.find_first_of(" \t"));
      rest.remove_prefix(std::min(word.size() + 1, rest.size()));
      if (!word.empty()) words.emplace_back(word);
    }
    if (!words.empty()) return words;
  }
  return {};
}

/// Its exit code; nothing: there is no such program.
std::optional<int> run(std::vector<std::string> words) {
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t pid = 0;
  if (::posix_spawnp(&pid, argv[0], nullptr, nullptr, argv.data(), environ) != 0) return std::nullopt;
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool Edit::run_editor() const {
  std::vector<std::vector<std::string>> candidates{editor_command()};
  if (candidates.front().empty()) candidates = {{"editor"}, {"nano"}, {"vim"}, {"vi"}};
  std::fflush(stdout);
  for (std::vector<std::string>& words : candidates) {
    for (const EditedFile& file : files_) words.push_back(file.temporary);
    const std::optional<int> code = run(std::move(words));
    if (!code) continue;
    if (*code == 0) return true;
    context_.complain(*code > 0 ? fmt::format("(editor) failed with exit status {}.", *code)
                                : std::string("The editor was ended by a signal."));
    return false;
  }
  context_.complain("Cannot edit units, no editor available. Please set either $SYSTEMD_EDITOR, $EDITOR or $VISUAL.");
  return false;
}

bool Edit::take_over() const {
  for (const EditedFile& file : files_) {
    const auto text = read_regular_file(file.temporary, 16 * 1024 * 1024);
    if (!text) {
      context_.complain(fmt::format("Failed to read temporary file \"{}\": {}", file.temporary, text.error().message));
      return false;
    }
    const std::string content = file.is_drop_in ? written_part(*text) : strip(*text);
    if (content.empty()) {
      context_.warn(fmt::format("Editing \"{}\" canceled: temporary file is empty.", file.path));
      continue;
    }
    if (const auto written = write_file_atomically(file.path, content + "\n"); !written) {
      context_.complain(fmt::format("Failed to write \"{}\": {}", file.path, written.error().message));
      return false;
    }
  }
  return true;
}

}  // namespace

int verb_edit(Context& context) {
  if (::isatty(STDIN_FILENO) != 1) {
    context.complain("Cannot edit units if not on a tty.");
    return 1;
  }
  const std::vector<std::string> units = unit_arguments(context, context.options.arguments);
  if (units.empty()) {
    context.complain("No units matched the specified patterns.");
    return 1;
  }
  {
    Edit edit(context);
    for (const std::string& unit : units)
      if (!edit.add(unit)) return 1;
    if (!edit.write_temporaries() || !edit.run_editor() || !edit.take_over()) return 1;
  }
  if (!context.options.no_reload) context.manager().reload();
  return 0;
}

}  // namespace svcd::ctl
