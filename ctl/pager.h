// Long output goes through less on a terminal. As in systemd's tools $SYSTEMD_PAGER and $PAGER count only if
// $SYSTEMD_PAGERSECURE is set, and less may not start programs or write files when somebody runs us through sudo.
#pragma once

#include "ctl/terminal.h"

namespace svcd::ctl {

/// Points stdout to a pager; false if there is none. at_end: scrolled to the last line.
bool open_pager(const Terminal&, bool at_end);
/// Waits until the reader has closed it. Without a pager: writes what is buffered. False if the output could not be
/// written.
bool close_pager();

}  // namespace svcd::ctl
