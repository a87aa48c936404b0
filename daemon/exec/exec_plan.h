// What a child must do before it becomes the program: a flat list of steps, as data that can be printed, compared and
// sent. Built in the daemon, applied in the child (plain plans) or in svcd-exec (all others); design 4.5.
#pragma once
