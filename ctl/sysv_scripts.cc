#include "ctl/sysv_scripts.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "ctl/offline.h"
#include "libunit/install.h"

namespace svcd::ctl {
namespace {

constexpr const char* helper = "/lib/systemd/systemd-sysv-install";
constexpr const char* helper_name = "systemd-sysv-install";

/// Its exit code; -1: it did not run, and it was said why.
int run_helper(const Context& context, const std::vector<std::string>& arguments) {
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  std::fflush(stdout);
  pid_t pid = 0;
  if (const int error = ::posix_spawn(&pid, helper, nullptr, nullptr, argv.data(), environ); error != 0) {
    context.complain(fmt::format("Failed to execute {}: {}", helper, ::strerrordesc_np(error)));
    return -1;
  }
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// What generators made of scripts is no unit file of its own.
SearchPath without_generated(SearchPath path) {
  std::erase_if(path.folders, [&](const std::string& folder) {
    return folder == path.generator || folder == path.generator_early || folder == path.generator_late;
  });
  return path;
}

/// 1, 0, or the errno below 0 for which nobody can tell.
int has_unit_file(const Context& context, Offline& offline, const std::string& name) {
  const SearchPath path = without_generated(offline.path);
  Diagnostics said;
  const auto exists = Installer(offline.files, path, offline.host).has_unit_file(name, &said);
  for (const Diagnostic& one : said) context.note(to_string(one));
  if (exists) return *exists ? 1 : 0;
  const int why = exists.error().error_number;
  return why == ELOOP || why == ERFKILL || why == EADDRNOTAVAIL ? 1 : -why;
}

}  // namespace

SysvScripts handle_scripts(Context& context, std::string_view verb, std::vector<std::string>& names) {
  SysvScripts done;
  const bool knows_scripts = verb == "enable" || verb == "disable" || verb == "is-enabled";
  const char* skip = std::getenv("SYSTEMCTL_SKIP_SYSV");
  if (!knows_scripts || context.options.global || context.options.dry_run || (skip != nullptr && *skip == '1'))
    return done;
  Offline offline(context.options);
  std::vector<std::string> native;
  for (const std::string& name : names) {
    if (name.starts_with('/') || !name.ends_with(".service")) {
      native.push_back(name);
      continue;
    }
    const int found = has_unit_file(context, offline, name);
    if (found < 0) {
      context.complain(fmt::format("Failed to look up unit file state: {}", ::strerrordesc_np(-found)));
      done.failed = true;
      return done;
    }
    const bool is_native = found > 0;
    const std::string script = name.substr(0, name.size() - std::strlen(".service"));
    const bool is_script = offline.files.look("/etc/init.d/" + script).kind != FileInfo::Kind::missing;
    if (!is_script || (is_native && verb == "is-enabled")) {
      native.push_back(name);
      continue;
    }
    std::vector<std::string> arguments{helper};
    if (!offline.files.root().empty()) arguments.push_back("--root=" + offline.files.root());
    arguments.emplace_back(verb);
    arguments.push_back(script);
    if (!context.options.quiet) {
      context.note(is_native ? fmt::format("Synchronizing state of {} with SysV service script with {}.", name, helper)
                             : fmt::format("{} is not a native service, redirecting to {}.", name, helper_name));
      context.note(fmt::format("Executing: {}", fmt::join(arguments, " ")));
    }
    const int code = run_helper(context, arguments);
    if (verb == "is-enabled" && code >= 0) {
      if (!context.options.quiet) context.print(code == 0 ? "enabled\n" : "disabled\n");
      done.any_enabled |= code == 0;
    } else if (code != 0) {
      done.failed = true;  // the script has said why
      return done;
    }
    if (is_native) native.push_back(name);
  }
  names = std::move(native);
  return done;
}

}  // namespace svcd::ctl
