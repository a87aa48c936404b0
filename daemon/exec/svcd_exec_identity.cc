#include "daemon/exec/svcd_exec_identity.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>

#include "daemon/exec/program_image.h"
#include "libunit/command_line.h"

namespace svcd {

namespace {

constexpr int user_failed = 217, group_failed = 216;

/// An id written as a number; the two that mean "unchanged" are none.
std::optional<uint32_t> as_id(const std::string& text) {
  uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value == UINT32_MAX || value == UINT16_MAX)
    return std::nullopt;
  return value;
}

/// getpwnam() and its family leave errno at 0, or at one of several values, when there is nobody of that name.
int not_found_error() {
  return errno == 0 || errno == ENOENT ? ESRCH : errno;
}

bool is_nologin(std::string_view shell) {
  const std::string_view name = shell.substr(shell.rfind('/') + 1);
  return name == "nologin" || name == "false" || name == "true";
}

int find_group(const std::string& name, gid_t& gid) {
  if (const auto number = as_id(name)) {
    gid = *number;
    return 0;
  }
  errno = 0;
  const group* entry = ::getgrnam(name.c_str());
  if (entry == nullptr) return not_found_error();
  gid = entry->gr_gid;
  return 0;
}

std::vector<gid_t> groups_of(const std::string& user, gid_t gid) {
  int count = 64;
  std::vector<gid_t> out(static_cast<size_t>(count));
  while (::getgrouplist(user.c_str(), gid, out.data(), &count) < 0 && count < 65536)
    out.resize(static_cast<size_t>(count));
  out.resize(static_cast<size_t>(std::max(count, 0)));
  return out;
}

}  // namespace

int Identity::look_up(const StepView& step, int& exit_code) {
  const std::vector<std::string> names = split_strings(step.strings());
  exit_code = user_failed;
  if (names.size() < 2) return EINVAL;
  asked_for = names[0];
  if (!names[0].empty()) {
    const auto number = as_id(names[0]);
    errno = 0;
    const passwd* entry = number ? ::getpwuid(*number) : ::getpwnam(names[0].c_str());
    if (entry == nullptr) return not_found_error();
    has_user = has_group = true;
    uid = entry->pw_uid;
    gid = entry->pw_gid;
    name = entry->pw_name;
    const std::string_view home_folder = entry->pw_dir, login_shell = entry->pw_shell;
    if (home_folder.starts_with('/') && home_folder.find_first_not_of('/') != home_folder.npos) home = home_folder;
    if (login_shell.starts_with('/') && !is_nologin(login_shell)) shell = login_shell;
  }
  exit_code = group_failed;
  asked_for = names[1];
  if (!names[1].empty()) {
    if (const int error = find_group(names[1], gid); error != 0) return error;
    has_group = true;
  }
  sets_groups = has_user && gid != 0;
  if (sets_groups) groups = groups_of(name, gid);
  for (size_t i = 2; i < names.size(); ++i) {
    gid_t extra = 0;
    asked_for = names[i];
    if (const int error = find_group(names[i], extra); error != 0) return error;
    if (std::find(groups.begin(), groups.end(), extra) == groups.end()) groups.push_back(extra);
    sets_groups = true;
  }
  return 0;
}

int Identity::apply_groups(bool supplementary_only) const {
  if (sets_groups && ::setgroups(groups.size(), groups.data()) < 0) return errno;
  if (!supplementary_only && has_group && ::setresgid(gid, gid, gid) < 0) return errno;
  return 0;
}

int Identity::apply_user() const {
  return has_user && ::setresuid(uid, uid, uid) < 0 ? errno : 0;
}

void Identity::add_variables(std::vector<std::string>& environment) const {
  if (!has_user) return;
  if (!home.empty()) set_variable(environment, "HOME=" + home);
  set_variable(environment, "LOGNAME=" + name);
  set_variable(environment, "USER=" + name);
  if (!shell.empty()) set_variable(environment, "SHELL=" + shell);
}

}  // namespace svcd
