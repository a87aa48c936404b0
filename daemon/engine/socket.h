// The machine of socket units with Accept=no; systemd.socket(5): opens what ListenStream= and its family say, and
// starts the service when somebody comes.
#pragma once

#include "daemon/engine/unit.h"
#include "libunit/settings.h"

namespace svcd {

enum class SocketState : uint8_t {
  dead,
  start_pre,
  start_chown,  // the descriptors are being opened
  start_post,
  listening,
  running,  // the service has them
  stop_pre,
  stop_pre_sigterm,
  stop_pre_sigkill,
  stop_post,
  final_sigterm,
  final_sigkill,
  failed,
  removing,  // its folders; clients see the last state of 252 before the end
  cleaning,  // those that somebody asked for: systemctl clean
};

class Socket final : public Unit {
 public:
  using Unit::Unit;
  /// Accept=yes, one service a connection, comes later.
  bool is_supported() const override { return !config().socket().accept; }
  std::string not_yet_text() const override {
    return is_supported() ? "" : fmt::format("Not in effect yet: {}=yes.", key_of<&SocketSection::accept>());
  }
  /// Its start is as good as done: the loop has yet to open it, and no command stands before that.
  bool is_being_opened() const { return state_ == SocketState::start_chown; }
  void reset_failed() override;
  bool start_takes_time() const override;
  void handle(const Exited&) override;
  void handle(const SpawnFailed&) override;
  void handle(const SocketsOpened&) override;
  void handle(const SocketReady&) override;
  void handle(const TimerFired&) override;
  void handle(const CgroupEmpty&) override;
  void triggered_changed(const Unit& service) override;
  Result<> clean(DirectoryKinds) override;
  void directories_removed() override;
  void job_was_refused() override;
  const SocketStatus* socket_status() const override { return &socket_; }
  pid_t control_pid() const override { return socket_.control_pid; }
  UnitResult result() const override { return socket_.result; }
  void resume() override;

 protected:
  Answer do_start() override;
  Answer do_stop() override;
  Answer test_startable() override;
  void save_state(RecordWriter&) const override;
  void restore_state(RecordReader&) override;
  /// A daemon-reload may have brought another time limit: as in 252 it holds for what is going on, from its beginning.
  void taken() override { arm_limit(status().state_change.monotonic); }

 private:
  using State = SocketState;
  struct Phase;
  static const Phase& phase_of(State);
  void enter(State);
  void arm_limit(Time since);
  void publish_state(State);
  void finish();
  void end();
  void run(size_t index);
  void control_done(bool good);
  void fail(UnitResult, State next);
  bool signal(State);
  void abandon_command();
  void close_and_finish();
  const ExecCommands& commands(State) const;
  Unit* service() const;
  void blame_service(const Unit&, std::string_view what);
  void lose_service();
  void set_control(Process process) { control_ = process, socket_.control_pid = process.pid; }

  State state_ = State::dead;
  Process control_;
  size_t command_ = 0;
  RateLimit trigger_limit_;
  SocketStatus socket_;
};

}  // namespace svcd
