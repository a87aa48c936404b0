#include "sim/world/unit_writer.h"

#include <fmt/format.h>

#include <algorithm>

namespace svcd {

UnitWriter::UnitWriter(SimKernel& kernel, Coverage& coverage)
    : kernel_(kernel), coverage_(coverage), rng_(kernel.rng) {}

void UnitWriter::set(std::string_view key, std::string_view value) {
  text_.append(key).append("=").append(value).append("\n");
  coverage_.setting(key);
}

void UnitWriter::set_kind(std::string_view key, std::string_view value) {
  const size_t begin = text_.size();
  text_.append(key).append("=").append(value);
  coverage_.setting(std::string_view(text_).substr(begin));
  text_.append("\n");
}

void UnitWriter::set_span(std::string_view key, uint64_t at_most_usec) {
  set(key, fmt::format("{}us", 1 + rng_.below(at_most_usec)));
}

// ---- what units there are

void UnitWriter::plan_unit(size_t number) {
  std::string name, path;
  const uint64_t kind = rng_.below(100);
  if (kind < 66)
    name = fmt::format("u{}.service", number);
  else if (kind < 74)
    name = fmt::format("t{}@x.service", number), path = fmt::format("t{}@.service", number);
  else if (kind < 80 && number > 0 && units_.back().name.type() == UnitType::service)
    name = std::string(units_.back().name.prefix()) +
           (units_.back().name.str().find('@') == std::string::npos ? "" : "@x") + ".socket";
  else if (kind < 89)
    name = fmt::format("u{}.target", number);
  else if (kind < 92)
    name = fmt::format("s{}.slice", number);
  else if (kind < 99)
    name = fmt::format("m{}.mount", number);
  else
    name = fmt::format("u{}.timer", number);
  const Result<UnitName> parsed = UnitName::parse(name);
  if (parsed->type() == UnitType::socket) sockets_.push_back(number);
  if (parsed->type() == UnitType::mount) mounts_.push_back(number);
  units_.push_back({*parsed, "/etc/systemd/system/" + (path.empty() ? name : path)});
}

void UnitWriter::write_all(size_t count) {
  units_.reserve(count);
  for (size_t i = 0; i < count; ++i) plan_unit(i);
  for (size_t i = 0; i < count; ++i) rewrite(i);
}

void UnitWriter::rewrite(size_t number) {
  kernel_.memory().write(units_[number].path, text_of(number));
}
void UnitWriter::mask(size_t number) {
  kernel_.memory().link(units_[number].path, "/dev/null");
}
void UnitWriter::remove(size_t number) {
  kernel_.memory().remove(units_[number].path);
}

std::string UnitWriter::text_of(size_t number) {
  text_.clear();
  unit_section(number);
  const std::string& name = units_[number].name.str();
  switch (units_[number].name.type()) {
    case UnitType::service: service(name.substr(0, name.find_first_of("@."))); break;
    case UnitType::socket: socket(number); break;
    case UnitType::mount: mount(number); break;
    case UnitType::timer: text_ += "[Timer]\nOnActiveSec=1h\n"; break;
    case UnitType::target:
    case UnitType::slice:
    case UnitType::scope:
    case UnitType::path:
    case UnitType::device:
    case UnitType::swap:
    case UnitType::automount: break;
  }
  return text_;
}

// ---- [Unit]

/// In large worlds most units know only their neighbourhood, or every request would be about all of them.
size_t UnitWriter::near(size_t number) {
  constexpr size_t neighbourhood = 16;
  if (units_.size() <= 2 * neighbourhood || often(2)) return rng_.below(units_.size());
  return std::min(number / neighbourhood * neighbourhood + rng_.below(neighbourhood), units_.size() - 1);
}

void UnitWriter::dependencies(size_t number) {
  static constexpr std::string_view kinds[] = {"Requires",
                                               "Wants",
                                               "BindsTo",
                                               "Requisite",
                                               "PartOf",
                                               "Conflicts",
                                               "PropagatesStopTo",
                                               "PropagatesReloadTo",
                                               "OnFailure",
                                               "OnSuccess",
                                               "Upholds",
                                               "ReloadPropagatedFrom",
                                               "Wants",
                                               "Requires",
                                               "StopPropagatedFrom",
                                               "JoinsNamespaceOf"};
  static constexpr unsigned weights[] = {16, 20, 10, 4, 8, 4, 3, 4, 5, 4, 4, 3, 10, 6, 3, 2};
  const size_t count = rng_.below(4);
  for (size_t i = 0; i < count; ++i) {
    size_t other = near(number);
    if (often(60)) other = number - std::min<size_t>(number, 1 + rng_.below(6));  // most are near
    if (other == number) continue;
    const std::string& name = units_[other].name.str();
    uint64_t pick = rng_.below(106);
    size_t kind = 0;
    while (pick >= weights[kind]) pick -= weights[kind++];
    set(kinds[kind], name);
    if (often(65)) set(other < number || often(1) ? "After" : "Before", name);
  }
  for (size_t i = rng_.below(3); i > 0; --i) {
    const size_t other = near(number);
    const bool lower = often(1) ? other > number : other < number;
    if (other != number) set(lower ? "After" : "Before", units_[other].name.str());
  }
  if (often(2)) set("Wants", fmt::format("missing{}.service", number));
  if (often(1)) set("Requires", fmt::format("missing{}.service", number));
}

void UnitWriter::unit_section(size_t number) {
  text_ += "[Unit]\n";
  dependencies(number);
  if (often(8)) set("StopWhenUnneeded", yes_or_no());
  if (often(4)) set("RefuseManualStart", yes_or_no());
  if (often(4)) set("RefuseManualStop", yes_or_no());
  if (often(6)) set("AllowIsolate", yes_or_no());
  if (often(6)) set("IgnoreOnIsolate", yes_or_no());
  if (often(20)) set("DefaultDependencies", "no");
  if (often(15)) set("CollectMode", any_of("inactive", "inactive-or-failed"));
  if (often(3)) set("OnFailureJobMode", any_of("replace", "fail", "ignore-dependencies", "isolate"));
  if (often(3)) set("OnSuccessJobMode", any_of("replace", "fail", "replace-irreversibly"));
  if (often(2)) set("FailureAction", any_of("none", "exit", "reboot-force"));
  if (often(2)) set("SuccessAction", any_of("none", "exit-force", "poweroff-force"));
  if (often(2)) set("FailureActionExitStatus", std::to_string(rng_.below(256)));
  if (often(2)) set("SuccessActionExitStatus", std::to_string(rng_.below(256)));
  if (often(2)) set("RebootArgument", "kernel");
  if (often(8)) set_span("JobTimeoutSec", 4'000'000);
  if (often(6)) set_span("JobRunningTimeoutSec", 4'000'000);
  if (often(3)) set("JobTimeoutAction", any_of("none", "reboot-force"));
  if (often(2)) set("JobTimeoutRebootArgument", "kernel");
  if (often(2)) set("StartLimitAction", any_of("none", "reboot-force", "poweroff-force"));
  if (often(30)) set("StartLimitIntervalSec", often(30) ? "0" : fmt::format("{}us", 1 + rng_.below(20'000'000)));
  if (often(25)) set("StartLimitBurst", std::to_string(1 + rng_.below(6)));
  if (often(4)) set("ConditionPathExists", any_of("/etc/systemd", "/nowhere", "!/nowhere", "|/nowhere", "/sometimes"));
  if (often(3)) set("AssertPathExists", any_of("/etc/systemd", "/nowhere", "/sometimes"));
  if (!mounts_.empty() && often(5)) {
    const std::string& name = units_[mounts_[rng_.below(mounts_.size())]].name.str();
    set("RequiresMountsFor", "/" + name.substr(0, name.find('.')) + "/a");
  }
}

// ---- what is no service

void UnitWriter::socket(size_t number) {
  text_ += "[Socket]\n";
  set("ListenStream", fmt::format("/run/{}.sock", number));
  if (often(20)) set("TriggerLimitBurst", std::to_string(1 + rng_.below(5)));
  set_span("TimeoutSec", 4'000'000);
  const std::string base = fmt::format("/bin/socket{}", number);
  command("ExecStartPre", base + "-pre", 20);
  command("ExecStartPost", base + "-post", 20);
  command("ExecStopPre", base + "-stop-pre", 20);
  command("ExecStopPost", base + "-stop-post", 20);
  kill_settings();
}

void UnitWriter::mount(size_t number) {
  text_ += "[Mount]\n";
  const std::string& name = units_[number].name.str();
  set("What", "tmpfs");
  set("Where", "/" + name.substr(0, name.find('.')));
  if (often(50)) set_span("TimeoutSec", 3'000'000);
}

}  // namespace svcd
