"""One MTA doing one workload once: how it is set up, fed, waited for and measured."""
import contextlib
import os
import subprocess
import tempfile
import time

from adapters.base import make_certificate
from meter import Cgroup, Disk, Peaks

WORKLOADS = {}


def workload(full, quick):
    """Registers a workload with its parameters and their --quick values."""
    def register(function):
        WORKLOADS[function.__name__.strip("_").replace("_", "-")] = function
        function.full, function.quick = full, full | quick
        return function
    return register


class Failure(Exception):
    """Mail lost or doubled, or a time limit passed."""


class Run:
    """One MTA doing one workload once."""

    def __init__(self, spec, base_dir, keep=False):
        self.spec, self.base_dir, self.keep = spec, base_dir, keep
        self.load = Cgroup(f"mtabench-{os.getpid()}-load")

    @contextlib.contextmanager
    def mta(self, site, start=True):
        home = tempfile.mkdtemp(prefix="mtabench.", dir=self.base_dir)
        os.chmod(home, 0o755)
        mta = self.spec.make(site, home)
        try:
            mta.configure()
            if start:
                mta.start()
            yield mta
        finally:
            mta.discard(self.keep)

    def close(self):
        self.load.remove()

    def deliver(self, mta, messages, start_load, arrivals=None, expected=None, ids="message_ids",
                limit=600):
        """Run a load until all arrived and the queue is empty; the standard figures.

        ARRIVALS counts what came out (None: nothing does); EXPECTED, unless it
        is MESSAGES, is how many that must be, all with a different IDS."""
        peaks = Peaks(mta.group)
        peaks.start()
        cpu, load, disk = mta.group.cpu_us(), sum(self.load.cpu_us()), Disk(mta.home)
        began = time.monotonic()

        def passed():
            seconds = time.monotonic() - began
            if seconds > limit:
                raise Failure(f"not finished after {limit} s: {arrivals.count() if arrivals else '?'}"
                              f" of {messages} arrived, {mta.queued()} queued")
            return seconds

        children = start_load()
        try:
            for child in children:
                child.finish()
            accepted = passed()
            while arrivals and arrived(arrivals) < (expected or messages):
                passed()
            delivered = passed()
            while mta.queued():
                time.sleep(0.05)
                passed()
            empty = passed()
        finally:
            for child in children:
                child.process.kill()
            peaks.stop()
        user, system = (b - a for a, b in zip(cpu, mta.group.cpu_us()))
        load, disk = sum(self.load.cpu_us()) - load, disk.since()
        if arrivals and ids:
            different, total = getattr(arrivals, ids)()
            if not len(different) == total == (expected or messages):
                raise Failure(f"{expected or messages} expected, {total} arrived, {len(different)} different")
        finished = delivered if arrivals else empty
        return {
            "rate/s": messages / finished,
            "accept rate/s": messages / accepted,
            "rate to empty queue/s": messages / empty,
            "cpu us/msg": (user + system) / messages,
            "user us/msg": user / messages,
            "system us/msg": system / messages,
            "peak anon MB": peaks.anon / 1e6,
            "peak kernel MB": peaks.kernel / 1e6,
            "peak tasks": peaks.tasks,
            "disk KB/msg": disk["sectors"] * 512 / 1e3 / messages,
            "disk writes/msg": disk["writes"] / messages,
            "disk flushes/msg": disk["flushes"] / messages,
            "load us/msg": load / messages,
            "busy cores": (user + system + load) / 1e6 / empty,
        }


def arrived(arrivals):
    """Count, then pause; counting never takes more than about a tenth of the time."""
    began = time.monotonic()
    count = arrivals.count()
    time.sleep(max(0.01, 10 * (time.monotonic() - began)))
    return count


@contextlib.contextmanager
def certificate():
    with tempfile.TemporaryDirectory(prefix="mtabench.") as directory:
        yield make_certificate(directory)


def timed(name, args, stdin=os.devnull, stdout=os.devnull):
    with open(stdin) as source, open(stdout, "w") as target:
        began = time.monotonic()
        child = subprocess.Popen([str(a) for a in args], stdin=source, stdout=target)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.monotonic() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise Failure(f"{args[0]} ended with {child.returncode}")
    return {f"{name} s": seconds, f"{name} cpu s": usage.ru_utime + usage.ru_stime,
            f"{name} peak MB": usage.ru_maxrss / 1e3}
