#include "ctl/property_text.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/mount.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <utility>

#include "ctl/context.h"
#include "ctl/names.h"
#include "ctl/time_text.h"
#include "libunit/property_writers.h"
#include "libunit/settings.h"

namespace svcd::ctl {
namespace {

using client::Value;
using Lines = std::vector<std::string>;

constexpr uint64_t no_value = UINT64_MAX;

bool starts_with(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

using E = ExecSection;
using R = ResourceSection;
using S = SandboxSection;

/// Whether the property shows one of these settings; what it is called stands in the table alone.
template <auto... Members>
bool shows(std::string_view name) {
  static const std::array<std::string_view, sizeof...(Members)> names{property_of<Members>()...};
  return std::find(names.begin(), names.end(), name) != names.end();
}

const char* yes_no(bool b) {
  return b ? "yes" : "no";
}

// ---- numbers

constexpr std::array capabilities{"chown",
                                  "dac_override",
                                  "dac_read_search",
                                  "fowner",
                                  "fsetid",
                                  "kill",
                                  "setgid",
                                  "setuid",
                                  "setpcap",
                                  "linux_immutable",
                                  "net_bind_service",
                                  "net_broadcast",
                                  "net_admin",
                                  "net_raw",
                                  "ipc_lock",
                                  "ipc_owner",
                                  "sys_module",
                                  "sys_rawio",
                                  "sys_chroot",
                                  "sys_ptrace",
                                  "sys_pacct",
                                  "sys_admin",
                                  "sys_boot",
                                  "sys_nice",
                                  "sys_resource",
                                  "sys_time",
                                  "sys_tty_config",
                                  "mknod",
                                  "lease",
                                  "audit_write",
                                  "audit_control",
                                  "setfcap",
                                  "mac_override",
                                  "mac_admin",
                                  "syslog",
                                  "wake_alarm",
                                  "block_suspend",
                                  "audit_read",
                                  "perfmon",
                                  "bpf",
                                  "checkpoint_restore"};

constexpr std::array numa_policies{"default", "preferred", "bind", "interleave", "local"};  // set_mempolicy(2)

struct Flag {
  uint64_t bits;
  const char* name;
};
constexpr std::array namespaces{Flag{0x02000000, "cgroup"}, Flag{0x08000000, "ipc"}, Flag{0x40000000, "net"},
                                Flag{0x00020000, "mnt"},    Flag{0x20000000, "pid"}, Flag{0x10000000, "user"},
                                Flag{0x04000000, "uts"}};

std::string namespaces_text(uint64_t allowed) {
  uint64_t every = 0;
  std::string text;
  for (const Flag& ns : namespaces) {
    every |= ns.bits;
    if ((allowed & ns.bits) != 0) text += (text.empty() ? "" : " ") + std::string(ns.name);
  }
  if ((allowed & every) == every) return "no";
  return text.empty() ? "yes" : text;
}

std::string capabilities_text(uint64_t set) {
  std::string text;
  for (size_t bit = 0; bit < capabilities.size(); ++bit)
    if ((set >> bit & 1) != 0) text += (text.empty() ? "cap_" : " cap_") + std::string(capabilities[bit]);
  return text;
}

std::string propagation_text(uint64_t flags) {
  if ((flags & MS_SHARED) != 0) return "shared";
  if ((flags & MS_SLAVE) != 0) return "slave";
  return (flags & MS_PRIVATE) != 0 ? "private" : "";
}

std::string u64_text(std::string_view name, uint64_t n) {
  if (ends_with(name, "Timestamp") || is_one_of(name, {"NextElapseUSecRealtime", "LastTriggerUSec"}))
    return timestamp_text(n);
  if (name.find("USec") != std::string_view::npos) return timespan_text(n, 0);
  if (shows<&S::coredump_filter>(name)) return fmt::format("0x{:x}", n);
  if (shows<&S::restrict_namespaces>(name)) return namespaces_text(n);
  if (shows<&S::mount_flags>(name)) return propagation_text(n);
  if (shows<&E::capability_bounding_set, &E::ambient_capabilities>(name)) return capabilities_text(n);
  if (n == 0 && shows<&R::cpu_weight, &R::startup_cpu_weight>(name)) return "idle";
  if (n != no_value) return fmt::format("{}", n);
  if (shows<&R::cpu_weight, &R::startup_cpu_weight, &R::io_weight, &R::startup_io_weight, &R::cpu_shares,
            &R::startup_cpu_shares, &R::block_io_weight, &R::startup_block_io_weight>(name) ||
      is_one_of(name, {"MemoryCurrent", "TasksCurrent"}) || ends_with(name, "NSec"))
    return "[not set]";
  if (is_one_of(name, {"IPIngressBytes", "IPIngressPackets", "IPEgressBytes", "IPEgressPackets"})) return "[no data]";
  if (starts_with(name, "Memory") || starts_with(name, "DefaultMemory") || starts_with(name, "Limit") ||
      starts_with(name, "DefaultLimit") || name == "DefaultTasksMax" || shows<&R::tasks_max>(name))
    return "infinity";
  return fmt::format("{}", n);
}

std::string u32_text(std::string_view name, uint64_t n) {
  if (shows<&E::umask>(name) || name.find("Mode") != std::string_view::npos) return fmt::format("{:04o}", n);
  if (is_one_of(name, {"UID", "GID"}) && n == UINT32_MAX) return "[not set]";
  return fmt::format("{}", n);
}

std::string i32_text(std::string_view name, int64_t n) {
  if (shows<&S::numa_policy>(name))
    return n >= 0 && n < int64_t(numa_policies.size()) ? numa_policies[size_t(n)] : "n/a";
  if (n == -1 && ends_with(name, "ActionExitStatus")) return "[not set]";
  return fmt::format("{}", n);
}

// ---- text

/// As a shell would take it for one word; only what needs quotes gets them.
std::string quoted(const std::string& word) {
  static constexpr std::string_view special = "\"\\`$ \t\n*?['()<>|&;!~#{}";
  if (!word.empty() && word.find_first_of(special) == std::string::npos) return word;
  std::string text = "\"";
  for (const char c : word) {
    if (c == '"' || c == '\\' || c == '`' || c == '$') text += '\\';
    text += c;
  }
  return text + '"';
}

std::string joined(const Value& strings, bool quote) {
  std::string text;
  for (const Value& item : strings.items()) {
    if (!text.empty()) text += ' ';
    text += quote ? quoted(item.text()) : item.text();
  }
  return text;
}

std::string hex(const Value& bytes) {
  std::string text;
  for (const Value& byte : bytes.items()) text += fmt::format("{:02x}", byte.number());
  return text;
}

std::string base64(const Value& bytes) {
  std::string data;
  for (const Value& byte : bytes.items()) data += static_cast<char>(byte.number());
  return in_base64(data);
}

/// A set of CPUs or memory nodes as a bit mask in bytes: "0-3 7".
std::string ranges_text(const Value& mask) {
  std::string text;
  const size_t bits = mask.items().size() * 8;
  const auto has = [&](size_t bit) { return (mask.item(bit / 8).number() >> (bit % 8) & 1) != 0; };
  for (size_t first = 0; first < bits; ++first) {
    if (!has(first)) continue;
    size_t last = first;
    while (last + 1 < bits && has(last + 1)) ++last;
    text += fmt::format("{}{}", text.empty() ? "" : " ", first);
    if (last > first) text += fmt::format("-{}", last);
    first = last;
  }
  return text;
}

// ---- structs

std::string command_text(const Value& run, bool has_flags) {
  const auto stamp = [](uint64_t time) {
    const std::string text = timestamp_text(time);
    return text.empty() ? std::string("n/a") : text;
  };
  const auto code = static_cast<int>(run.item(8).signed_number()),
             status = static_cast<int>(run.item(9).signed_number());
  const char* code_name = child_code_name(code);
  std::string argv = fmt::format("{}", fmt::join(run.item(1).strings(), " "));
  return fmt::format(
      "{{ path={} ; argv[]={} ; {}={} ; start_time=[{}] ; stop_time=[{}] ; pid={} ; code={} ; status={}{}{} }}",
      run.item(0).text(), argv, has_flags ? "flags" : "ignore_errors",
      has_flags ? joined(run.item(2), false) : yes_no(run.item(2).boolean()), stamp(run.item(3).number()),
      stamp(run.item(5).number()), run.item(7).number(), code_name == nullptr ? "(null)" : code_name, status,
      code == CLD_EXITED ? "" : "/",
      code == CLD_EXITED ? ""
      : status == 0      ? "0"
                         : signal_text(status));
}

std::string address_text(const Value& v) {
  std::array<unsigned char, 16> bytes{};
  for (size_t i = 0; i < v.item(1).items().size() && i < bytes.size(); ++i)
    bytes[i] = static_cast<unsigned char>(v.item(1).item(i).number());
  char text[INET6_ADDRSTRLEN] = "";
  (void)::inet_ntop(static_cast<int>(v.item(0).signed_number()), bytes.data(), text, sizeof text);
  return fmt::format("{}/{}", text, v.item(2).number());
}

std::string bind_path_text(const Value& v) {
  return fmt::format("{}{}:{}{}", v.item(2).boolean() ? "-" : "", v.item(0).text(), v.item(1).text(),
                     (v.item(3).number() & MS_REC) != 0 ? ":rbind" : "");
}

/// "-/a.raw:/b:root:ro:home:nosuid" of an image, where it is mounted, and its mount options by partition.
std::string image_text(const Value& image, const std::string& where, bool may_be_missing, const Value& options) {
  std::string text = (may_be_missing ? "-" : "") + image.item(0).text() + where;
  for (const Value& option : options.items()) text += ":" + option.item(0).text() + ":" + option.item(1).text();
  return text;
}

std::string exit_status_text(const Value& v) {
  std::string text;
  const auto add = [&](const std::string& word) { text += (text.empty() ? "" : " ") + word; };
  for (const Value& code : v.item(0).items()) add(fmt::format("{}", static_cast<int32_t>(code.signed_number())));
  for (const Value& signal : v.item(1).items()) add(signal_text(static_cast<int>(signal.signed_number())));
  return text;
}

std::string struct_text(std::string_view name, const Value& v) {
  const std::string& types = v.contents();
  if (types == "uo") return v.item(0).number() > 0 ? fmt::format("{}", v.item(0).number()) : "";
  if (types == "so") return v.item(0).text();
  if (types == "ss" && name == "LoadError")
    return v.item(0).text().empty() && v.item(1).text().empty()
               ? ""
               : fmt::format("{} \"{}\"", v.item(0).text(), v.item(1).text());
  if (types == "bs") return v.item(1).text().empty() ? "" : (v.item(0).boolean() ? "-" : "") + v.item(1).text();
  if (types == "bas") return (v.item(0).boolean() ? "" : "~") + joined(v.item(1), false);
  if (types == "aiai") return exit_status_text(v);
  return {};
}

/// "ipv4:tcp80-90" of (family, protocol, number of ports, first port); 0 stands for any. 252 has no colon there.
std::string port_range_text(const Value& v) {
  const uint64_t count = v.item(2).number(), first = v.item(3).number();
  const auto family = static_cast<int>(v.item(0).signed_number()),
             protocol = static_cast<int>(v.item(1).signed_number());
  std::string text = family == AF_INET ? "ipv4:" : family == AF_INET6 ? "ipv6:" : "";
  text += protocol == IPPROTO_TCP ? "tcp" : protocol == IPPROTO_UDP ? "udp" : "";
  if (count == 0) return text + "any";
  return text + (count == 1 ? fmt::format("{}", first) : fmt::format("{}-{}", first, first + count - 1));
}

/// One line for each struct of an array; false: no form for this property.
bool rows_text(std::string_view name, const Value& array, Lines& lines) {
  const std::string_view types = array.contents();
  const auto each = [&](auto line) {
    for (const Value& item : array.items()) lines.push_back(line(item));
    return true;
  };
  if (types == "(sasbttttuii)") return each([](const Value& v) { return command_text(v, false); });
  if (types == "(sasasttttuii)") return each([](const Value& v) { return command_text(v, true); });
  if (name == "EnvironmentFiles" && types == "(sb)")
    return each([](const Value& v) {
      return fmt::format("{} (ignore_errors={})", v.item(0).text(), yes_no(v.item(1).boolean()));
    });
  if (is_one_of(name, {"Listen", "Paths"}))
    return each([](const Value& v) { return fmt::format("{} ({})", v.item(1).text(), v.item(0).text()); });
  if (name == "TimersMonotonic")
    return each([](const Value& v) {
      return fmt::format("{{ {}={} ; next_elapse={} }}", v.item(0).text(), timespan_text(v.item(1).number(), 0),
                         timespan_text(v.item(2).number(), 0));
    });
  if (name == "TimersCalendar")
    return each([](const Value& v) {
      const std::string next = timestamp_text(v.item(2).number());
      return fmt::format("{{ {}={} ; next_elapse={} }}", v.item(0).text(), v.item(1).text(),
                         next.empty() ? "(null)" : next);
    });
  if (shows<&R::device_allow>(name))
    return each([](const Value& v) { return v.item(0).text() + " " + v.item(1).text(); });
  if (types == "(st)")
    return each([&](const Value& v) {
      return v.item(0).text() + " " +
             (name.find("USec") != std::string_view::npos ? timespan_text(v.item(1).number(), 0)
                                                          : fmt::format("{}", v.item(1).number()));
    });
  if (types == "(iiqq)") return each(port_range_text);
  if (shows<&R::bpf_program>(name))
    return each([](const Value& v) { return v.item(0).text() + ":" + v.item(1).text(); });
  if (ends_with(name, "DirectorySymlink"))
    return each([](const Value& v) { return v.item(0).text() + ":" + v.item(1).text(); });
  if (shows<&S::root_image_options>(name))
    return each([](const Value& v) { return v.item(0).text() + ":" + v.item(1).text(); });
  return false;
}

/// Arrays of structs that share one line; false: no form for this property.
bool line_of_rows(std::string_view name, const Value& array, std::string& line) {
  const std::string_view types = array.contents();
  const auto join = [&](auto text) {
    for (const Value& item : array.items()) line += (line.empty() ? "" : " ") + text(item);
    return true;
  };
  if (types == "(iayu)") return join(address_text);
  if (types == "(ssbt)") return join(bind_path_text);
  if (types == "(sba(ss))")
    return join([](const Value& v) { return image_text(v, {}, v.item(1).boolean(), v.item(2)); });
  if (types == "(ssba(ss))")
    return join([](const Value& v) { return image_text(v, ":" + v.item(1).text(), v.item(2).boolean(), v.item(3)); });
  if (shows<&S::temporary_file_system>(name))
    return join([](const Value& v) {
      return v.item(1).text().empty() ? v.item(0).text() : v.item(0).text() + ":" + v.item(1).text();
    });
  return false;
}

PropertyText array_text(std::string_view name, const Value& v) {
  const std::string& types = v.contents();
  PropertyText result;
  const auto single = [&](std::string text) {
    if (!text.empty()) result.lines.push_back(std::move(text));
    return result;
  };
  if (types == "s") return single(joined(v, true));
  if (types == "y") {
    if (name.find("CPU") != std::string_view::npos || name.find("MemoryNodes") != std::string_view::npos ||
        shows<&S::numa_mask>(name))
      return single(ranges_text(v));
    if (shows<&E::standard_input_data, &S::root_hash_signature>(name)) return single(base64(v));
    return single(hex(v));
  }
  if (types == "u") {
    std::string text;
    for (const Value& item : v.items()) text += fmt::format("{}{:08x}", text.empty() ? "" : " ", item.number());
    return single(text);
  }
  if (types == "ay" && shows<&S::log_extra_fields>(name)) {
    std::string text;
    for (const Value& field : v.items()) {
      if (!text.empty()) text += ' ';
      for (const Value& byte : field.items()) text += static_cast<char>(byte.number());
    }
    return single(text);
  }
  if (types == "(so)") {
    std::string text;
    for (const Value& item : v.items()) text += (text.empty() ? "" : " ") + item.item(0).text();
    return single(text);
  }
  if (rows_text(name, v, result.lines)) {
    result.nothing_is_shown = false;
    return result;
  }
  std::string line;
  if (line_of_rows(name, v, line)) return single(line);
  result.nothing = "[unprintable]";
  return result;
}

}  // namespace

PropertyText property_text(std::string_view name, const Value& v) {
  PropertyText result;
  std::string text;
  switch (v.type()) {
    case 's':
    case 'o':
    case 'g': text = v.text().find('\n') == std::string::npos ? v.text() : "[unprintable]"; break;
    case 'b': text = yes_no(v.boolean()); break;
    case 't': text = u64_text(name, v.number()); break;
    case 'u': text = u32_text(name, v.number()); break;
    case 'i':
      text = i32_text(name, v.signed_number());
      if (text != "[not set]") break;
      result.nothing = std::exchange(text, "");
      break;
    case 'x': text = fmt::format("{}", v.signed_number()); break;
    case 'd': text = fmt::format("{:g}", v.real()); break;
    case '(':
      text = struct_text(name, v);
      if (v.contents() == "bas" && text.empty())
        result.lines.emplace_back();  // nothing at all is allowed: that is said
      if (text != "~") break;
      result.nothing = std::exchange(text, "");  // a list of what is denied, and nothing is
      break;
    case 'a': return array_text(name, v);
    default: result.nothing = "[unprintable]"; break;
  }
  if (!text.empty()) result.lines.push_back(std::move(text));
  return result;
}

std::string property_lines(std::string_view name, const Value& value, bool all, bool only_value) {
  const PropertyText text = property_text(name, value);
  std::string out;
  const auto line = [&](std::string_view one) {
    if (!only_value || one == "[unprintable]") out += fmt::format("{}=", name);
    out += one;
    out += '\n';
  };
  for (const std::string& one : text.lines) line(one);
  if (text.lines.empty() && all && text.nothing_is_shown) line(text.nothing);
  return out;
}

}  // namespace svcd::ctl
