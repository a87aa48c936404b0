// Unit files to mutate: between them they use every part of the grammar and most kinds of values.
#pragma once

#include <array>
#include <string_view>

namespace svcd {

inline constexpr std::array<std::string_view, 4> unit_corpus{
    "# a comment\n[Unit]\nDescription=A %n for %i \\\n  ; comment between\n  on two lines\nDocumentation=man:a(8) "
    "https://example.org/\nAfter=network.target b@%i.service\nWants=x.service "
    "\"y.service\"\nConditionPathExists=|!/a/%f\n"
    "RequiresMountsFor=/var /tmp\nJobTimeoutSec=1min 30s\n\n[Service]\nType=notify\nExecStart=-/bin/sh -c 'a \"b\" "
    "${X} $Y' ; "
    "/bin/b\nExecStart=\nExecStart=@/bin/c c \\x41\\101 %%\nEnvironment=A=1 \"B=2 "
    "3\"\nRestart=on-failure\nRestartSec=5\n"
    "LimitNOFILE=1024:infinity\nUMask=0077\nKillSignal=SIGINT\nTasksMax=50%\nMemoryMax=1G\n[Install]\n"
    "WantedBy=multi-user.target\nAlias=b.service\nAlso=c.socket\nDefaultInstance=d\n",
    "\xef\xbb\xbf[Unit]\r\nDescription=\xc3\xbc\r\n[Service]\r\nExecStart=/bin/true\r\nSuccessExitStatus=1 2 "
    "SIGTERM\r\n"
    "CapabilityBoundingSet=~CAP_SYS_ADMIN\r\nSystemCallFilter=@system-service\r\nProtectSystem=strict\r\nUser=%u\r\n"
    "RuntimeDirectory=a b/c\r\nStandardOutput=append:/a\r\n[X-Own]\r\nA=1\r\n",
    "[Socket]\nListenStream=/run/x\nListenDatagram=[::1]:53\nListenNetlink=kobject-uevent "
    "1\nSocketMode=0600\nBacklog=7\n"
    "Accept=no\nFileDescriptorName=a\n[Unit\n",
    "[Unit]\nA\n=b\nC:d=e\n[]\n[Bo gus]\nq=\\\n\\\n\\\n[Service]\nExecStart=\\\n",
};

}  // namespace svcd
