// list-dependencies: what a unit needs, or what needs it, as a tree.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "ctl/verbs.h"
#include "libunit/graph.h"

#include <strings.h>

namespace svcd::ctl {
namespace {

class DependencyTree {
 public:
  explicit DependencyTree(Context& context) : context_(context) {
    for (const client::UnitInfo& unit : context.manager().list_units()) states_[unit.id] = unit.active_state;
  }

  void show(const std::string& root) {
    context_.print(root + "\n");
    shown_.clear();
    struct Frame {  // an explicit stack: how deep dependencies go is up to the unit files
      std::string unit;
      std::vector<std::string> dependencies;
      size_t next;
    };
    std::vector<Frame> stack;
    std::string prefix;
    const auto enter = [&](const std::string& unit) { stack.push_back({unit, dependencies_of(unit), 0}); };
    enter(root);
    while (!stack.empty()) {
      Frame& frame = stack.back();
      if (frame.next >= frame.dependencies.size()) {
        stack.pop_back();
        continue;
      }
      const std::string unit = frame.dependencies[frame.next++];
      std::string line;  // of the levels above
      for (size_t i = 0; i + 1 < stack.size(); ++i)
        line += more_in(stack[i]) ? context_.terminal.vertical() : Terminal::space();
      const auto is_above = [&](const Frame& f) { return f.unit == unit; };
      if (std::any_of(stack.begin(), stack.end(), is_above)) {  // in a circle: stands for all that would come again
        if (!context_.options.plain) context_.print("  " + line + context_.terminal.last() + "...\n");
        continue;
      }
      if (context_.options.plain && !shown_.insert(unit).second) continue;
      line += more_in(frame) ? context_.terminal.branch() : context_.terminal.last();
      print_unit(unit, line);
      if (context_.options.all || ends_with(unit, ".target")) enter(unit);
    }
  }

 private:
  template <class Frame>
  static bool more_in(const Frame& frame) {
    return frame.next < frame.dependencies.size();
  }

  void print_unit(const std::string& unit, const std::string& tree) {
    if (context_.options.plain) return context_.print("  " + unit + "\n");
    const auto state = states_.find(unit);
    context_.print(state_dot(context_.terminal, state == states_.end() ? "inactive" : state->second) + " " + tree +
                   unit + "\n");
  }

  const std::vector<std::string>& dependencies_of(const std::string& unit) {
    const auto known = cache_.find(unit);
    if (known != cache_.end()) return known->second;
    using enum Dependency;
    static constexpr Dependency forward[] = {requires_, requisite, wants, consists_of, binds_to};
    const Options& o = context_.options;
    const client::Properties properties = context_.manager().unit_properties(unit);
    std::vector<std::string> found;
    const auto add = [&](Dependency kind) {
      for (std::string& name : properties.strings(property_of(kind))) found.push_back(std::move(name));
    };
    if (o.after)
      add(after);
    else if (o.before)
      add(before);
    else
      for (const Dependency kind : forward) add(o.reverse ? inverse(kind) : kind);
    std::sort(found.begin(), found.end(), [](const std::string& a, const std::string& b) {
      const bool a_target = ends_with(a, ".target"), b_target = ends_with(b, ".target");
      return a_target != b_target ? b_target : ::strcasecmp(a.c_str(), b.c_str()) < 0;
    });
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return cache_[unit] = std::move(found);
  }

  Context& context_;
  std::map<std::string, std::string> states_;
  std::map<std::string, std::vector<std::string>> cache_;
  std::set<std::string> shown_;
};

}  // namespace

int verb_list_dependencies(Context& context) {
  std::vector<std::string> units{"default.target"};
  if (!context.options.arguments.empty()) units = unit_arguments(context, context.options.arguments);
  context.start_pager();
  DependencyTree tree(context);
  for (size_t i = 0; i < units.size(); ++i) {
    if (i > 0) context.print("\n");
    tree.show(units[i]);
  }
  return 0;
}

}  // namespace svcd::ctl
