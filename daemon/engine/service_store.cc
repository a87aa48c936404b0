// What a service leaves with the manager between its runs: descriptors (sd_notify(3), FDSTORE=1) and the folders that
// `systemctl clean` removes.
#include <algorithm>

#include "daemon/engine/log_texts.h"
#include "daemon/engine/manager.h"
#include "daemon/engine/service.h"
#include "libunit/settings.h"

namespace svcd {

namespace {

constexpr size_t longest_descriptor_name = 255;

}  // namespace

/// sd_listen_fds_with_names(3): printable ASCII without the colon, which stands between names. 252 takes "" as well.
bool is_descriptor_name(std::string_view name) {
  return name.size() <= longest_descriptor_name &&
         std::ranges::all_of(name, [](char c) { return c >= ' ' && c < 127 && c != ':'; });
}

void Service::store_descriptors(const Notified& notified, std::string_view name, bool watch) {
  const uint32_t most = config().service().file_descriptor_store_max;
  for (const DescriptorId descriptor : notified.descriptors) {
    if (kernel().has_descriptor(id(), descriptor)) continue;
    if (kernel().stored_descriptor_count(id()) >= most) {
      log(priority_warning, fmt::format("{}: Cannot store more fds than {}={}, closing remaining.", this->name().str(),
                                        key_of<&ServiceSection::file_descriptor_store_max>(), most));
      break;
    }
    kernel().keep_descriptor(id(), descriptor, std::string(name), watch);
  }
  count_descriptors();
}

void Service::remove_descriptors(std::string_view name) {
  for (const StoredDescriptor& one : kernel().stored_descriptors(id()))
    if (one.name == name) kernel().drop_descriptor(id(), one.id);
  count_descriptors();
}

void Service::handle(const DescriptorHungUp& event) {
  kernel().drop_descriptor(id(), event.descriptor);
  count_descriptors();
}

/// Nobody is told of the number: like 252, it is there for those who ask.
void Service::count_descriptors() {
  service_.n_file_descriptor_store = uint32_t(kernel().stored_descriptor_count(id()));
  keep();
}

/// New settings may allow fewer than there are: the newest go.
void Service::shrink_store() {
  const std::vector<StoredDescriptor> stored = kernel().stored_descriptors(id());
  const size_t most = config().service().file_descriptor_store_max;
  for (size_t i = 0; stored.size() > most && i < stored.size() - most; ++i)
    kernel().drop_descriptor(id(), stored[i].id);
  count_descriptors();
}

void Service::release_resources() {
  if (service_.n_file_descriptor_store == 0) return;
  for (const StoredDescriptor& one : kernel().stored_descriptors(id())) kernel().drop_descriptor(id(), one.id);
  count_descriptors();
}

// ---- folders

Result<> Service::clean(DirectoryKinds what) {
  const DirectoryKinds there = SVCD_TRY(cleanable(what, state_ == State::dead));
  service_.clean_result = UnitResult::success;
  control_list_ = CommandList::none;
  stay_in(phase_of(State::cleaning));
  spawn_cleaning(control_, there);
  set_control(control_);
  return {};
}

void Service::cleaned(UnitResult outcome) {
  if (service_.clean_result == UnitResult::success) service_.clean_result = outcome;
  finish(false);
}

/// A manager that takes over finds the process that removes them, or that it has gone.
void Service::resume_cleaning() {
  if (control_.pid && kernel().watch_process(id(), control_.pid)) {
    control_.token = 0;
    return;
  }
  set_control({});
  cleaned(UnitResult::success);
}

}  // namespace svcd
