// SPDX-License-Identifier: MIT
// Runs other programs: see process.h. Input is fed and output drained in one
// poll loop, so that neither side can block the other for ever.
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "say.h"

int process_exists(const char *program)
{
    const char *path = getenv("PATH");

    if (strchr(program, '/'))
        return !access(program, X_OK);
    for (const char *at = path ? path : ""; *at; at += *at == ':') {
        size_t length = strcspn(at, ":");
        char *name = text("%.*s/%s", (int)length, at, program);
        int found = !access(name, X_OK);

        free(name);
        if (found)
            return 1;
        at += length;
    }
    return 0;
}

static void make_pipe(int ends[2])
{
    if (pipe2(ends, O_CLOEXEC))
        fail(STATUS_TOOL, "cannot make a pipe: %s", strerror(errno));
}

static void keep(struct process_result *result, const char *data, size_t size)
{
    result->output =
        need_memory(realloc(result->output, result->length + size + 1));
    memcpy(result->output + result->length, data, size);
    result->length += size;
    result->output[result->length] = 0;
}

/* Feeds `input` to `in` and keeps what comes from `out`, until `out` ends. */
static void talk(struct process_result *result, int in, const char *input,
                 int out)
{
    size_t left = input ? strlen(input) : 0;
    char buffer[65536];

    if (in >= 0)
        fcntl(in, F_SETFL, O_NONBLOCK);
    while (in >= 0 || out >= 0) {
        struct pollfd fds[] = { { in, POLLOUT, 0 }, { out, POLLIN, 0 } };

        if (poll(fds, 2, -1) < 0 && errno != EINTR)
            fail(STATUS_TOOL, "cannot wait for a program: %s",
                 strerror(errno));
        if (in >= 0 && fds[0].revents) {
            ssize_t n = left ? write(in, input, left) : 0;

            if (n > 0) {
                input += n;
                left -= (size_t)n;
            }
            if (!left || (n < 0 && errno != EAGAIN && errno != EINTR)) {
                close(in);
                in = -1;
            }
        }
        if (out >= 0 && fds[1].revents) {
            ssize_t n = read(out, buffer, sizeof(buffer));

            if (n > 0) {
                keep(result, buffer, (size_t)n);
            } else if (n == 0 || errno != EINTR) {
                close(out);
                out = -1;
            }
        }
    }
}

static void start(const char *const *argv, int in, int out)
{
    if (in >= 0)
        dup2(in, 0);
    if (out >= 0)
        dup2(out, 1);
    signal(SIGPIPE, SIG_DFL);
    execvp(argv[0], (char *const *)argv);
}

struct process_result process_run(const char *const *argv, const char *input,
                                  enum process_output output)
{
    struct process_result result = { 0 };
    int in[2] = { -1, -1 }, out[2] = { -1, -1 }, told[2];
    int status, error = 0;
    pid_t child;

    if (input)
        make_pipe(in);
    if (output == OUTPUT_CAPTURE) {
        make_pipe(out);
        keep(&result, "", 0);
    }
    make_pipe(told); /* closed by a successful exec, else says errno */
    child = fork();
    if (child < 0)
        fail(STATUS_TOOL, "cannot start %s: %s", argv[0], strerror(errno));
    if (!child) {
        if (output == OUTPUT_DROP)
            out[1] = open("/dev/null", O_WRONLY | O_CLOEXEC);
        start(argv, in[0], out[1]);
        error = errno;
        if (write(told[1], &error, sizeof(error)) < 0)
            _exit(126);
        _exit(127);
    }
    close(told[1]);
    if (input)
        close(in[0]);
    if (output == OUTPUT_CAPTURE)
        close(out[1]);
    signal(SIGPIPE, SIG_IGN);
    talk(&result, in[1], input, out[0]);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    if (read(told[0], &error, sizeof(error)) == sizeof(error))
        fail(STATUS_TOOL, "cannot start %s: %s", argv[0], strerror(error));
    close(told[0]);
    result.status =
        WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}
