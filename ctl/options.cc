#include "ctl/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <charconv>

namespace svcd::ctl {
namespace {

/// "a,b" and repeated options alike.
std::vector<std::string> split_commas(const std::vector<std::string>& given) {
  std::vector<std::string> parts;
  for (const std::string& one : given)
    for (size_t start = 0; start <= one.size();) {
      const size_t end = std::min(one.find(',', start), one.size());
      if (end > start) parts.push_back(one.substr(start, end - start));
      start = end + 1;
    }
  return parts;
}

void declare(CLI::App& app, Options& o, std::string& host, bool& user, std::string& lines, bool& system) {
  const auto list = [&](const char* names, std::vector<std::string>& into) {
    app.add_option(names, into)->allow_extra_args(false)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  };
  const auto text = [&](const char* names, std::string& into) {
    app.add_option(names, into)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  };
  list("-t,--type", o.types);
  list("--state", o.states);
  list("-p,-P,--property", o.properties);
  text("-n,--lines", lines);
  text("-o,--output", o.output);
  text("-s,--signal", o.signal);
  text("--kill-whom,--kill-who", o.whom);
  text("--job-mode", o.job_mode);
  text("-S,--since", o.since);
  text("--root", o.root);
  text("--preset-mode", o.preset_mode);
  text("-H,--host", host);
  text("-M,--machine", host);
  // clang-format off
  const struct { const char* names; bool& into; } flags[] = {
      {"-a,--all", o.all},           {"-l,--full", o.full},           {"-q,--quiet", o.quiet},
      {"-f,--force", o.force},       {"--follow", o.follow},          {"-e,--pager-end", o.pager_end},
      {"--now", o.now},              {"--runtime", o.runtime},        {"--failed", o.failed},
      {"--no-pager", o.no_pager},    {"--no-legend", o.no_legend},    {"--no-block", o.no_block},
      {"--no-reload", o.no_reload},  {"--no-warn", o.no_warn},        {"--wait", o.wait},
      {"--plain", o.plain},          {"--value", o.value},            {"--reverse", o.reverse},
      {"--before", o.before},        {"--after", o.after},            {"--no-wall", o.no_wall},
      {"-T,--show-transaction", o.show_types}, {"--show-types", o.show_socket_types},
      {"-h,--help", o.help},         {"--version", o.version},        {"--user", user},
      {"--system", system},          {"--effective", o.effective},
      {"--global", o.global},        {"--dry-run", o.dry_run}};
  // clang-format on
  for (const auto& flag : flags) app.add_flag(flag.names, flag.into);
  app.add_option("words", o.arguments)->allow_extra_args(true);
}

/// In CLI11 -P is one more name of -p; to systemctl it also means --value.
bool asks_for_bare_values(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--") return false;
    if (word.size() >= 2 && word[0] == '-' && word[1] == 'P') return true;
  }
  return false;
}

/// "-.mount" is a unit, but looks like an option.
Parsed not_an_option(std::string word) {
  if (const size_t blank = word.find(' '); blank != std::string::npos) word.resize(blank);
  std::string text = fmt::format("svcctl: there is no option '{}'. 'svcctl --help' lists the options.\n", word);
  if (word.find('.') != std::string::npos)
    text = fmt::format("svcctl: there is no option '{0}'. If it is a unit, put \"--\" before it: svcctl VERB -- {0}\n",
                       word);
  return {{}, true, 1, std::move(text)};
}

Parsed refuse(std::string text) {
  return {{}, true, 1, "svcctl: " + std::move(text) + "\n"};
}

Parsed check(Options o, const std::string& lines, bool user, const std::string& host) {
  static constexpr std::array outputs{"short",      "short-full", "short-iso",     "short-iso-precise",
                                      "short-unix", "cat",        "json",          "json-pretty",
                                      "json-sse",   "json-seq",   "short-precise", "short-monotonic",
                                      "verbose",    "export",     "with-unit",     "short-delta"};
  if (user) return refuse("the managers of users (--user) are not svcd's yet: use systemctl --user.");
  if (!host.empty())
    return refuse("other machines (-H, -M) cannot be reached yet: run svcctl there, e.g. through ssh.");
  if (!lines.empty()) {
    const auto [end, error] = std::from_chars(lines.data(), lines.data() + lines.size(), o.lines);
    if (lines == "all") {
      o.lines = INT32_MAX;
    } else if (error != std::errc() || end != lines.data() + lines.size() || o.lines < 0) {
      return refuse(fmt::format("-n takes a number of lines or \"all\", not '{}'.", lines));
    }
    o.lines_given = true;
  }
  if (std::find(outputs.begin(), outputs.end(), o.output) == outputs.end())
    return refuse(fmt::format("there is no output '{}' for -o. Try short, cat, json or json-pretty.", o.output));
  o.types = split_commas(o.types);
  o.states = split_commas(o.states);
  o.properties_given = !o.properties.empty();
  o.properties = split_commas(o.properties);
  if (!o.arguments.empty()) {
    o.verb = o.arguments.front();
    o.arguments.erase(o.arguments.begin());
  }
  // For logs, -f follows as in journalctl; everywhere else it forces as in systemctl.
  if (o.verb == "logs" && o.force) o.follow = true;
  return {std::move(o), false, 0, {}};
}

}  // namespace

Parsed parse_options(int argc, const char* const* argv) {
  Options options;
  std::string host, lines;
  bool user = false, system = false;
  CLI::App app;
  app.set_help_flag();
  declare(app, options, host, user, lines, system);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ExtrasError& error) {
    // "The following argument was not expected: --bogus"
    const std::string message = error.what();
    const size_t colon = message.rfind(": ");
    return not_an_option(colon == std::string::npos ? message : message.substr(colon + 2));
  } catch (const CLI::ParseError& error) {
    return refuse(std::string(error.what()) + ". 'svcctl --help' lists the options.");
  }
  options.value |= asks_for_bare_values(argc, argv);
  return check(std::move(options), lines, user, host);
}

}  // namespace svcd::ctl
