// Processes made by the Spawner without cgroups, so that no privileges are needed; their output goes to a file.
#pragma once

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "daemon/linux/spawn.h"

namespace svcd {

inline std::string content_of(const std::string& path) {
  std::ostringstream out;
  out << std::ifstream(path).rdbuf();
  return out.str();
}

class SpawnFixture : public testing::Test {
 protected:
  SpawnFixture() {
    char path[] = "/tmp/svcd-spawn-XXXXXX";
    folder = ::mkdtemp(path);
    scope.is_init = true;
    request.name = "a.service";
    exec().standard_output = ExecSection::Output::truncate;
    exec().standard_output_path = folder + "/out";
  }
  ~SpawnFixture() override {
    if (system(("rm -r " + folder).c_str()) != 0) ADD_FAILURE();
  }
  ExecSection& exec() { return request.config.change<ExecSection>(); }

  /// Its exit status, negative for a signal.
  int wait_for(const Spawned& spawned) {
    pid = spawned.pid;
    int status = 0;
    EXPECT_EQ(::waitpid(pid, &status, 0), pid);
    failed = spawner.take_report({}, 7, spawned.report);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  int run_command(ExecCommand command, std::span<const PassedFd> fds = {}) {
    request.command = std::move(command);
    auto spawned = spawner.spawn(request, fds);
    if (spawned) return wait_for(*spawned);
    ADD_FAILURE() << spawned.error().message;
    return -1;
  }
  /// Runs `script` by the shell.
  int run(const std::string& script, std::span<const PassedFd> fds = {}) {
    return run_command({"/bin/sh", {"sh", "-c", script}, false, true, {}}, fds);
  }
  std::string output() const { return content_of(folder + "/out"); }

  std::string folder;
  Scope scope;
  CgroupTree tree{scope};
  Spawner spawner{scope, tree, SVCD_BINARY_DIR "/daemon/svcd-exec"};
  SpawnRequest request;
  pid_t pid = 0;
  std::optional<ExecFailed> failed;
};

}  // namespace svcd
