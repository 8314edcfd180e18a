# SPDX-License-Identifier: MIT
"""Runs random programs at a place, and takes apart what the guest says."""
import re
import subprocess

KERNEL = "build/random/random.elf"
PLACES = {"reference": ["--hv", "reference"],
          "domU": ["--hv", "xen", "--as", "domU"]}
ALL = (1 << 64) - 1  # each call of a program
CMDLINE = 900  # what a guest's command line has room for


def boot(place, *words, seconds=300):
    """(what the guest said, how it ended)."""
    done = subprocess.run(
        ["build/parapet", "run", *PLACES[place], "--vcpus", "2",
         "--show", "guest",
         "--timeout", str(seconds), "--log",
         f"build/logs/random-{place}.log", KERNEL, *map(str, words)],
        stdin=subprocess.DEVNULL, capture_output=True)
    lines = done.stdout.decode("utf-8", "replace").replace("\r", "")
    end = done.stderr.decode("utf-8", "replace").strip()
    return lines.split("\n"), end, done.returncode


class Answers:
    """What programs FIRST ... answered at a place: `hashes` (number: hash, or
    how the guest ended in it), `calls`, `coverage` (name: [accepted,
    refused]), `boots`, and `begun` (number: the first program of its boot). A
    guest that a program ends is begun again behind it. BACK: the last program
    comes first."""

    DEATHS = 20

    def __init__(self, place, seed, first, count, back=False):
        self.place = place
        self.hashes, self.coverage, self.begun = {}, {}, {}
        self.calls = self.boots = self.deaths = 0
        self.trouble = ""
        left = list(range(first, first + count))
        if back:
            left.reverse()
        while left and not self.trouble:
            lines, ending, status = boot(
                place, seed, min(left), len(left), *["back"] * back,
                seconds=180 + count // 8)
            self.boots += 1
            begun = left[0]
            self.hear(lines)
            while left and left[0] in self.hashes:
                self.begun[left.pop(0)] = begun
            if left and "@ out of pages" not in lines:
                self.deaths += 1
                said = [line for line in lines if line.startswith(
                    ("not ok", "# "))]
                self.hashes[left[0]] = " ".join(["ends:", *said[:3],
                                                 kind_of_end(ending)])
                self.begun[left.pop(0)] = begun
                if status in (2, 3) or self.deaths > self.DEATHS:
                    self.trouble = ending

    def words_as_run(self, seed, number):
        """The lines of a program behind all that were made before it."""
        begun = self.begun[number]
        name = str(number) if begun == number else f"{begun}..{number}"
        return words_of(self.place, seed, [name],
                        seconds=180 + abs(number - begun) // 8)[0]

    def hear(self, lines):
        for line in lines:
            found = re.fullmatch(r"@ (\d+) (\d+) ([0-9a-f]+)", line)
            if found:
                self.hashes[int(found[1])] = found[3]
                self.calls += int(found[2])
            found = re.fullmatch(r"= (.+) (\d+) (\d+)", line)
            if found:
                pair = self.coverage.setdefault(found[1], [0, 0])
                pair[0] += int(found[2])
                pair[1] += int(found[3])


def kind_of_end(ending):
    """What the runner says of it, without times and places."""
    return re.sub(r"\(.*", "", ending.split("parapet run: ")[-1]).strip()


def in_words(place, seed, programs):
    """The lines of each of PROGRAMS, (number, mask of its calls)."""
    return words_of(place, seed,
                    [str(number) if mask == ALL else f"{number}:{mask:x}"
                     for number, mask in programs])


def words_of(place, seed, programs, **limit):
    """The lines of each of PROGRAMS, as the guest's command line says it."""
    texts, waiting = [], list(programs)
    while waiting:
        batch = []
        while waiting and sum(map(len, batch)) + len(batch) < CMDLINE - 40:
            batch.append(waiting.pop(0))
        lines, ending, _ = boot(place, seed, "words", *batch, **limit)
        said = [[]]
        for line in lines:
            if line.startswith("@ begin "):
                said.append([])
            elif not line.startswith(("KTAP", "=", "@", "ok ", "1..")) and \
                    line not in ("", "# conform: pass"):
                said[-1].append(line)
        said = said[1:]
        if len(said) < len(batch) or not any(
                line == "# conform: pass" for line in lines):
            said[-1:] = [said[-1] + [f"ends: {kind_of_end(ending)}"]] \
                if said else [[f"ends: {ending}"]]
            waiting = batch[len(said):] + waiting
        texts += said
    return texts
