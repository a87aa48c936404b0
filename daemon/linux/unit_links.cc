#include "daemon/linux/unit_links.h"

#include <unistd.h>

#include "libunit/hex.h"
#include "libunit/host/file_writer.h"

namespace svcd {

namespace {

constexpr const char* level_max = "log-level-max";
constexpr const char* extra_fields = "log-extra-fields";
constexpr const char* rate_interval = "log-rate-limit-interval";
constexpr const char* rate_burst = "log-rate-limit-burst";

std::string with_lengths(const std::vector<std::string>& fields) {
  std::string text;
  for (const std::string& field : fields) {
    for (unsigned shift = 0; shift < 64; shift += 8) text += static_cast<char>(uint64_t{field.size()} >> shift & 0xff);
    text += field;
  }
  return text;
}

}  // namespace

std::string UnitLinks::path(const char* kind, const std::string& unit_name) const {
  return folder_ + "/" + kind + ":" + unit_name;
}

void UnitLinks::publish_invocation(const std::string& unit_name, const Id128& id) const {
  (void)write_link_atomically(path("invocation", unit_name), to_hex(id));
}

void UnitLinks::withdraw_invocation(const std::string& unit_name) const {
  ::unlink(path("invocation", unit_name).c_str());
}

void UnitLinks::publish_log_settings(const std::string& unit_name, const UnitConfig& config) const {
  const ExecSection& exec = config.exec();
  const SandboxSection& more = config.sandbox();
  const auto link = [&](const char* kind, bool is_set, uint64_t value) {
    if (is_set) (void)write_link_atomically(path(kind, unit_name), std::to_string(value));
  };
  link(level_max, exec.log_level_max >= 0, static_cast<uint64_t>(exec.log_level_max));
  link(rate_interval, more.log_rate_limit_interval.count() != 0, more.log_rate_limit_interval.count());
  link(rate_burst, more.log_rate_limit_burst != 0, more.log_rate_limit_burst);
  if (!more.log_extra_fields.empty())
    (void)write_file_atomically(path(extra_fields, unit_name), with_lengths(more.log_extra_fields));
}

/// 252 leaves the extra fields lying about: it looks for them by another name.
void UnitLinks::withdraw_log_settings(const std::string& unit_name) const {
  for (const char* kind : {level_max, extra_fields, rate_interval, rate_burst}) ::unlink(path(kind, unit_name).c_str());
}

}  // namespace svcd
