// Where linux/ delivers what happened: the manager's handle(), one event a call, never from inside a call of Kernel.
#pragma once

#include <functional>

#include "daemon/engine/kernel.h"

namespace svcd {

/// One step of the engine. When it returns, the step's slots are in the state record.
using EventSink = std::function<void(Event&&)>;

}  // namespace svcd
