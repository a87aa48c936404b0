#include "compat/play/scenario.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace svcd {

namespace {

constexpr std::string_view unit_folder = "/etc/systemd/system/";

[[noreturn]] void complain(const std::string& name, const std::string& what) {
  std::fprintf(stderr, "scenario %s: %s\n", name.c_str(), what.c_str());
  std::exit(2);
}

bool is_of_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("@_.-%").find(c) != std::string_view::npos;
}

/// "t@x.service" -> "t@.service"
std::string template_of(const std::string& name) {
  const size_t at = name.find('@'), dot = name.rfind('.');
  return at == std::string::npos || dot == std::string::npos ? name : name.substr(0, at + 1) + name.substr(dot);
}

void replace_all(std::string& text, const std::string& what, const std::string& by) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

}  // namespace

/// Every whole word that is the name of one of its units gets the scenario's name in front.
std::string Scenario::full(std::string_view text) const {
  std::string made;
  for (size_t at = 0; at < text.size();) {
    if (!is_of_name(text[at])) {
      made += text[at++];
      continue;
    }
    size_t end = at;
    while (end < text.size() && is_of_name(text[end])) ++end;
    std::string word(text.substr(at, end - at)), rest;
    for (const std::string_view folder : {".d", ".wants", ".requires"})
      if (word.ends_with(folder) && end < text.size() && text[end] == '/') {
        rest = folder;
        word.resize(word.size() - folder.size());
      }
    if (units_.contains(word) || units_.contains(template_of(word))) made += name + ".";
    made += word + rest;
    at = end;
  }
  return made;
}

std::string Scenario::plain(std::string text) const {
  replace_all(text, name + ".", "");
  return text;
}

std::string Scenario::path_of(const std::string& file) const {
  return file.starts_with('/') ? full(file) : std::string(unit_folder) + full(file);
}

void Scenario::read_command(const std::string& line) {
  std::istringstream words(full(line));
  ScenarioCommand command;
  double seconds = -1;
  words >> seconds;
  for (std::string word; words >> word;) command.words.push_back(word);
  if (seconds < 0 || command.words.empty()) complain(name, "no command: " + line);
  command.at_ms = std::llround(seconds * 1000);
  if (command.words[0] == "end") {
    end_ms = command.at_ms;
    return;
  }
  commands.push_back(std::move(command));
}

Scenario Scenario::read(const std::string& path) {
  Scenario scenario;
  scenario.name = std::filesystem::path(path).filename();
  std::ifstream file(path);
  if (!file) complain(scenario.name, "cannot be read");
  std::vector<std::string> head, script;
  std::vector<ScenarioFile> files;  // as written
  std::vector<std::string>* into = &head;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("--- ")) {
      if (into)
        into->push_back(line);
      else
        files.back().text += line + "\n";
      continue;
    }
    into = nullptr;
    if (line == "--- do")
      into = &script;
    else
      files.push_back({line.substr(4), {}});
  }
  for (const std::string& line : head) {
    if (line.starts_with("# ")) scenario.sentence += (scenario.sentence.empty() ? "" : " ") + line.substr(2);
    if (line == "alone") scenario.alone = true;
    if (line.starts_with("step ")) scenario.step_ms = std::llround(std::atof(line.c_str() + 5) * 1000);
    std::istringstream names(line.starts_with("names ") ? line.substr(6) : "");
    for (std::string name; names >> name;) scenario.units_.insert(name);
  }
  for (const ScenarioFile& one : files)
    if (one.path.find('/') == std::string::npos) scenario.units_.insert(one.path);
  for (const ScenarioFile& one : files) scenario.files.push_back({scenario.path_of(one.path), scenario.full(one.text)});
  for (size_t i = 0; i < script.size(); ++i) {
    if (script[i].empty()) continue;
    const size_t before = scenario.commands.size();
    scenario.read_command(script[i]);
    if (scenario.commands.size() == before) continue;
    ScenarioCommand& command = scenario.commands.back();
    const std::string& verb = command.words[0];
    if (verb == "write" || verb == "remove" || verb == "link")
      if (!command.words[1].starts_with('/')) command.words[1].insert(0, unit_folder);
    if (verb == "write")
      while (++i < script.size() && script[i] != ".") command.text += scenario.full(script[i]) + "\n";
  }
  if (scenario.end_ms == 0) complain(scenario.name, "has no end");
  return scenario;
}

std::vector<Scenario> Scenario::read_all(const std::string& folder) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) paths.push_back(entry.path());
  std::ranges::sort(paths);
  std::vector<Scenario> all;
  for (const std::string& path : paths) all.push_back(read(path));
  return all;
}

}  // namespace svcd
