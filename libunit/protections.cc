#include "libunit/protections.h"

#include <algorithm>

namespace svcd {
namespace {

using E = ExecSection;
using S = SandboxSection;
using R = ResourceSection;

// clang-format off
constexpr const void* members[] = {
    // what may be seen and written
    &member_tag<&E::protect_system>, &member_tag<&E::protect_home>, &member_tag<&E::private_tmp>,
    &member_tag<&E::private_devices>, &member_tag<&E::private_network>, &member_tag<&S::read_write_paths>,
    &member_tag<&S::read_only_paths>, &member_tag<&S::inaccessible_paths>, &member_tag<&S::exec_paths>,
    &member_tag<&S::no_exec_paths>, &member_tag<&S::bind_paths>, &member_tag<&S::bind_read_only_paths>,
    &member_tag<&S::temporary_file_system>, &member_tag<&S::private_mounts>, &member_tag<&S::private_ipc>,
    &member_tag<&S::private_users>, &member_tag<&S::protect_proc>, &member_tag<&S::proc_subset>,
    // the kernel
    &member_tag<&S::protect_clock>, &member_tag<&S::protect_hostname>, &member_tag<&S::protect_kernel_tunables>,
    &member_tag<&S::protect_kernel_modules>, &member_tag<&S::protect_kernel_logs>, &member_tag<&S::protect_control_groups>,
    &member_tag<&S::network_namespace_path>, &member_tag<&S::ipc_namespace_path>, &member_tag<&S::keyring_mode>,
    // rights
    &member_tag<&E::no_new_privileges>, &member_tag<&E::capability_bounding_set>, &member_tag<&E::ambient_capabilities>,
    &member_tag<&S::secure_bits>, &member_tag<&S::restrict_address_families>, &member_tag<&S::restrict_namespaces>,
    &member_tag<&S::restrict_realtime>, &member_tag<&S::restrict_suid_sgid>, &member_tag<&S::restrict_file_systems>,
    &member_tag<&S::lock_personality>, &member_tag<&S::memory_deny_write_execute>,
    &member_tag<&S::system_call_architectures>, &member_tag<&S::system_call_filter>,
    &member_tag<&S::system_call_error_number>, &member_tag<&S::selinux_context>, &member_tag<&S::apparmor_profile>,
    &member_tag<&S::smack_process_label>,
    // devices and the network
    &member_tag<&R::device_policy>, &member_tag<&R::device_allow>, &member_tag<&R::ip_address_allow>,
    &member_tag<&R::ip_address_deny>, &member_tag<&R::socket_bind_allow>, &member_tag<&R::socket_bind_deny>,
    &member_tag<&R::restrict_network_interfaces>,
};
// clang-format on

}  // namespace

bool is_protection(const Setting& row) {
  return row.member != nullptr && std::ranges::find(members, row.member) != std::end(members);
}

}  // namespace svcd
