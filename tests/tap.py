# SPDX-License-Identifier: MIT
"""TAP for tests written in Python, and guests that they talk to.

    from tap import Tap, Guest          (PYTHONPATH=tests)

The plan comes last, so a test that dies on its way has none, and is failed.
"""
import os
import re
import select
import subprocess
import sys
import time


class Tap:
    def __init__(self):
        self.count = self.failed = 0

    def check(self, good, what, notes=""):
        self.count += 1
        self.failed += not good
        print(f"{'ok' if good else 'not ok'} {self.count} - {what}")
        if not good:
            for line in str(notes).splitlines()[-40:]:
                print(f"# {line}")
        sys.stdout.flush()
        return good

    def same(self, expected, found, what):
        return self.check(expected == found, what,
                          f"expected: {expected!r}\nfound:    {found!r}")

    def skip(self, what, why):
        self.count += 1
        print(f"ok {self.count} - {what} # SKIP {why}", flush=True)

    def finish(self):
        print(f"1..{self.count}")
        sys.exit(1 if self.failed else 0)


class Guest:
    """A program whose output is read and whose input is written by a test.
    Waits are for what is said, never for a time."""

    def __init__(self, *command):
        self.child = subprocess.Popen(command, stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE)
        os.set_blocking(self.child.stdout.fileno(), False)
        self.said = ""     # all of it
        self.position = 0  # what expect() has not passed yet

    def expect(self, pattern, seconds):
        """The match of a regular expression in what comes, or None when
        time or output is over."""
        end = time.monotonic() + seconds
        while True:
            found = re.search(pattern, self.said[self.position:])
            if found:
                self.position += found.end()
                return found
            left = end - time.monotonic()
            if left <= 0:
                return None
            if not select.select([self.child.stdout], [], [], left)[0]:
                return None
            data = os.read(self.child.stdout.fileno(), 65536)
            if not data:
                return None
            self.said += data.decode("utf-8", "replace").replace("\r", "")

    def send(self, text):
        self.child.stdin.write(text.encode())
        self.child.stdin.flush()

    def end(self, seconds=10):
        """Closes its input and waits for it; (exit status, messages)."""
        os.set_blocking(self.child.stdout.fileno(), True)
        try:
            out, err = self.child.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.child.terminate()
            out, err = self.child.communicate(timeout=10)
        self.said += out.decode("utf-8", "replace").replace("\r", "")
        return self.child.returncode, err.decode("utf-8", "replace")
