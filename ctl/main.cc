#include "ctl/verbs.h"

int main(int argc, char** argv) {
  return svcd::ctl::run_svcctl(argc, argv);
}
