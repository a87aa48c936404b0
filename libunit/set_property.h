// Properties that are set over D-Bus: StartTransientUnit(), SetUnitProperties(). Each becomes lines of a unit file, and
// the lines are what counts: they are applied as those of any file, and written to one for the next reload.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libunit/settings.h"
#include "libunit/unit_text.h"

namespace svcd {

/// What there is to set: all that a unit's file may say for one that is being made; of one that runs, its description
/// and the limits of its cgroup.
enum class Settable : uint8_t { transient, live };

/// Appends the lines that give the property this value. property_read_only: there is no such property, or it cannot be
/// set; `failed` with ENXIO: a value of another type; invalid_args: a value that the setting does not take, which is
/// found out by applying the lines to `config`.
Result<> set_property(Settable, std::string_view property, ValueSource& value, UnitConfig& config,
                      const LoadContext& context, std::vector<Assignment>& lines);

/// Applies the lines as those of a file. invalid_args with what is wrong, for whatever a file would only be warned of.
Result<> apply_lines(std::span<const Assignment> lines, UnitConfig& config, const LoadContext& context);

/// The text of a file with these lines, below a header that says where it comes from.
std::string unit_file_text(std::string_view header, std::span<const Assignment> lines);

}  // namespace svcd
