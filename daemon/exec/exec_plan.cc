#include "daemon/exec/exec_plan.h"
