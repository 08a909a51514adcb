"""Time and memory of a command and of all the processes that it starts."""
import os
import statistics
import subprocess
import time

SAMPLE_SECONDS = 0.004


class Timing:
    """What one run took, in seconds."""

    def __init__(self, wall, processor):
        self.wall = wall
        self.processor = processor


class Memory:
    """The most that one run held, in bytes. `resident` is the sum of every process's own peak,
    shared libraries counted in each: never too little. `proportional` is the highest sum seen at
    any one moment, shared pages divided by who shares them."""

    def __init__(self, resident, proportional):
        self.resident = resident
        self.proportional = proportional


class Failed(Exception):
    """A command that is measured must do its work."""


def start(argv, env):
    return subprocess.Popen(argv, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE)


def check(argv, status, process):
    complaint = process.stderr.read().decode(errors="replace").strip()
    process.stderr.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise Failed(f"{' '.join(argv)}: exit status {process.returncode}: {complaint[-500:]}")


def run(argv, env=None):
    before = time.perf_counter()
    process = start(argv, env)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - before
    check(argv, status, process)
    return Timing(wall, usage.ru_utime + usage.ru_stime)


class Comparison:
    """Two commands run alternately, so that what disturbs the one disturbs the other."""

    def __init__(self, pairs):
        self.ours = statistics.median(ours.wall for ours, _ in pairs)
        self.theirs = statistics.median(theirs.wall for _, theirs in pairs)
        self.our_processor = statistics.median(ours.processor for ours, _ in pairs)
        self.their_processor = statistics.median(theirs.processor for _, theirs in pairs)
        self.ratio = statistics.median(ours.wall / theirs.wall for ours, theirs in pairs)
        self.processor_ratio = self.our_processor / max(self.their_processor, 1e-4)


def compare(ours, theirs, count, env=None):
    run(ours, env)  # once each, so that both find their input in memory
    run(theirs, env)
    return Comparison([(run(ours, env), run(theirs, env)) for _ in range(count)])


def descendants(pid):
    found = [pid]
    for parent in found:
        try:
            for task in os.listdir(f"/proc/{parent}/task"):
                with open(f"/proc/{parent}/task/{task}/children", encoding="ascii") as children:
                    found += [int(child) for child in children.read().split()]
        except OSError:
            continue  # it has ended
    return found


def field_of(path, name):
    """A field of a file of /proc in bytes; 0 where it cannot be read."""
    try:
        with open(path, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if line.startswith(name + ":"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def run_for_memory(argv, env=None):
    """Run on its own: looking costs the command time."""
    process = start(argv, env)
    peaks = {}
    proportional = 0
    while True:
        pid, status, _ = os.wait4(process.pid, os.WNOHANG)
        if pid:
            check(argv, status, process)
            return Memory(sum(peaks.values()), proportional)
        now = 0
        for pid in descendants(process.pid):
            peaks[pid] = max(peaks.get(pid, 0), field_of(f"/proc/{pid}/status", "VmHWM"))
            now += field_of(f"/proc/{pid}/smaps_rollup", "Pss")
        proportional = max(proportional, now)
        time.sleep(SAMPLE_SECONDS)
