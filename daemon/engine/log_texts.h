// The words of the log and the console, as systemd 252 says them, and the MESSAGE_IDs that filters match on.
#pragma once

#include <string>
#include <string_view>

#include "daemon/engine/changes.h"
#include "daemon/engine/kernel.h"
#include "daemon/engine/unit_types.h"
#include "libunit/codecs.h"  // signal_name()
#include "libunit/job.h"

namespace svcd {

namespace message_id {
inline constexpr std::string_view unit_starting = "7d4958e842da4a758f6c1cdc7b36dcc5";
inline constexpr std::string_view unit_started = "39f53479d3a045ac8e11786248231fbf";
inline constexpr std::string_view unit_failed = "be02cf6855d2428ba40df7e9d022f03d";
inline constexpr std::string_view unit_stopping = "de5b426a63be47a7b6ac3eaac82e2f6f";
inline constexpr std::string_view unit_stopped = "9d1aaa27d60140bd96365438aad20286";
inline constexpr std::string_view unit_reloading = "d34d037fff1847e6ae669a370e694725";
inline constexpr std::string_view unit_reloaded = "7b05ebc668384222baa8881179cfda54";
inline constexpr std::string_view unit_restart_scheduled = "5eb03494b6584870a536b337290809b3";
inline constexpr std::string_view unit_process_exit = "98e322203f7a4ed290d09fe03c09fe15";
inline constexpr std::string_view unit_success = "7ad2d189f7e94e70a38c781354912448";
inline constexpr std::string_view unit_skipped = "0e4284a0caca4bfc81c0bb6786972673";
inline constexpr std::string_view unit_failure_result = "d9b373ed55a64feb8242e02dbe79a49c";
inline constexpr std::string_view unit_resources = "ae8f7b866b0347b9af31fe1c80b127c0";
inline constexpr std::string_view out_of_memory = "fe6faa94e7774663a0da52717891d8ef";
inline constexpr std::string_view spawn_failed = "641257651c1b4ec9a8624d7a40a9e1e7";
inline constexpr std::string_view startup_finished = "b07a249cd024414a82dd00cd181378ff";
inline constexpr std::string_view shutdown = "98268866d1d54a499c4e98921d93bc40";
}  // namespace message_id

inline constexpr int priority_emergency = 0, priority_error = 3, priority_warning = 4, priority_notice = 5,
                     priority_info = 6, priority_debug = 7;  // syslog(3)

/// "Starting {}..." and its family for a job that began; "" if a type of unit says nothing then.
std::string job_start_text(const UnitTypeRow&, JobType, std::string_view title);
/// "Started {}." and its family for a job that ended; "" if nothing is said.
std::string job_end_text(const UnitTypeRow&, JobType, JobResult, std::string_view title);
int job_end_priority(JobResult);
StatusLine::Kind job_end_mark(JobResult);

/// "exited", "killed", "dumped": waitid(2) codes as systemd names them.
std::string_view exit_kind_name(const ExitStatus&);
/// "203/EXEC" has the name "EXEC"; signals "TERM"; "n/a" for exit codes without a name.
std::string exit_value_name(const ExitStatus&);
/// "1min 30s": time spans as systemd shows them.
std::string time_span_text(Duration);
/// … and as they stand in its messages: all decimals down to `accuracy`, 1 us or 1 ms ("1.500s").
std::string message_span_text(Duration, Duration accuracy);

}  // namespace svcd
