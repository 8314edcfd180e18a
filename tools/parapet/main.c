// SPDX-License-Identifier: MIT
// parapet: the one command that users type. Finds the subcommand in the
// table of commands.def and calls it; all else lives in the subcommands.
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "lib/say.h"

struct command {
    const char *name;
    const char *what;
    int (*run)(int argc, char **argv);
};

static const struct command commands[] = {
#define COMMAND(name, what) { #name, what, cmd_##name },
#include "commands.def"
#undef COMMAND
    { 0, 0, 0 }
};

static void print_help(void)
{
    printf("usage: parapet COMMAND [options] ...\n"
           "\n"
           "Makes an open-source x86-64 kernel run as a paravirtual guest, and "
           "proves that\nit does.\n"
           "\n"
           "commands:\n");
    for (const struct command *c = commands; c->name; c++)
        printf("  %-10s %s\n", c->name, c->what);
    printf("\n"
           "`parapet COMMAND --help` says everything about a command.\n"
           "\n"
           "exit status:\n"
           "    0  done, and nothing left to do\n"
           "    1  findings, failed tests, or a guest that crashed\n"
           "    2  unusable arguments or input\n"
           "    3  a tool that is needed is missing or failed\n"
           "  124  out of time\n");
}

static const struct command *find(const char *name)
{
    for (const struct command *c = commands; c->name; c++)
        if (!strcmp(c->name, name))
            return c;
    return NULL;
}

static int run(const struct command *command, int argc, char **argv)
{
    char *speaker = text("parapet %s", command->name);

    say_name(speaker);
    return command->run(argc, argv);
}

int main(int argc, char **argv)
{
    const struct command *command;

    if (argc < 2)
        fail(STATUS_UNUSABLE, "what shall be done? (see parapet --help)");
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
        print_help();
        return STATUS_DONE;
    }
    if (!strcmp(argv[1], "help")) { /* parapet help [COMMAND] */
        static char *ask[] = { NULL, "--help", NULL };

        command = argc > 2 ? find(argv[2]) : NULL;
        if (argc > 2 && !command)
            fail(STATUS_UNUSABLE, "there is no command '%s'", argv[2]);
        if (command) {
            ask[0] = argv[2];
            return run(command, 2, ask);
        }
        print_help();
        return STATUS_DONE;
    }
    command = find(argv[1]);
    if (!command)
        fail(STATUS_UNUSABLE, "there is no command '%s' (see parapet --help)",
             argv[1]);
    return run(command, argc - 1, argv + 1);
}
