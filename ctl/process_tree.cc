#include "ctl/process_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace svcd::ctl {
namespace {

/// Processes by cgroup, and with them the cgroups on the way that have none themselves.
struct Groups {
  std::map<std::string, std::vector<client::Process>> processes;
  std::map<std::string, std::vector<std::string>> children;  // paths
};

bool is_below(const std::string& path, const std::string& root) {
  return root.empty() ||
         (path.size() > root.size() && path.compare(0, root.size(), root) == 0 && path[root.size()] == '/');
}

Groups sort_out(const std::string& root, std::vector<client::Process> processes) {
  Groups groups;
  for (client::Process& process : processes) {
    std::string path = process.cgroup;
    while (!path.empty() && path.back() == '/') path.pop_back();
    if (path != root && !is_below(path, root)) continue;
    groups.processes[path].push_back(std::move(process));
    while (path != root) {
      const std::string parent = path.substr(0, path.rfind('/'));
      auto& siblings = groups.children[parent];
      if (std::find(siblings.begin(), siblings.end(), path) != siblings.end()) break;
      siblings.push_back(path);
      path = parent;
    }
  }
  for (auto& [path, list] : groups.processes)
    std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.pid < b.pid; });
  for (auto& [path, list] : groups.children) std::sort(list.begin(), list.end());
  return groups;
}

void show_processes(const Terminal& t, const std::vector<client::Process>& processes, const std::string& prefix,
                    bool more_below, std::string& out) {
  const size_t pid_width = fmt::format("{}", processes.back().pid).size();
  for (size_t i = 0; i < processes.size(); ++i) {
    std::string line = fmt::format("{:>{}} ", processes[i].pid, pid_width);
    const size_t used = display_width(prefix) + 2 + line.size();
    const std::string command_line = printable(processes[i].command_line);
    line += t.full_width ? command_line
                         : ellipsize(t, command_line, std::max<size_t>(t.columns > used ? t.columns - used : 0, 20));
    out += prefix;
    out += i + 1 < processes.size() || more_below ? t.branch() : t.last();
    out += t.paint(Colour::grey, line);
    out += '\n';
  }
}

}  // namespace

std::string process_tree(const Terminal& t, const std::string& root_path, std::vector<client::Process> processes,
                         const std::string& prefix) {
  const std::string root = root_path == "/" ? "" : root_path;
  const Groups groups = sort_out(root, std::move(processes));
  struct Frame {  // an explicit stack: how deep cgroups nest is up to whoever makes them
    std::string path, prefix;
    size_t next_child = 0;
  };
  std::string out;
  std::vector<Frame> stack{{root, prefix, 0}};
  while (!stack.empty()) {
    Frame& frame = stack.back();
    const auto found = groups.children.find(frame.path);
    const size_t child_count = found == groups.children.end() ? 0 : found->second.size();
    if (frame.next_child == 0)
      if (const auto own = groups.processes.find(frame.path); own != groups.processes.end())
        show_processes(t, own->second, frame.prefix, child_count > 0, out);
    if (frame.next_child >= child_count) {
      stack.pop_back();
      continue;
    }
    const std::string child = found->second[frame.next_child++];
    const bool is_last = frame.next_child == child_count;
    std::string name = child.substr(child.rfind('/') + 1);
    if (name.size() > 1 && name[0] == '_') name.erase(0, 1);  // how names are escaped that the kernel uses itself
    out += frame.prefix + (is_last ? t.last() : t.branch()) + name + '\n';
    stack.push_back({child, frame.prefix + (is_last ? Terminal::space() : t.vertical()), 0});
  }
  return out;
}

}  // namespace svcd::ctl
