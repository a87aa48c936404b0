#include "ctl/verbs.h"

int main(int argc, char** argv) {
  return svcd::run_svcctl(argc, argv);
}
