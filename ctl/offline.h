// What verbs work with that need no manager: the files of this system, or of one installed below --root=.
#pragma once

#include "ctl/options.h"
#include "libunit/host/rooted_files.h"
#include "libunit/loader.h"

namespace svcd::ctl {

struct Offline {
  explicit Offline(const Options&);
  Offline(const Offline&) = delete;

  RootedFiles files;
  HostFacts host;
  SearchPath path;
};

}  // namespace svcd::ctl
