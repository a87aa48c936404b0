// How a value that came over D-Bus is written in a unit file, one function per kind of value: what StartTransientUnit()
// and SetUnitProperties() put into the files they leave behind. The files are then read like any other: text is the one
// way in. As systemd 252 writes them, except where that loses something (spans below the second, …Ex keys).
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <vector>

#include "libunit/codec_sandbox.h"
#include "libunit/settings.h"
#include "libunit/unit_text.h"

namespace svcd {

/// The lines that one property becomes.
class PropertyLines {
 public:
  /// `row`: the setting that the lines are for; null where each value names its own.
  PropertyLines(UnitType type, std::string_view section, const Setting* row, std::string_view name,
                std::vector<Assignment>& into)
      : property_(name), type_(type), section_(section), row_(row), into_(into) {}

  std::string_view property() const { return property_; }
  UnitType type() const { return type_; }

  /// KEY=value. A value that would not stay one line is refused.
  Result<> add(std::string_view value);
  /// KEY=, which empties a list.
  void reset();
  /// The same for a key that the value names.
  Result<> add_to(std::string_view key, std::string_view value);
  /// Whether it may name this one: a key without a property of its own, which is written so.
  bool has_list_key(std::string_view key, WriteValue set = nullptr) const;
  /// What an earlier property of the same request wrote for this key; empty: nothing.
  std::string previous() const;
  bool was_written() const;  // … anything, also an empty value

