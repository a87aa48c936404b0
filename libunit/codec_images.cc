// Disk images, their hashes and options; credentials that are written into the unit.
#include <algorithm>

#include "libunit/codec_sandbox.h"
#include "libunit/command_line.h"
#include "libunit/path_check.h"

namespace svcd::codec {
namespace {

constexpr std::string_view partitions[] = {"root", "usr", "home",        "srv",        "esp", "xbootldr",
                                           "tmp",  "var", "root-verity", "usr-verity", "swap"};

std::vector<std::string> split_colons(std::string_view text) {
  return split_words(text, word_empty_words | word_unescape_separators | word_keep_bad_escapes, ":")
      .value_or(std::vector<std::string>{});
}

bool decode_hex(std::string_view text, std::string& into) {
  if (text.size() % 2 != 0) return false;
  for (size_t i = 0; i < text.size(); i += 2) {
    uint64_t byte = 0;
    if (!parse_unsigned("0x" + std::string(text.substr(i, 2)), byte, 255)) return false;
    into.push_back(char(byte));
  }
  return true;
}

/// "PARTITION OPTIONS" pairs of what follows a path; a single part is for the root partition.
Result<> add_options(std::span<const std::string> parts, std::vector<StringPair>& into, std::string_view line) {
  if (parts.size() == 1) return into.push_back({"root", parts[0]}), Result<>{};
  for (size_t i = 0; i + 1 < parts.size(); i += 2) {
    if (std::ranges::find(partitions, parts[i]) == std::end(partitions))
      return fail(ErrorCode::bad_message, "Invalid partition name {}, ignoring: {}", parts[i], line);
    into.push_back({parts[i], parts[i + 1]});
  }
  return {};
}

}  // namespace

Result<> Bytes::parse(std::string_view text, std::string& into, LoadContext& context) {
  std::string unused;
  return parse_hash(text, into, unused, context);
}

Result<> parse_hash(std::string_view text, std::string& bytes, std::string& path, LoadContext& context) {
  if (text.empty()) return bytes.clear(), path.clear(), Result<>{};
  if (text.starts_with('/')) {
    std::string file;
    SVCD_TRY(StrictPath::parse(text, file, context));
    bytes.clear();
    path = std::move(file);
    return {};
  }
  std::string decoded;
  constexpr std::string_view base64 = "base64:";
  const bool good = text.starts_with(base64)
                        ? parse_input_data(text.substr(base64.size()), decoded, context).has_value()
                        : decode_hex(text, decoded) && decoded.size() >= 16;
  if (!good) return fail(ErrorCode::bad_message, "Failed to decode {}=, ignoring: {}", context.key, text);
  bytes = std::move(decoded);
  path.clear();
  return {};
}

Result<> RootImageOptions::parse(std::string_view text, std::vector<StringPair>& into, LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  std::vector<StringPair> options;
  for (const std::string& word : split_words(text, word_unquote).value_or(std::vector<std::string>{})) {
    const std::vector<std::string> parts = split_colons(SVCD_TRY(context.expand(word)));
    SVCD_TRY(add_options(parts, options, text));
  }
  into = std::move(options);
  return {};
}

Result<> parse_images(std::string_view text, bool with_destination, std::vector<SandboxSection::Image>& into,
                      LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  auto words = split_words(text, word_unquote);
  if (!words) return fail(ErrorCode::bad_message, "Invalid syntax, ignoring: {}", text);
  for (const std::string& word : *words) {
    const std::vector<std::string> parts = split_colons(SVCD_TRY(context.expand(word)));
    SandboxSection::Image image;
    std::string_view source = parts.empty() ? std::string_view() : std::string_view(parts[0]);
    if ((image.ignore_missing = source.starts_with('-'))) source.remove_prefix(1);
    size_t used = 1;
    auto from = check_path(source, path_absolute, context);
    if (!from) {
      context.warn(from.error().message);
      continue;
    }
    image.source = std::move(*from);
    if (with_destination) {
      if (parts.size() < 2) {
        context.warn(fmt::format("Missing destination in {}, ignoring: {}", context.key, word));
        continue;
      }
      auto to = check_path(parts[used++], path_absolute, context);
      if (!to) {
        context.warn(to.error().message);
        continue;
      }
      image.destination = std::move(*to);
    }
    if (auto added = add_options(std::span(parts).subspan(std::min(used, parts.size())), image.options, word); !added) {
      context.warn(added.error().message);
      continue;
    }
    into.push_back(std::move(image));
  }
  return {};
}

void show_images(const std::vector<SandboxSection::Image>& images, bool with_destination, ValueSink& sink) {
  sink.open_array(with_destination ? "(ssba(ss))" : "(sba(ss))");
  for (const SandboxSection::Image& image : images) {
    sink.open_struct(with_destination ? "ssba(ss)" : "sba(ss)");
    sink.string(image.source);
    if (with_destination) sink.string(image.destination);
    sink.boolean(image.ignore_missing);
    Pairs::show(image.options, sink);
    sink.close_struct();
  }
  sink.close_array();
}

Result<> parse_set_credential(std::string_view text, bool encrypted, std::vector<SandboxSection::Credential>& into,
                              LoadContext& context) {
  if (text.empty()) return into.clear(), Result<>{};
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon + 1 == text.size())
    return fail(ErrorCode::bad_message, "Invalid syntax, ignoring: {}", text);
  SandboxSection::Credential credential {
    SVCD_TRY(context.expand(text.substr(0, colon)))
    , {}
  };
  if (credential.id.empty() || credential.id.find('/') != std::string::npos)
    return fail(ErrorCode::bad_message, "Credential name \"{}\" not valid, ignoring.", credential.id);
  const std::string_view data = text.substr(colon + 1);
  if (encrypted) {
    if (!parse_input_data(data, credential.data, context))
      return fail(ErrorCode::bad_message, "Encrypted credential data not valid Base64 data, ignoring.");
  } else {
    for (size_t at = 0; at < data.size(); ++at) {
      const std::string_view behind = data.substr(at + 1);
      const bool is_nul = data[at] == '\\' && (behind.starts_with("000") || behind.starts_with("x00"));
      if (is_nul) credential.data.push_back('\0');  // here alone a NUL may be
      const size_t taken = is_nul ? 3 : data[at] == '\\' ? unescape_one(behind, credential.data) : 0;
      if (taken == 0) credential.data.push_back(data[at]);
      at += taken;
    }
  }
  std::erase_if(into, [&](const SandboxSection::Credential& old) { return old.id == credential.id; });
  into.push_back(std::move(credential));
  return {};
}

void show_set_credentials(const std::vector<SandboxSection::Credential>& credentials, ValueSink& sink) {
  sink.open_array("(say)");
  for (const SandboxSection::Credential& credential : credentials) {
    sink.open_struct("say");
    sink.string(credential.id);
    sink.bytes(std::as_bytes(std::span(credential.data)));
    sink.close_struct();
  }
  sink.close_array();
}

}  // namespace svcd::codec
