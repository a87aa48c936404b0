// Codecs of the settings in SandboxSection.
#pragma once

#include "libunit/codec_resources.h"

namespace svcd::codec {

struct Bytes {
  static constexpr const char* signature = "ay";
  static Result<> parse(std::string_view, std::string&, LoadContext&);
  static void show(const std::string& v, ValueSink& sink) { sink.bytes(std::as_bytes(std::span(v))); }
};
/// RootHash=, RootHashSignature=: hex digits or "base64:…", or the path of a file that has them.
Result<> parse_hash(std::string_view text, std::string& bytes, std::string& path, LoadContext&);
Result<> parse_cpu_policy(std::string_view text, SandboxSection&, LoadContext&);
Result<> parse_cpu_priority(std::string_view text, SandboxSection&, LoadContext&);

struct RootImageOptions : Pairs {  // "[PARTITION:]OPTIONS …"
  static Result<> parse(std::string_view, std::vector<StringPair>&, LoadContext&);
};
Result<> parse_images(std::string_view text, bool with_destination, std::vector<SandboxSection::Image>&, LoadContext&);
void show_images(const std::vector<SandboxSection::Image>&, bool with_destination, ValueSink&);
template <bool WithDestination>
struct Images {
  static constexpr const char* signature = WithDestination ? "a(ssba(ss))" : "a(sba(ss))";
  static Result<> parse(std::string_view text, std::vector<SandboxSection::Image>& into, LoadContext& context) {
    return parse_images(text, WithDestination, into, context);
  }
  static void show(const std::vector<SandboxSection::Image>& v, ValueSink& sink) {
    show_images(v, WithDestination, sink);
  }
};
struct CoredumpFilter : Size {
  static Result<> parse(std::string_view, std::optional<uint64_t>&, LoadContext&);
  static void show(const std::optional<uint64_t>& v, ValueSink& sink) { sink.u64(v.value_or(0x33)); }
};
struct IoClass : Nice {
  static Result<> parse(std::string_view, std::optional<int>&, LoadContext&);
};
struct IoPriority : Nice {
  static Result<> parse(std::string_view, std::optional<int>&, LoadContext&);
};
struct NumaPolicy : Integer {
  static Result<> parse(std::string_view, int&, LoadContext&);
};
struct NumaMask : Numbers {  // also "all"
  static Result<> parse(std::string_view, NumberSet&, LoadContext&);
};
struct TerminalSize {
  static constexpr const char* signature = "q";
  static Result<> parse(std::string_view, std::optional<uint16_t>&, LoadContext&);
  static void show(const std::optional<uint16_t>& v, ValueSink& sink) { sink.u16(v.value_or(UINT16_MAX)); }
};
struct LogFields {
  static constexpr const char* signature = "aay";
  static Result<> parse(std::string_view, std::vector<std::string>&, LoadContext&);
  static void show(const std::vector<std::string>&, ValueSink&);
};
struct LogNamespace : Text {
  static Result<> parse(std::string_view, std::string&, LoadContext&);
};
struct SecureBits : Integer {
  static Result<> parse(std::string_view, int&, LoadContext&);
};
Result<> parse_set_credential(std::string_view text, bool encrypted, std::vector<SandboxSection::Credential>&,
                              LoadContext&);
void show_set_credentials(const std::vector<SandboxSection::Credential>&, ValueSink&);
template <bool Encrypted>
struct SetCredentials {
  static constexpr const char* signature = "a(say)";
  static Result<> parse(std::string_view text, std::vector<SandboxSection::Credential>& into, LoadContext& context) {
    return parse_set_credential(text, Encrypted, into, context);
  }
  static void show(const std::vector<SandboxSection::Credential>& v, ValueSink& sink) { show_set_credentials(v, sink); }
};
struct LoadCredentials : Pairs {
  static Result<> parse(std::string_view, std::vector<StringPair>&, LoadContext&);
};
struct ColonPaths : Words {
  static Result<> parse(std::string_view, std::vector<std::string>&, LoadContext&);
};
struct MountPropagation : Size {
  static Result<> parse(std::string_view, uint64_t&, LoadContext&);
};
struct Label {
  static constexpr const char* signature = "(bs)";
  static Result<> parse(std::string_view, SecurityLabel&, LoadContext&);
  static void show(const SecurityLabel&, ValueSink&);
};
/// "EPERM", a number, or "kill" (0).
std::optional<int> parse_error_number(std::string_view);
std::string error_number_name(int);
struct ErrorNumber : Integer {  // 0: kill
  static Result<> parse(std::string_view, int&, LoadContext&);
  static void show(int v, ValueSink& sink) { sink.i32(v == 0 ? INT32_MAX - 1 : v); }
};
struct Personality : Text {
  static Result<> parse(std::string_view, std::string&, LoadContext&);
};
struct Architectures : Words {  // kept sorted, as systemd shows them
  static Result<> parse(std::string_view, std::vector<std::string>&, LoadContext&);
};
struct Namespaces : Size {
  static Result<> parse(std::string_view, uint64_t&, LoadContext&);
};
struct BindMounts {
  static constexpr const char* signature = "a(ssbt)";
  static Result<> parse(std::string_view, std::vector<BindMount>&, LoadContext&);
  static void show(const std::vector<BindMount>&, ValueSink&);
};
struct TemporaryFileSystems : Pairs {
  static Result<> parse(std::string_view, std::vector<StringPair>&, LoadContext&);
};

}  // namespace svcd::codec
