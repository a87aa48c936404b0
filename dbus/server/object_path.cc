#include "dbus/server/object_path.h"

#include <charconv>

namespace svcd {
namespace {

constexpr char hex_digits[] = "0123456789abcdef";

bool is_plain(char c, bool first) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (!first && c >= '0' && c <= '9');
}
int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// What follows `root` and a '/'; nullopt if it is empty or has a '/' of its own.
std::optional<std::string_view> label_below(std::string_view path, std::string_view root) {
  if (!path.starts_with(root)) return std::nullopt;
  path.remove_prefix(root.size());
  if (path.size() < 2 || path[0] != '/') return std::nullopt;
  path.remove_prefix(1);
  if (path.find('/') != std::string_view::npos) return std::nullopt;
  return path;
}

}  // namespace

const char* type_interface(UnitType type) {
  using enum UnitType;
  switch (type) {  // clang-format off
    case service:   return "org.freedesktop.systemd1.Service";
    case mount:     return "org.freedesktop.systemd1.Mount";
    case swap:      return "org.freedesktop.systemd1.Swap";
    case socket:    return "org.freedesktop.systemd1.Socket";
    case target:    return "org.freedesktop.systemd1.Target";
    case device:    return "org.freedesktop.systemd1.Device";
    case automount: return "org.freedesktop.systemd1.Automount";
    case timer:     return "org.freedesktop.systemd1.Timer";
    case path:      return "org.freedesktop.systemd1.Path";
    case slice:     return "org.freedesktop.systemd1.Slice";
    case scope:     return "org.freedesktop.systemd1.Scope";
  }  // clang-format on
  return "org.freedesktop.systemd1.Unit";
}

std::string unit_path(std::string_view name) {
  std::string path = unit_root;
  path += '/';
  if (name.empty()) path += '_';
  for (size_t i = 0; i < name.size(); ++i) {
    if (is_plain(name[i], i == 0)) {
      path += name[i];
      continue;
    }
    const auto byte = static_cast<unsigned char>(name[i]);
    path += '_';
    path += hex_digits[byte >> 4];
    path += hex_digits[byte & 15];
  }
  return path;
}

std::string job_path(JobId id) {
  return std::string(job_root) + '/' + std::to_string(id);
}

std::optional<std::string> unit_of_path(std::string_view path) {
  const auto label = label_below(path, unit_root);
  if (!label) return std::nullopt;
  std::string name;
  if (*label == "_") return name;
  for (size_t i = 0; i < label->size(); ++i) {
    if ((*label)[i] != '_') {
      name += (*label)[i];
      continue;
    }
    const int high = i + 2 < label->size() ? hex_value((*label)[i + 1]) : -1;
    const int low = high >= 0 ? hex_value((*label)[i + 2]) : -1;
    if (low < 0) {  // not written by us: taken as it stands, as systemd does
      name += '_';
      continue;
    }
    name += static_cast<char>(high << 4 | low);
    i += 2;
  }
  return name;
}

std::optional<JobId> job_of_path(std::string_view path) {
  const auto label = label_below(path, job_root);
  if (!label) return std::nullopt;
  JobId id = 0;
  const auto [end, error] = std::from_chars(label->data(), label->data() + label->size(), id);
  if (error != std::errc() || end != label->data() + label->size()) return std::nullopt;
  return id;
}

}  // namespace svcd
