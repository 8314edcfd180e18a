/* SPDX-License-Identifier: MIT */
#ifndef PARAPET_COMMANDS_H
#define PARAPET_COMMANDS_H

#define COMMAND(name, what) int cmd_##name(int argc, char **argv);
#include "commands.def"
#undef COMMAND

#endif
