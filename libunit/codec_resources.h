// Codecs of resource control: weights, limits, devices, addresses; and filters, which sandbox settings share.
#pragma once

#include "libunit/codecs.h"

namespace svcd {

/// What a limit comes to on this machine: shares of memory are cut to whole pages; UINT64_MAX is no limit.
uint64_t resolve_memory(const ScaledLimit&, const ManagerDefaults&);
uint64_t resolve_tasks(const ScaledLimit&, const ManagerDefaults&);

namespace codec {

Result<> parse_slice(std::string_view text, std::string& into, LoadContext& context);
Result<> parse_delegate(std::string_view text, ResourceSection& into, LoadContext& context);

/// UINT64_MAX: not set.
struct CpuWeight : Size {  // "idle" is 0
  static Result<> parse(std::string_view, uint64_t&, LoadContext&);
};
struct IoWeight : Size {
  static Result<> parse(std::string_view, uint64_t&, LoadContext&);
};
struct CpuShares : Size {
  static Result<> parse(std::string_view, uint64_t&, LoadContext&);
};
struct BlockIoWeight : Size {
  static Result<> parse(std::string_view, uint64_t&, LoadContext&);
};
/// "20%" of one processor, as time a second.
struct CpuQuota : Span {
  static Result<> parse(std::string_view, Duration&, LoadContext&);
};
/// Empty means infinity.
struct SpanOrInfinity : Span {
  static Result<> parse(std::string_view, Duration&, LoadContext&);
};

Result<> parse_memory_limit(std::string_view text, ScaledLimit& into, ScaledLimit otherwise, bool zero_is_fine);
/// 0: none by default; 1: unlimited by default, 0 refused; 2: unlimited by default, 0 taken.
template <int Kind>
struct MemoryLimit {
  static constexpr const char* signature = "t";
  static Result<> parse(std::string_view text, ScaledLimit& into, LoadContext&) {
    return parse_memory_limit(text, into, Kind == 0 ? ScaledLimit{0, 0} : ScaledLimit{}, Kind != 1);
  }
  static void show(const ScaledLimit& v, ValueSink& sink) { sink.u64(v.value); }
};
struct OldMemoryLimit : MemoryLimit<1> {
  static Result<> parse(std::string_view, ScaledLimit&, LoadContext&);
};
struct TasksLimit {
  static constexpr const char* signature = "t";
  static Result<> parse(std::string_view, std::optional<ScaledLimit>&, LoadContext&);
  static void show(const std::optional<ScaledLimit>& v, ValueSink& sink) { sink.u64(v.value_or(ScaledLimit{}).value); }
};
struct PressureLimit : Unsigned {
  static Result<> parse(std::string_view, uint32_t&, LoadContext&);
};

enum class FigureKind : uint8_t { weight, block_weight, bandwidth, latency };
Result<> parse_device_figure(std::string_view text, FigureKind, std::vector<DeviceFigure>&, LoadContext&);
void show_device_figures(const std::vector<DeviceFigure>&, ValueSink&);
template <FigureKind Kind>
struct DeviceFigures {
  static constexpr const char* signature = "a(st)";
  static Result<> parse(std::string_view text, std::vector<DeviceFigure>& into, LoadContext& context) {
    return parse_device_figure(text, Kind, into, context);
  }
  static void show(const std::vector<DeviceFigure>& v, ValueSink& sink) { show_device_figures(v, sink); }
};

struct Pairs {
  static constexpr const char* signature = "a(ss)";
  static void show(const std::vector<StringPair>&, ValueSink&);
};
struct DeviceRules : Pairs {
  static Result<> parse(std::string_view, std::vector<StringPair>&, LoadContext&);
};
struct BpfPrograms : Pairs {
  static Result<> parse(std::string_view, std::vector<StringPair>&, LoadContext&);
};
struct Addresses {
  static constexpr const char* signature = "a(iayu)";
  static Result<> parse(std::string_view, std::vector<AddressPrefix>&, LoadContext&);
  static void show(const std::vector<AddressPrefix>&, ValueSink&);
};
struct AddedPath : Words {  // one path an assignment
  static Result<> parse(std::string_view, std::vector<std::string>&, LoadContext&);
};
struct Controllers : Words {
  static Result<> parse(std::string_view, std::vector<std::string>&, LoadContext&);
};
struct SocketBindRules {
  static constexpr const char* signature = "a(iiqq)";
  static Result<> parse(std::string_view, std::vector<std::string>&, LoadContext&);
  static void show(const std::vector<std::string>&, ValueSink&);
};
/// Sets of processors or memory nodes: "0 2-4,9".
struct Numbers {
  static constexpr const char* signature = "ay";
  static Result<> parse(std::string_view, NumberSet&, LoadContext&);
  static void show(const NumberSet&, ValueSink&);
};
/// An enum whose failure is "Invalid syntax".
template <class E>
struct InvalidSyntax {
  static constexpr const char* signature = "s";
  static Result<> parse(std::string_view text, E& into, LoadContext&) {
    if (parse_enum(text, into)) return {};
    return fail(ErrorCode::bad_message, "Invalid syntax, ignoring: {}", text);
  }
  static void show(E v, ValueSink& sink) { sink.string(enum_name(v)); }
};

enum class FilterKind : uint8_t { interface, address_family, file_system };
Result<> parse_filter(std::string_view text, FilterKind, FilterList&, LoadContext&);
void show_filter(const FilterList&, ValueSink&);
template <FilterKind Kind>
struct Filter {
  static constexpr const char* signature = "(bas)";
  static Result<> parse(std::string_view text, FilterList& into, LoadContext& context) {
    return parse_filter(text, Kind, into, context);
  }
  static void show(const FilterList& v, ValueSink& sink) { show_filter(v, sink); }
};

}  // namespace codec
}  // namespace svcd
