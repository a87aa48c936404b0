// Who owns a name on the system bus; the interface stands where both sides of it may look.
#pragma once

#include "daemon/engine/bus_names.h"