 private:
  std::string_view property_;
  UnitType type_;
  std::string section_;
  const Setting* row_;
  std::vector<Assignment>& into_;
};

/// "%%" for '%': what comes over D-Bus has no specifiers.
std::string without_specifiers(std::string_view text);
std::string in_base64(std::string_view bytes);
/// The value is of another type than the property's.
tl::unexpected<Error> type_mismatch();

// Each of them fails with invalid_args or type_mismatch(); what was added then does not count.
namespace write {

// clang-format off
Result<> boolean(ValueSource&, PropertyLines&);
Result<> text(ValueSource&, PropertyLines&);
Result<> description(ValueSource&, PropertyLines&);    // also of a unit that runs
Result<> words(ValueSource&, PropertyLines&);          // "as", in one line
Result<> raw_words(ValueSource&, PropertyLines&);      // … of settings that know no escapes of letters
Result<> plain_words(ValueSource&, PropertyLines&);    // … of words that need no quotes
Result<> word_a_line(ValueSource&, PropertyLines&);    // each in a line of its own; none: the list stays
Result<> list_a_line(ValueSource&, PropertyLines&);    // the same; none: the list is emptied
Result<> new_list_a_line(ValueSource&, PropertyLines&);  // the same, what was there before is gone
Result<> colon_words(ValueSource&, PropertyLines&);
Result<> i32(ValueSource&, PropertyLines&);
Result<> i64(ValueSource&, PropertyLines&);
Result<> u16(ValueSource&, PropertyLines&);
Result<> u32(ValueSource&, PropertyLines&);
Result<> u64(ValueSource&, PropertyLines&);            // the highest is "infinity"
Result<> weight(ValueSource&, PropertyLines&);         // the highest: not set
Result<> cpu_weight(ValueSource&, PropertyLines&);     // 0 is "idle"
Result<> span(ValueSource&, PropertyLines&);
Result<> span_or_default(ValueSource&, PropertyLines&);  // the highest: not set
Result<> cpu_quota(ValueSource&, PropertyLines&);
Result<> mode(ValueSource&, PropertyLines&);
Result<> hexadecimal(ValueSource&, PropertyLines&);
Result<> signal(ValueSource&, PropertyLines&);
Result<> action_exit_status(ValueSource&, PropertyLines&);
Result<> exit_statuses(ValueSource&, PropertyLines&);
Result<> nanoseconds(ValueSource&, PropertyLines&);
Result<> reserve(ValueSource&, PropertyLines&);        // an amount, or all
Result<> share(ValueSource&, PropertyLines&);          // … as a share of UINT32_MAX + 1, in percent
Result<> limit_above_zero(ValueSource&, PropertyLines&);
Result<> share_above_zero(ValueSource&, PropertyLines&);
Result<> pressure(ValueSource&, PropertyLines&);
Result<> limit(ValueSource&, PropertyLines&);
Result<> soft_limit(ValueSource&, PropertyLines&);
Result<> numbers(ValueSource&, PropertyLines&);        // a bit set
Result<> new_numbers(ValueSource&, PropertyLines&);
Result<> from_numa(ValueSource&, PropertyLines&);
Result<> hash(ValueSource&, PropertyLines&);
Result<> signature(ValueSource&, PropertyLines&);
Result<> base64(ValueSource&, PropertyLines&);
Result<> capabilities(ValueSource&, PropertyLines&);
Result<> secure_bits(ValueSource&, PropertyLines&);
Result<> namespaces(ValueSource&, PropertyLines&);
Result<> propagation(ValueSource&, PropertyLines&);
Result<> cpu_policy(ValueSource&, PropertyLines&);
Result<> io_class(ValueSource&, PropertyLines&);
Result<> numa_policy(ValueSource&, PropertyLines&);
Result<> error_number(ValueSource&, PropertyLines&);
Result<> slice(ValueSource&, PropertyLines&);
Result<> delegation(ValueSource&, PropertyLines&);
Result<> socket_protocol(ValueSource&, PropertyLines&);
Result<> type_of_service(ValueSource&, PropertyLines&);
Result<> filter(ValueSource&, PropertyLines&);
Result<> family_filter(ValueSource&, PropertyLines&);  // none at all is "none"
Result<> label(ValueSource&, PropertyLines&);
Result<> environment_files(ValueSource&, PropertyLines&);
Result<> commands(ValueSource&, PropertyLines&);
Result<> extended_commands(ValueSource&, PropertyLines&);
Result<> device_rules(ValueSource&, PropertyLines&);
Result<> bpf_programs(ValueSource&, PropertyLines&);
Result<> colon_pairs(ValueSource&, PropertyLines&);    // FIRST:SECOND, one a line
Result<> mounts_with_options(ValueSource&, PropertyLines&);
Result<> image_options(ValueSource&, PropertyLines&);
Result<> images(ValueSource&, PropertyLines&);
Result<> mount_images(ValueSource&, PropertyLines&);
Result<> device_figures(ValueSource&, PropertyLines&);
Result<> device_latencies(ValueSource&, PropertyLines&);
Result<> addresses(ValueSource&, PropertyLines&);
Result<> socket_bind_rules(ValueSource&, PropertyLines&);
Result<> log_fields(ValueSource&, PropertyLines&);
Result<> credentials(ValueSource&, PropertyLines&);
Result<> encrypted_credentials(ValueSource&, PropertyLines&);
Result<> bind_mounts(ValueSource&, PropertyLines&);
Result<> directories(ValueSource&, PropertyLines&);
Result<> directory_symlinks(ValueSource&, PropertyLines&);
Result<> delegate(ValueSource&, PropertyLines&);
Result<> stream(ValueSource&, PropertyLines&);
Result<> stream_file(ValueSource&, PropertyLines&);
Result<> stream_append(ValueSource&, PropertyLines&);
Result<> stream_truncate(ValueSource&, PropertyLines&);
Result<> stream_descriptor(ValueSource&, PropertyLines&);
// Of properties whose values name their keys.
Result<> conditions(ValueSource&, PropertyLines&);
Result<> asserts(ValueSource&, PropertyLines&);
Result<> listen(ValueSource&, PropertyLines&);
Result<> watched_paths(ValueSource&, PropertyLines&);
Result<> monotonic_timers(ValueSource&, PropertyLines&);
Result<> calendar_timers(ValueSource&, PropertyLines&);
// clang-format on

}  // namespace write

/// The writer of a codec's values.
template <class Codec>
constexpr WriteValue writer_of() {
  using std::derived_from;
  // clang-format off
  if constexpr (derived_from<Codec, codec::CpuQuota>) return write::cpu_quota;
  else if constexpr (derived_from<Codec, codec::SpanOrInfinity>) return write::span_or_default;
  else if constexpr (derived_from<Codec, codec::Span>) return write::span;
  else if constexpr (derived_from<Codec, codec::Mode>) return write::mode;
  else if constexpr (derived_from<Codec, codec::Signal>) return write::signal;
  else if constexpr (derived_from<Codec, codec::ActionExitStatus>) return write::action_exit_status;
  else if constexpr (derived_from<Codec, codec::ExitStatuses>) return write::exit_statuses;
  else if constexpr (derived_from<Codec, codec::CpuWeight>) return write::cpu_weight;
  else if constexpr (derived_from<Codec, codec::IoWeight> || derived_from<Codec, codec::CpuShares> ||
                     derived_from<Codec, codec::BlockIoWeight>) return write::weight;
  else if constexpr (derived_from<Codec, codec::MountPropagation>) return write::propagation;
  else if constexpr (derived_from<Codec, codec::Namespaces>) return write::namespaces;
  else if constexpr (derived_from<Codec, codec::CoredumpFilter>) return write::hexadecimal;
  else if constexpr (derived_from<Codec, codec::MemoryLimit<0>> || derived_from<Codec, codec::MemoryLimit<2>>) return write::reserve;
  else if constexpr (derived_from<Codec, codec::MemoryLimit<1>> || derived_from<Codec, codec::TasksLimit>) return write::limit_above_zero;
  else if constexpr (derived_from<Codec, codec::Nanoseconds>) return write::nanoseconds;
  else if constexpr (derived_from<Codec, codec::ErrorNumber>) return write::error_number;
  else if constexpr (derived_from<Codec, codec::PressureLimit>) return write::pressure;
  else if constexpr (derived_from<Codec, codec::Capabilities>) return write::capabilities;
  else if constexpr (derived_from<Codec, codec::SecureBits>) return write::secure_bits;
  else if constexpr (derived_from<Codec, codec::IoClass>) return write::io_class;
  else if constexpr (derived_from<Codec, codec::NumaPolicy>) return write::numa_policy;
  else if constexpr (derived_from<Codec, codec::SocketProtocol>) return write::socket_protocol;
  else if constexpr (derived_from<Codec, codec::TypeOfService>) return write::type_of_service;
  else if constexpr (derived_from<Codec, codec::NumaMask>) return write::numbers;
  else if constexpr (derived_from<Codec, codec::Numbers>) return write::new_numbers;
  else if constexpr (derived_from<Codec, codec::UnitNames>) return write::word_a_line;
  else if constexpr (derived_from<Codec, codec::AddedPaths>) return write::word_a_line;
  else if constexpr (derived_from<Codec, codec::Documentation> || derived_from<Codec, codec::Paths>) return write::list_a_line;
  else if constexpr (derived_from<Codec, codec::AddedPath>) return write::new_list_a_line;
  else if constexpr (derived_from<Codec, codec::ColonPaths>) return write::colon_words;
  else if constexpr (derived_from<Codec, codec::UserNames> || derived_from<Codec, codec::Controllers> ||
                     derived_from<Codec, codec::Architectures>) return write::plain_words;
  else if constexpr (derived_from<Codec, codec::Variables> || derived_from<Codec, codec::VariableNamesOrAssignments>) return write::words;
  else if constexpr (derived_from<Codec, codec::Words>) return write::raw_words;
  else if constexpr (derived_from<Codec, codec::EnvironmentFiles>) return write::environment_files;
  else if constexpr (derived_from<Codec, codec::Commands>) return write::commands;
  else if constexpr (derived_from<Codec, codec::DeviceRules>) return write::device_rules;
  else if constexpr (derived_from<Codec, codec::BpfPrograms>) return write::bpf_programs;
  else if constexpr (derived_from<Codec, codec::RootImageOptions>) return write::image_options;
  else if constexpr (derived_from<Codec, codec::TemporaryFileSystems>) return write::mounts_with_options;
  else if constexpr (derived_from<Codec, codec::Pairs>) return write::colon_pairs;
  else if constexpr (std::same_as<Codec, codec::Images<false>>) return write::images;
  else if constexpr (std::same_as<Codec, codec::Images<true>>) return write::mount_images;
  else if constexpr (std::same_as<Codec, codec::DeviceFigures<codec::FigureKind::latency>>) return write::device_latencies;
  else if constexpr (std::string_view(Codec::signature) == "a(st)") return write::device_figures;
  else if constexpr (derived_from<Codec, codec::Addresses>) return write::addresses;
  else if constexpr (derived_from<Codec, codec::SocketBindRules>) return write::socket_bind_rules;
  else if constexpr (std::same_as<Codec, codec::Filter<codec::FilterKind::address_family>>) return write::family_filter;
  else if constexpr (std::string_view(Codec::signature) == "(bas)") return write::filter;
  else if constexpr (derived_from<Codec, codec::LogFields>) return write::log_fields;
  else if constexpr (std::same_as<Codec, codec::SetCredentials<false>>) return write::credentials;
  else if constexpr (std::same_as<Codec, codec::SetCredentials<true>>) return write::encrypted_credentials;
  else if constexpr (derived_from<Codec, codec::BindMounts>) return write::bind_mounts;
  else if constexpr (derived_from<Codec, codec::Label>) return write::label;
  else if constexpr (derived_from<Codec, codec::Bytes>) return write::hash;
  else if constexpr (std::string_view(Codec::signature) == "b") return write::boolean;
  else if constexpr (std::string_view(Codec::signature) == "s") return write::text;
  else if constexpr (std::string_view(Codec::signature) == "i") return write::i32;
  else if constexpr (std::string_view(Codec::signature) == "u") return write::u32;
  else if constexpr (std::string_view(Codec::signature) == "q") return write::u16;
  else if constexpr (std::string_view(Codec::signature) == "t") return write::u64;
  else if constexpr (std::string_view(Codec::signature) == "x") return write::i64;
  else return nullptr;
  // clang-format on
}

}  // namespace svcd
