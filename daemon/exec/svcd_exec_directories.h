// RuntimeDirectory= and its family: made, owned and removed. What belongs to a service's user may hold symbolic links
// to anywhere, so links are followed only out of folders that nobody but root can write to.
#pragma once

#include "daemon/exec/exec_plan.h"
#include "daemon/exec/svcd_exec_identity.h"

namespace svcd {

/// Makes the directory of a step with its parents, sets mode and owner, makes its links. 0 or an errno.
int make_directory(const StepView&, const Identity&);
/// What mount(8) wants to be there: the folder or, for a file that is shown elsewhere, an empty file to mount on, and
/// the folder that is shown. What cannot be made is left: mount(8) says so.
void make_mount_point(const StepView&);
/// Removes what a remove_tree step names. What is not there is fine. 0 or an errno.
int remove_directory(const StepView&);

}  // namespace svcd
