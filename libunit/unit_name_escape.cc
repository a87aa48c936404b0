// Escaping of systemd-escape(1), paths as names, and what systemctl makes of what a person typed.
#include <array>

#include "libunit/path_text.h"
#include "libunit/unit_name.h"
#include "libunit/unit_name_text.h"

namespace svcd {

namespace {

void append_hex(std::string& into, char c) {
  fmt::format_to(std::back_inserter(into), "\\x{:02x}", static_cast<unsigned char>(c));
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

uint64_t rotate(uint64_t v, int bits) {
  return (v << bits) | (v >> (64 - bits));
}

/// SipHash-2-4 (Aumasson, Bernstein), the hash that names of over-long paths end in.
uint64_t siphash24(const std::array<uint64_t, 2>& key, std::string_view data) {
  std::array<uint64_t, 4> v{key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d, key[0] ^ 0x6c7967656e657261,
                            key[1] ^ 0x7465646279746573};
  const auto round = [&v] {
    v[0] += v[1], v[1] = rotate(v[1], 13) ^ v[0], v[0] = rotate(v[0], 32);
    v[2] += v[3], v[3] = rotate(v[3], 16) ^ v[2];
    v[0] += v[3], v[3] = rotate(v[3], 21) ^ v[0];
    v[2] += v[1], v[1] = rotate(v[1], 17) ^ v[2], v[2] = rotate(v[2], 32);
  };
  const auto take = [&](uint64_t word) { v[3] ^= word, round(), round(), v[0] ^= word; };
  size_t at = 0;
  uint64_t word = 0;
  for (; at + 8 <= data.size(); at += 8) {
    word = 0;
    for (size_t i = 0; i < 8; ++i) word |= uint64_t(static_cast<unsigned char>(data[at + i])) << (8 * i);
    take(word);
  }
  word = uint64_t(data.size() & 0xff) << 56;
  for (size_t i = 0; at + i < data.size(); ++i) word |= uint64_t(static_cast<unsigned char>(data[at + i])) << (8 * i);
  take(word);
  v[2] ^= 0xff;
  for (int i = 0; i < 4; ++i) round();
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}

constexpr size_t hash_length = 1 + 16;  // '_' and 64 bits in hexadecimal

/// The key and the terminating NUL that is hashed too are part of the name's format: other programs compute it as well.
std::string shorten(const std::string& name, std::string_view type) {
  constexpr std::array<uint64_t, 2> key{0x324a3258fb37f2ec, 0x9aeb210d9b069f84};
  const uint64_t hash = siphash24(key, std::string_view(name.c_str(), name.size() + 1));
  std::string made = name.substr(0, longest_unit_name - hash_length - 1 - type.size()) + '_';
  for (int i = 0; i < 8; ++i) fmt::format_to(std::back_inserter(made), "{:02x}", hash >> (8 * i) & 0xff);
  return fmt::format("{}.{}", made, type);
}

bool is_shortened(const UnitName& name) {
  if (name.str().size() != longest_unit_name) return false;
  const std::string_view stem = name.without_type();
  if (stem.size() < hash_length || stem[stem.size() - hash_length] != '_') return false;
  for (const char c : stem.substr(stem.size() - 16))
    if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
  return true;
}

bool is_device_path(std::string_view simplified) {
  return simplified.starts_with("/dev/") || simplified.starts_with("/sys/");
}

}  // namespace

std::string unit_name_escape(std::string_view text) {
  std::string made;
  made.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '/')
      made += '-';
    else if (c == '-' || c == '\\' || !is_unit_name_character(c) || (c == '.' && i == 0))
      append_hex(made, c);
    else
      made += c;
  }
  return made;
}

Result<std::string> unit_name_unescape(std::string_view text) {
  std::string made;
  made.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '-') {
      made += '/';
    } else if (text[i] == '\\') {
      const int high = i + 3 < text.size() && text[i + 1] == 'x' ? hex_digit(text[i + 2]) : -1;
      const int low = high >= 0 ? hex_digit(text[i + 3]) : -1;
      if (low < 0) return fail(ErrorCode::invalid_args, "Failed to unescape \"{}\".", text);
      if (high == 0 && low == 0) return made;  // the value ends there for every program that reads it
      made += static_cast<char>(high << 4 | low);
      i += 3;
    } else {
      made += text[i];
    }
  }
  return made;
}

Result<std::string> unit_name_path_escape(std::string_view path) {
  if (path.find('\0') != path.npos || (!path.empty() && !is_safe_path(path)))
    return fail(ErrorCode::invalid_args, "Path \"{}\" is not normalized, or too long.", path);
  const std::string simplified = simplify_path(path);
  const std::string_view inner = std::string_view(simplified).substr(simplified.starts_with('/') ? 1 : 0);
  if (inner.empty() && !path.empty() && !path.starts_with('/'))
    return fail(ErrorCode::invalid_args, "Path \"{}\" is not absolute.", path);
  return inner.empty() ? std::string("-") : unit_name_escape(inner);
}

Result<std::string> unit_name_path_unescape(std::string_view text) {
  if (text == "-") return std::string("/");
  const auto invalid = [&] { return fail(ErrorCode::invalid_args, "\"{}\" does not stand for a path.", text); };
  if (text.empty()) return invalid();
  std::string inner = SVCD_TRY(unit_name_unescape(text));
  if (inner.empty() || simplify_path(inner) != inner || inner.front() == '/' || !is_safe_path(inner)) return invalid();
  return "/" + inner;
}

Result<UnitName> unit_name_from_path(std::string_view path, UnitType type) {
  const std::string name = fmt::format("{}.{}", SVCD_TRY(unit_name_path_escape(path)), to_string(type));
  return UnitName::parse(name.size() > longest_unit_name ? shorten(name, to_string(type)) : name);
}

Result<std::string> unit_name_to_path(const UnitName& name) {
  if (is_shortened(name)) return fail(ErrorCode::invalid_args, "Unit name {} is too long to be a path.", name.str());
  return unit_name_path_unescape(name.prefix());
}

Result<UnitName> unit_name_mangle(std::string_view typed, UnitType default_type) {
  if (auto name = UnitName::parse(typed)) return name;
  if (typed.starts_with('/')) {
    const std::string simplified = simplify_path(typed);
    auto name = unit_name_from_path(simplified, is_device_path(simplified) ? UnitType::device : UnitType::mount);
    if (name) return name;
  }
  std::string escaped;
  for (const char c : typed) {
    if (c == '/')
      escaped += '-';
    else if (c == '@' || is_unit_name_character(c))
      escaped += c;
    else
      append_hex(escaped, c);
  }
  if (!typed.empty() && !UnitName::is_valid(escaped)) escaped += fmt::format(".{}", to_string(default_type));
  if (auto name = UnitName::parse(escaped)) return name;
  return fail(ErrorCode::invalid_args, "Unit name {} is not valid.", typed);
}

}  // namespace svcd
