// Lines that systemd 252 does not take, what it says about them, and whether it refuses the unit because of them.
#include <gmock/gmock.h>

#include <algorithm>

#include "libunit/protections.h"
#include "unit/libunit/shown_text.h"

namespace svcd {
namespace {

struct Complaint {
  const char *lines, *text;
  bool refused;
};
constexpr Complaint complaints[] = {
    // clang-format off
    {"RestartSec=", "Failed to parse sec value, ignoring: ", false},
    {"RestartSec=5ns", "Failed to parse sec value, ignoring: 5ns", false},
    {"RestartSec=999999999999999y", "Failed to parse sec value, ignoring: 999999999999999y", false},
    {"RestartSec=1.s", "Failed to parse sec value, ignoring: 1.s", false},
    {"RestartSec=1.5.5", "Failed to parse sec value, ignoring: 1.5.5", false},
    {"TimeoutStartSec=", "Failed to parse TimeoutStartSec= parameter, ignoring: ", false},
    {"PIDFile=/var/run/foo.pid", "PIDFile= references a path below legacy directory /var/run/, updating /var/run/foo.pid \342\206\222 /run/foo.pid; please update the unit file accordingly.", false},
    {"SuccessExitStatus=EXIT_FAILURE NOTINSTALLED SIGRTMIN+1", "Failed to parse value, ignoring: EXIT_FAILURE", false},
    {"RestartPreventExitStatus=255 1-3", "Failed to parse value, ignoring: 1-3", false},
    {"KillSignal=SIGIOT", "Failed to parse signal name, ignoring: SIGIOT", false},
    {"KillSignal=SIGCLD", "Failed to parse signal name, ignoring: SIGCLD", false},
    {"KillSignal=POLL", "Failed to parse signal name, ignoring: POLL", false},
    {"KillSignal=sigterm", "Failed to parse signal name, ignoring: sigterm", false},
    {"LimitNOFILE=1K", "Failed to parse resource value, ignoring: 1K", false},
    {"LimitNOFILE=", "Failed to parse resource value, ignoring: ", false},
    {"LimitNICE=41", "Failed to parse resource value, ignoring: 41", false},
    {"UMask=", "Failed to parse mode value, ignoring: ", false},
    {"WorkingDirectory=/x/../y", "WorkingDirectory= path is not normalized: /x/../y", true},
    {"StandardOutput=syslog+console", "Standard output type syslog+console is obsolete, automatically updating to journal+console. Please update your unit file, and consider removing the setting altogether.", false},
    {"StandardOutput=", "Failed to parse output specifier, ignoring: ", false},
    {"ReadWritePaths=-/a +/b /c/../d", "ReadWritePaths= path is not normalized, ignoring: /c/../d", false},
    {"ExecStop=//bin//echo a\"b c\"d \\\"x\\\" 'y", "Unbalanced quoting, ignoring: \"//bin//echo a\"b c\"d \\\"x\\\" 'y\"", true},
    {"ExecStop=/bin/echo a\\sb \\101 \\u00e9 \\q", "Ignoring unknown escape sequences: \"\\q\"", false},
    {"ExecStart=bin/true", "Neither a valid executable name nor an absolute path: bin/true", true},
    {"ExecStart=/bin/true/", "Executable path specifies a directory: /bin/true/", true},
    {"ExecStart=-", "Empty path in command line, ignoring: '-'", false},
    {"ExecStart=@/bin/true", "Empty executable name or zeroeth argument: @/bin/true", true},
    {"ExecStart=/bin/true \"unbalanced", "Unbalanced quoting, ignoring: \"/bin/true \"unbalanced\"", true},
    {"ExecStart=/bin/true \\q", "Ignoring unknown escape sequences: \"\\q\"", false},
    {"ExecStart=+!/bin/true", "Neither a valid executable name nor an absolute path: !/bin/true", true},
    {"ExecStart=!!!/bin/true", "Neither a valid executable name nor an absolute path: !/bin/true", true},
    {"ExecStart=--/bin/true", "Neither a valid executable name nor an absolute path, ignoring: -/bin/true", false},
    {"ExecStart=./true", "Neither a valid executable name nor an absolute path: ./true", true},
    {"User=not/valid", "Invalid user/group name or numeric ID: not/valid", true},
    {"User=nobody", "Special user nobody configured, this is not safe!", false},
    {"User=-1", "Invalid user/group name or numeric ID: -1", true},
    {"User=4294967295", "Invalid user/group name or numeric ID: 4294967295", true},
    {"Group=bad:group", "Invalid user/group name or numeric ID: bad:group", true},
    {"SupplementaryGroups=bad:group", "Invalid user/group name or numeric ID: bad:group", true},
    {"SupplementaryGroups=a b:c d", "Invalid user/group name or numeric ID: b:c", true},
    {"DynamicUser=maybe", "Failed to parse boolean value: maybe", true},
    {"Environment=FOO", "Invalid environment assignment, ignoring: FOO", false},
    {"Environment=FOO=1 BAR", "Invalid environment assignment, ignoring: BAR", false},
    {"Environment=\"FOO=1", "Invalid syntax, ignoring: \"FOO=1", false},
    {"Environment=1A=b", "Invalid environment assignment, ignoring: 1A=b", false},
    {"EnvironmentFile=relative", "EnvironmentFile= path is not absolute, ignoring: relative", false},
    {"EnvironmentFile=-relative", "EnvironmentFile= path is not absolute, ignoring: relative", false},
    {"EnvironmentFile=%q", "EnvironmentFile= path is not absolute, ignoring: vm", false},
    {"PassEnvironment=A=B", "Invalid environment name for PassEnvironment, ignoring: A=B", false},
    {"PassEnvironment=1A B", "Invalid environment name for PassEnvironment, ignoring: 1A", false},
    {"UnsetEnvironment=1A B=c D", "Invalid environment name or assignment UnsetEnvironment, ignoring: 1A", false},
    {"WorkingDirectory=relative", "WorkingDirectory= path is not absolute: relative", true},
    {"WorkingDirectory=-relative", "WorkingDirectory= path is not absolute, ignoring: relative", false},
    {"WorkingDirectory=%q", "WorkingDirectory= path is not absolute: vm", true},
    {"RootDirectory=relative", "RootDirectory= path is not absolute: relative", true},
    {"RootImage=relative", "RootImage= path is not absolute: relative", true},
    {"UMask=999", "Failed to parse mode value, ignoring: 999", false},
    {"UMask=77777", "Failed to parse mode value, ignoring: 77777", false},
    {"LimitNOFILE=abc", "Failed to parse resource value, ignoring: abc", false},
    {"LimitNOFILE=10:5", "Soft resource limit chosen higher than hard limit, ignoring: 10:5", false},
    {"LimitNOFILE=10:", "Failed to parse resource value, ignoring: 10:", false},
    {"LimitCPU=abc", "Failed to parse resource value, ignoring: abc", false},
    {"Nice=20", "Nice priority out of range, ignoring: 20", false},
    {"Nice=-21", "Nice priority out of range, ignoring: -21", false},
    {"Nice=abc", "Failed to parse nice priority 'abc', ignoring: Invalid argument", false},
    {"OOMScoreAdjust=1001", "OOM score adjust value out of range, ignoring: 1001", false},
    {"StandardInput=bogus", "Failed to parse input specifier, ignoring: bogus", false},
    {"StandardOutput=bogus", "Failed to parse output specifier, ignoring: bogus", false},
    {"StandardOutput=file:relative", "StandardOutput= path is not absolute: relative", false},
    {"StandardOutput=fd:a:b", "Invalid file descriptor name, ignoring: a:b", false},
    {"StandardInput=file:relative", "StandardInput= path is not absolute: relative", false},
    {"StandardOutput=syslog", "Standard output type syslog is obsolete, automatically updating to journal. Please update your unit file, and consider removing the setting altogether.", false},
    {"StandardInputData=!!!", "Failed to decode base64 data, ignoring: !!!", false},
    {"TTYPath=relative", "TTYPath= path is not absolute, ignoring: relative", false},
    {"SyslogFacility=bogus", "Failed to parse log facility, ignoring: bogus", false},
    {"SyslogLevel=bogus", "Failed to parse log level, ignoring: bogus", false},
    {"RuntimeDirectory=/abs", "RuntimeDirectory= path is absolute, ignoring: /abs", false},
    {"RuntimeDirectory=../up", "RuntimeDirectory= path is not normalized, ignoring: ../up", false},
    {"RuntimeDirectory=a:/b", "RuntimeDirectory= path is absolute, ignoring: /b", false},
    {"StateDirectory=private", "StateDirectory= path can't be 'private', ignoring assignment: private", false},
    {"RuntimeDirectoryMode=999", "Failed to parse mode value, ignoring: 999", false},
    {"RuntimeDirectoryPreserve=bogus", "Failed to parse runtime directory preserve mode, ignoring: bogus", false},
    {"ProtectSystem=bogus", "Failed to parse protect system value, ignoring: bogus", false},
    {"ProtectHome=bogus", "Failed to parse protect home value, ignoring: bogus", false},
    {"Type=bogus", "Failed to parse service type, ignoring: bogus", false},
    {"Restart=bogus", "Failed to parse service restart specifier, ignoring: bogus", false},
    {"RestartSec=bogus", "Failed to parse sec value, ignoring: bogus", false},
    {"RestartSec=-1", "Failed to parse sec value, ignoring: -1", false},
    {"TimeoutStartSec=bogus", "Failed to parse TimeoutStartSec= parameter, ignoring: bogus", false},
    {"TimeoutSec=bogus", "Failed to parse TimeoutSec= parameter, ignoring: bogus", false},
    {"WatchdogSec=x", "Failed to parse sec value, ignoring: x", false},
    {"KillMode=bogus", "Failed to parse kill mode specification, ignoring: bogus", false},
    {"KillSignal=bogus", "Failed to parse signal name, ignoring: bogus", false},
    {"KillSignal=0", "Failed to parse signal name, ignoring: 0", false},
    {"KillSignal=65", "Failed to parse signal name, ignoring: 65", false},
    {"PIDFile=/run/../x", "PIDFile= path is not normalized, ignoring: /run/../x", true},
    {"BusName=bad", "Invalid bus name, ignoring: bad", false},
    {"BusName=org..bad", "Invalid bus name, ignoring: org..bad", false},
    {"NotifyAccess=bogus", "Failed to parse notify access specifier, ignoring: bogus", false},
    {"Sockets=a.service", "Unit must be of type socket, ignoring: a.service", false},
    {"OOMPolicy=bogus", "Failed to parse OOM policy, ignoring: bogus", false},
    {"FileDescriptorStoreMax=-1", "Failed to parse unsigned value, ignoring: -1", false},
    {"CPUWeight=0", "Invalid CPU weight, ignoring: 0", false},
    {"CPUWeight=10001", "Invalid CPU weight, ignoring: 10001", false},
    {"CPUQuota=0%", "Invalid CPU quota '0%', ignoring.", false},
    {"CPUQuota=20", "Invalid CPU quota '20', ignoring.", false},
    {"MemoryMax=abc", "Invalid memory limit 'abc', ignoring: Invalid argument", false},
    {"MemoryMax=0", "Memory limit '0' out of range, ignoring.", false},
    {"MemoryMax=101%", "Invalid memory limit '101%', ignoring: Invalid argument", false},
    {"TasksMax=0", "Maximum tasks value '0' out of range, ignoring.", false},
    {"TasksMax=abc", "Invalid maximum tasks value 'abc', ignoring: Invalid argument", false},
    {"Delegate=bogus", "Invalid controller name 'bogus', ignoring", false},
    {"Delegate=cpu bogus", "Invalid controller name 'bogus', ignoring", false},
    {"DeviceAllow=bogus", "Invalid device node path 'bogus', ignoring.", false},
    {"DeviceAllow=/dev/null xyz", "Invalid device rights 'xyz', ignoring.", false},
    {"DevicePolicy=bogus", "Failed to parse device policy, ignoring: bogus", false},
    {"RestrictAddressFamilies=AF_BOGUS", "Failed to parse address family, ignoring: AF_BOGUS", false},
    {"RestrictNamespaces=bogus", "Failed to parse namespace type string, ignoring: bogus", false},
    {"ReadWritePaths=relative", "ReadWritePaths= path is not absolute, ignoring: relative", false},
    {"ReadOnlyPaths=-relative", "ReadOnlyPaths= path is not absolute, ignoring: relative", false},
    {"BindPaths=relative:/x", "BindPaths= path is not absolute, ignoring: relative", false},
    {"TemporaryFileSystem=relative", "TemporaryFileSystem= path is not absolute, ignoring: relative", false},
    {"PrivateTmp=bogus", "Failed to parse boolean value, ignoring: bogus", false},
    {"LoadCredential=bad/name:/x", "Credential name \"bad/name\" not valid, ignoring.", false},
    {"SetCredential=a", "Invalid syntax, ignoring: a", false},
    {"LogLevelMax=bogus", "Failed to parse log level, ignoring: bogus", false},
    {"LogExtraFields=bad", "Log field lacks '=' character, ignoring: bad", false},
    {"CPUSchedulingPolicy=bogus", "Failed to parse CPU scheduling policy, ignoring: bogus", false},
    {"IOSchedulingClass=bogus", "Failed to parse IO scheduling class, ignoring: bogus", false},
    {"CPUAffinity=abc", "Failed to parse CPU affinity 'abc'", false},
    {"Personality=bogus", "Failed to parse personality, ignoring: bogus", false},
    {"TimerSlackNSec=bogus", "Failed to parse nsec value, ignoring: bogus", false},
    {"MountFlags=bogus", "Failed to parse mount flag, ignoring: bogus", false},
    {"KeyringMode=bogus", "Failed to parse keyring mode, ignoring: bogus", false},
    {"ProtectProc=bogus", "Failed to parse /proc/ protection mode, ignoring: bogus", false},
    {"UtmpMode=bogus", "Failed to parse utmp mode, ignoring: bogus", false},
    {"NUMAPolicy=bogus", "Invalid NUMA policy type, ignoring: bogus", false},
    {"Bogus=1", "Unknown key 'Bogus' in section [Service], ignoring.", false},
    {"ExecStrt=/bin/true", "Unknown key 'ExecStrt' in section [Service], ignoring.", false},
    {"[Unit]\012Bogus=1", "Unknown key 'Bogus' in section [Unit], ignoring.", false},
    {"[Unit]\012After=bad/name.service", "Failed to add dependency on bad/name.service, ignoring: Invalid argument", false},
    {"[Unit]\012After=noext", "Failed to add dependency on noext, ignoring: Invalid argument", false},
    {"[Unit]\012After=a.service bad!.service b.service", "Failed to add dependency on bad!.service, ignoring: Invalid argument", false},
    {"[Unit]\012Wants=\"a.service", "Failed to add dependency on \"a.service, ignoring: Invalid argument", false},
    {"[Unit]\012Documentation=bogus", "Invalid URL, ignoring: bogus", false},
    {"[Unit]\012Documentation=http://x bogus man:foo(1)", "Invalid URL, ignoring: bogus", false},
    {"[Unit]\012SourcePath=rel", "SourcePath= path is not absolute, ignoring: rel", false},
    {"[Unit]\012RequiresMountsFor=rel /x", "RequiresMountsFor= path is not absolute, ignoring: rel", false},
    {"[Unit]\012StopWhenUnneeded=maybe", "Failed to parse boolean value, ignoring: maybe", false},
    {"[Unit]\012CollectMode=bogus", "Failed to parse garbage collection mode, ignoring: bogus", false},
    {"[Unit]\012FailureAction=bogus", "Failed to parse FailureAction=, ignoring: bogus", false},
    {"[Unit]\012FailureActionExitStatus=256", "Failed to parse exit status '256', ignoring: Numerical result out of range", false},
    {"[Unit]\012OnFailureJobMode=bogus", "Failed to parse job mode, ignoring: bogus", false},
    {"[Unit]\012JobTimeoutSec=bogus", "Failed to parse JobTimeoutSec= parameter, ignoring: bogus", false},
    {"[Unit]\012StartLimitBurst=abc", "Failed to parse unsigned value, ignoring: abc", false},
    {"[Unit]\012StartLimitIntervalSec=abc", "Failed to parse sec value, ignoring: abc", false},
    {"[Unit]\012ConditionPathExists=relative", "ConditionPathExists= path is not absolute, ignoring: relative", false},
    {"[Unit]\012ConditionPathExists=!", "ConditionPathExists= path is not absolute, ignoring: ", false},
    {"[Unit]\012ConditionPathExists=|!%q", "ConditionPathExists= path is not absolute, ignoring: vm", false},
    {"[Unit]\012ConditionNeedsUpdate=rel", "ConditionNeedsUpdate= path is not absolute, ignoring: rel", false},
    {"=x", "Missing key name before '=', ignoring line.", false},
    {"novalue", "Missing '=', ignoring line.", false},
    {"RequiresMountsFor=/x", "Unknown key 'RequiresMountsFor' in section [Service], ignoring.", false},
    {"ExitType=bogus", "Failed to parse service exit type, ignoring: bogus", false},
    {"TimeoutStartFailureMode=bogus", "Failed to parse timeout failure mode, ignoring: bogus", false},
    {"TimeoutAbortSec=bogus", "Failed to parse TimeoutAbortSec= setting, ignoring: bogus", false},
    {"ProcSubset=bogus", "Failed to parse /proc/ subset mode, ignoring: bogus", false},
    {"RuntimeMaxSec=bogus", "Failed to parse sec value, ignoring: bogus", false},
    {"OOMScoreAdjust=abc", "Failed to parse the OOM score adjust value 'abc', ignoring: Invalid argument", false},
    {"SuccessExitStatus=\"3", "Failed to parse value, ignoring: \"3", false},
    {"ConfigurationDirectory=a:b", "Destination parameter is not supported for ConfigurationDirectory, ignoring: a:b", false},
    {"RuntimeDirectory=\"a", "Invalid syntax RuntimeDirectory=\"a, ignoring: Invalid argument", false},
    {"CPUWeight=abc", "Invalid CPU weight, ignoring: abc", false},
    {"CPUQuotaPeriodSec=abc", "Failed to parse sec_def_infinity value, ignoring: abc", false},
    {"IOWeight=10001", "Invalid weight, ignoring: 10001", false},
    {"BlockIOWeight=5", "Invalid block IO weight, ignoring: 5", false},
    {"MemoryLow=bogus", "Invalid memory limit 'bogus', ignoring: Invalid argument", false},
    {"MemorySwapMax=bogus", "Invalid memory limit 'bogus', ignoring: Invalid argument", false},
    {"CPUAccounting=maybe", "Failed to parse boolean value, ignoring: maybe", false},
    {"IOWeight=abc", "Invalid weight, ignoring: abc", false},
    {"StandardError=bogus", "Failed to parse output specifier, ignoring: bogus", false},
    {"StandardError=syslog", "Standard output type syslog is obsolete, automatically updating to journal. Please update your unit file, and consider removing the setting altogether.", false},
    {"StandardError=file:relative", "StandardError= path is not absolute: relative", false},
    {"StandardInputText=a\\nb\\qc", "Failed to decode C escaped text 'a\\nb\\qc', ignoring: Invalid argument", false},
    {"LimitNOFILE=5:abc", "Failed to parse resource value, ignoring: 5:abc", false},
    {"TTYRows=abc", "Failed to parse unsigned value, ignoring: abc", false},
    {"MemoryLimit=5M", "Unit uses MemoryLimit=; please use MemoryMax= instead. Support for MemoryLimit= will be removed soon.", false},
    {"CPUSchedulingPriority=100", "CPU scheduling priority is out of range, ignoring: 100", false},
    {"IOSchedulingPriority=9", "Failed to parse IO priority, ignoring: 9", false},
    {"SystemCallErrorNumber=EBOGUS", "Failed to parse error number, ignoring: EBOGUS", false},
    {"RestrictSUIDSGID=maybe", "Failed to parse boolean value, ignoring: maybe", false},
    {"ExecReload=relative/x", "Neither a valid executable name nor an absolute path: relative/x", true},
    {"ExecStop=-relative/x", "Neither a valid executable name nor an absolute path, ignoring: relative/x", false},
    {"USBFunctionDescriptors=rel", "USBFunctionDescriptors= path is not absolute, ignoring: rel", false},
    {"BusName=", "Invalid bus name, ignoring: ", false},
    {"KillMode=none", "Unit uses KillMode=none. This is unsafe, as it disables systemd's process lifecycle management for the service. Please update the service to use a safer KillMode=, such as 'mixed' or 'control-group'. Support for KillMode=none is deprecated and will eventually be removed.", false},
    {"[Unit]\012RequiresOverridable=foo.target", "Unit dependency type RequiresOverridable= is obsolete, replacing by Requires=, please update your unit file", false},
    {"[Unit]\012FailureActionExitStatus=abc", "Failed to parse exit status 'abc', ignoring: Invalid argument", false},
    {"[Unit]\012OnSuccessJobMode=bogus", "Failed to parse job mode, ignoring: bogus", false},
    {"[Unit]\012ConditionPathExists= ! /x", "ConditionPathExists= path is not absolute, ignoring:  /x", false},
    {"[Unit]\012ConditionPathExists=| ! /x", "ConditionPathExists= path is not absolute, ignoring:  ! /x", false},
    {"[Unit]\012ConditionPathExists=!| /x", "ConditionPathExists= path is not absolute, ignoring: | /x", false},
    {"[Unit]\012ConditionPathExistsGlob=rel*", "ConditionPathExistsGlob= path is not absolute, ignoring: rel*", false},
    // clang-format on
};

/// Whether systemd leaves out a line that protects: svcd refuses the unit then; docs/decisions.md, "No silence".
bool leaves_protection_out(const Complaint& row) {
  const std::string_view lines = row.lines, said = row.text;
  const std::string_view last = lines.substr(lines.rfind('\n') == std::string_view::npos ? 0 : lines.rfind('\n') + 1);
  const Setting* setting = find_setting(UnitType::service, "Service", last.substr(0, last.find('=')));
  return setting != nullptr && is_protection(*setting) && !last.ends_with('=') &&
         said.find("ignoring") != std::string_view::npos &&
         setting->member != &member_tag<&SandboxSection::system_call_filter>;
}

TEST(BadValues, AreIgnoredOrRefusedWithSystemdsWords) {
  for (const Complaint& row : complaints) {
    SCOPED_TRACE(row.lines);
    const AppliedUnit unit = apply_lines("web.service", row.lines);
    std::vector<std::string> texts;
    for (const Diagnostic& d : unit.diagnostics) texts.push_back(d.text);
    EXPECT_THAT(texts, testing::Contains(row.text));
    EXPECT_EQ(!unit.result.has_value(), row.refused || leaves_protection_out(row));
  }
}

TEST(BadValues, OfAProtectionRefuseTheUnit) {
  for (const char* line :
       {"ProtectSystem=maybe", "PrivateTmp=perhaps", "NoNewPrivileges=2", "InaccessiblePaths=/ok relative",
        "RestrictAddressFamilies=AF_BOGUS", "RestrictNamespaces=bogus", "SystemCallArchitectures=bogus",
        "IPAddressDeny=nowhere", "DevicePolicy=open", "TemporaryFileSystem=rel", "MemoryDenyWriteExecute=x",
        "SystemCallErrorNumber=EBOGUS", "ProtectProc=none", "User=a:b"}) {
    const AppliedUnit unit = apply_lines("web.service", line);
    EXPECT_FALSE(unit.result.has_value()) << line;
  }
  for (const char* line : {"ProtectSystem=strict", "InaccessiblePaths=-/a /b",
                           "SystemCallFilter=@system-service a_new_call", "Nice=99", "PrivateTmp="})
    EXPECT_TRUE(apply_lines("web.service", line).result.has_value()) << line;
}

}  // namespace
}  // namespace svcd
