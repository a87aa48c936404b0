// A folder of unit files, written from a test's literals, and what svcd-sim says of it.
#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/rehearsal/command_line.h"
#include "daemon/rehearsal/reports.h"

namespace svcd::rehearsal {

/// Files are told apart by lines "== NAME"; "== NAME -> TARGET" is a link.
class Folder {
 public:
  explicit Folder(std::string_view files) {
    std::string name = testing::TempDir() + "rehearsed-XXXXXX";
    path_ = ::mkdtemp(name.data());
    std::ofstream out;
    for (size_t at = 0; at < files.size();) {
      const size_t end = std::min(files.find('\n', at), files.size());
      const std::string line(files.substr(at, end - at));
      at = end + 1;
      if (!line.starts_with("== ")) {
        out << line << '\n';
        continue;
      }
      out = {};
      const size_t arrow = line.find(" -> ");
      const std::filesystem::path file = path_ + "/" + line.substr(3, arrow - 3);
      std::filesystem::create_directories(file.parent_path());
      if (arrow == std::string::npos)
        out.open(file);
      else
        std::filesystem::create_symlink(line.substr(arrow + 4), file);
    }
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct Said {
  int code = 0;
  std::string text;  // of stdout, or of stderr for code 1
};

/// The program without its main(): the folder is the last --units=.
inline Said rehearse_with(std::vector<std::string> options, const std::string& folder) {
  options.insert(options.begin(), "sim");
  if (!folder.empty()) options.push_back("--units=" + folder);
  std::vector<const char*> words;
  for (const std::string& option : options) words.push_back(option.c_str());
  const Parsed parsed = parse_command_line(int(words.size()), words.data());
  if (parsed.ends) return {parsed.exit_code, parsed.text};
  const Report report = make_report(parsed.request);
  return report.error.empty() ? Said{int(report.verdict), report.text} : Said{1, report.error};
}

inline Said rehearse_files(std::vector<std::string> options, std::string_view files) {
  const Folder folder(files);
  Said said = rehearse_with(std::move(options), folder.path());
  for (size_t at = 0; (at = said.text.find(folder.path(), at)) != std::string::npos;)
    said.text.replace(at, folder.path().size(), "FOLDER");
  return said;
}

}  // namespace svcd::rehearsal
