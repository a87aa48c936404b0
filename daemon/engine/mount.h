// The machine of mount units; systemd.mount(5). Whether something is mounted is what the kernel's mount table says:
// a mount made by anybody is a unit that is up; mount(8) and umount(8) only bring that about.
#pragma once

#include "daemon/engine/unit.h"

namespace svcd {

enum class MountState : uint8_t {
  dead,
  mounting,       // mount(8) runs
  mounting_done,  // it is in the table, mount(8) still runs
  mounted,
  remounting,
  unmounting,
  remounting_sigterm,
  remounting_sigkill,
  unmounting_sigterm,
  unmounting_sigkill,
  failed,
  cleaning,  // folders that somebody asked for: systemctl clean
};

class Mount final : public Unit {
 public:
  using Unit::Unit;
  bool is_perpetual() const override { return name().str() == "-.mount"; }
  bool can_start() const override { return has_settings(); }
  bool can_reload() const override { return true; }  // as a type; of one that is not mounted the job is invalid
  void reset_failed() override;
  void handle(const Exited&) override;
  void handle(const SpawnFailed&) override;
  void handle(const TimerFired&) override;
  void handle(const CgroupEmpty&) override;
  const MountStatus* mount_status() const override { return &mount_; }
  pid_t control_pid() const override { return mount_.control_pid; }
  UnitResult result() const override { return mount_.result; }
  void resume() override;
  Result<> clean(DirectoryKinds) override;

  /// The kernel shows it.
  void appeared(const MountEntry&);
  void disappeared();

 protected:
  Answer do_start() override;
  Answer do_stop() override;
  Answer do_reload() override;
  Answer test_startable() override;
  void save_state(RecordWriter&) const override;
  void restore_state(RecordReader&) override;
  /// A daemon-reload may have brought another time limit: as in 252 it holds for what is going on, from its beginning.
  void taken() override { arm_limit(status().state_change.monotonic); }

 private:
  using State = MountState;
  struct Phase;
  static const Phase& phase_of(State);
  bool has_settings() const { return !config().mount().what.empty(); }
  bool is_mounted() const { return !mount_.entry.where.empty(); }
  void arm_limit(Time since);
  void publish_state(State, bool reload_failed = false);
  void run(State, RanCommand::Task, ExecCommand);
  void signal(State);
  void cleaned();
  void finish();
  void process_done();
  void blame_command(const ExitStatus&);
  void blame_timeout();
  void fail(UnitResult outcome) {
    if (mount_.result == UnitResult::success) mount_.result = outcome;
  }
  ExecCommand mount_command(bool remount) const;
  RanCommand* running_command();
  void set_control(Process process) { control_ = process, mount_.control_pid = process.pid; }

  State state_ = State::dead;
  Process control_;
  bool reload_failed_ = false;
  uint32_t unmount_tries_ = 0;
  MountStatus mount_;
};

}  // namespace svcd
