#include <fcntl.h>

#include <cerrno>

#include "daemon/exec/plan_parts.h"

namespace svcd {

namespace {

using Input = ExecSection::Input;
using Output = ExecSection::Output;

bool is_terminal(Input input) {
  return input == Input::tty || input == Input::tty_force || input == Input::tty_fail;
}

const std::string& terminal(const PlanBuild& b) {
  return b.exec.tty_path.empty() ? b.context.console : b.exec.tty_path;
}

/// The name in the journal: SyslogIdentifier=, or the last part of the program's path.
std::string identifier_of(const PlanBuild& b) {
  if (!b.exec.syslog_identifier.empty()) return b.exec.syslog_identifier;
  const std::string& path = b.command.path;
  return path.substr(path.rfind('/') + 1);
}

Result<int> named_fd(const PlanBuild& b, const std::string& name) {
  for (const ExecContext::Fd& fd : b.context.listen_fds)
    if (fd.name == name) return fd.number;
  return tl::unexpected(
      Error{ErrorCode::failed, "Failed to load a named file descriptor: No such file or directory", ENOENT});
}

Result<> add_input(PlanBuild& b) {
  switch (b.exec.standard_input) {
    case Input::null: b.plan.add(StepKind::open, {0, O_RDONLY}, {"/dev/null"}); break;
    case Input::tty: b.plan.add(StepKind::tty, {0, 0}, {terminal(b)}); break;
    case Input::tty_force: b.plan.add(StepKind::tty, {0, 1}, {terminal(b)}); break;
    case Input::tty_fail: b.plan.add(StepKind::tty, {0, 2}, {terminal(b)}); break;
    case Input::socket:
      if (!b.context.standard_socket)
        return fail(ErrorCode::invalid_args, "The standard input is to be a socket, but there is none.");
      b.plan.add(StepKind::dup, {0, *b.context.standard_socket});
      break;
    case Input::data: b.plan.add(StepKind::input_data, {}, {b.exec.standard_input_data}); break;
    case Input::file: b.plan.add(StepKind::open, {0, O_RDONLY | O_NOCTTY}, {b.exec.standard_input_path}); break;
    case Input::fd: b.plan.add(StepKind::dup, { 0, SVCD_TRY(named_fd(b, b.exec.standard_input_fd_name)) }); break;
  }
  return {};
}

struct Stream {
  int64_t target;
  Output output;
  const std::string& path;
  const std::string& fd_name;
};

/// What a stream gets that inherits and has nobody to inherit from.
void add_inherited(PlanBuild& b, const Stream& stream) {
  if (b.exec.standard_input != Input::null && b.exec.standard_input != Input::data)
    b.plan.add(StepKind::dup, {stream.target, 0});
  else if (b.context.manager_is_init)
    b.plan.add(StepKind::open, {stream.target, O_WRONLY}, {"/dev/null"});
}

Result<> add_output(PlanBuild& b, const Stream& stream) {
  switch (stream.output) {
    case Output::inherit: add_inherited(b, stream); break;
    case Output::null: b.plan.add(StepKind::open, {stream.target, O_WRONLY}, {"/dev/null"}); break;
    case Output::tty:
      if (is_terminal(b.exec.standard_input))
        b.plan.add(StepKind::dup, {stream.target, 0});
      else
        b.plan.add(StepKind::open, {stream.target, O_WRONLY | O_NOCTTY}, {terminal(b)});
      break;
    case Output::journal:
    case Output::journal_console:
    case Output::kmsg:
    case Output::kmsg_console: {
      const bool kmsg = stream.output == Output::kmsg || stream.output == Output::kmsg_console;
      const bool console = stream.output == Output::journal_console || stream.output == Output::kmsg_console;
      b.has_journal = true;
      b.plan.add(StepKind::journal,
                 {stream.target, b.exec.syslog_facility | b.exec.syslog_level, b.exec.syslog_level_prefix ? 1 : 0,
                  kmsg ? 1 : 0, console ? 1 : 0},
                 {b.context.journal_stdout, identifier_of(b), b.context.unit});
      break;
    }
    case Output::socket:
      if (!b.context.standard_socket)
        return fail(ErrorCode::invalid_args, "The standard output is to be a socket, but there is none.");
      b.plan.add(StepKind::dup, {stream.target, *b.context.standard_socket});
      break;
    case Output::file: b.plan.add(StepKind::open, {stream.target, O_WRONLY | O_CREAT | O_NOCTTY}, {stream.path}); break;
    case Output::append:
      b.plan.add(StepKind::open, {stream.target, O_WRONLY | O_CREAT | O_NOCTTY | O_APPEND}, {stream.path});
      break;
    case Output::truncate:
      b.plan.add(StepKind::open, {stream.target, O_WRONLY | O_CREAT | O_NOCTTY | O_TRUNC}, {stream.path});
      break;
    case Output::fd: b.plan.add(StepKind::dup, { stream.target, SVCD_TRY(named_fd(b, stream.fd_name)) }); break;
  }
  return {};
}

void add_tty_preparation(PlanBuild& b) {
  if (!b.exec.tty_reset && !b.exec.tty_vhangup && !b.exec.tty_vt_disallocate) return;
  b.plan.add(StepKind::tty_prepare,
             {b.exec.tty_reset ? 1 : 0, b.exec.tty_vhangup ? 1 : 0, b.exec.tty_vt_disallocate ? 1 : 0}, {terminal(b)});
}

}  // namespace

tl::expected<void, Refusal> add_stdio(PlanBuild& b) {
  add_tty_preparation(b);
  const auto refuse = [](Error& why, const char* setting) { return tl::unexpected(Refusal(std::move(why), setting)); };
  if (auto added = add_input(b); !added) return refuse(added.error(), key_of<&ExecSection::standard_input>());
  const Output out = effective_standard_output(b.config), err = effective_standard_error(b.config);
  if (auto added = add_output(b, {1, out, b.exec.standard_output_path, b.exec.standard_output_fd_name}); !added)
    return refuse(added.error(), key_of<&ExecSection::standard_output>());
  const bool same = err == out &&
                    (err != Output::fd || b.exec.standard_error_fd_name == b.exec.standard_output_fd_name) &&
                    b.exec.standard_error_path == b.exec.standard_output_path;
  const bool nothing_to_share = err == Output::inherit && out == Output::inherit && !b.context.manager_is_init &&
                                b.exec.standard_input == Input::null;
  if (nothing_to_share) return {};
  if (err == Output::inherit || same) {
    b.plan.add(StepKind::dup, {2, 1});
    return {};
  }
  if (auto added = add_output(b, {2, err, b.exec.standard_error_path, b.exec.standard_error_fd_name}); !added)
    return refuse(added.error(), key_of<&ExecSection::standard_error>());
  return {};
}

}  // namespace svcd
