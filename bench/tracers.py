"""What a group of processes does, per program: three tracers with one interface.

A tracer is made for a control group, started with `start()`, and `stop()` returns its figures as
{figure: {program: number}}; `calls` has the keys "program,system call". bpftrace gives all of them in
one run. Where the kernel has no tracepoints, strace counts the calls, and perf (in another run,
since strace doubles the switches) the switches and the processor time.
"""
import collections
import json
import os
import re
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

SCRIPT = """
tracepoint:raw_syscalls:sys_enter /GROUP/ { @calls[comm, args->id] = count(); }
tracepoint:sched:sched_stat_runtime /GROUP/ { @cpu[comm] = sum(args->runtime); }
tracepoint:sched:sched_switch /GROUP/ { @switches[comm] = count(); }
tracepoint:sched:sched_process_fork /GROUP/ { @forks[comm] = count(); }
tracepoint:syscalls:sys_enter_fsync, tracepoint:syscalls:sys_enter_fdatasync /GROUP/ { @at[tid] = nsecs; }
tracepoint:syscalls:sys_exit_fsync, tracepoint:syscalls:sys_exit_fdatasync /@at[tid]/ {
  @fsync[comm] = sum(nsecs - @at[tid]); delete(@at[tid]); }
"""


def available():
    """The tracers to use here, each for a run of its own."""
    return [Bpftrace] if Path("/sys/kernel/tracing/events/raw_syscalls").exists() else [Strace, Perf]


class Bpftrace:
    def __init__(self, group):
        self.script = SCRIPT.replace("GROUP", f'cgroup == cgroupid("{group.unified()}")')

    def start(self):
        self.out = tempfile.NamedTemporaryFile("r")
        self.process = subprocess.Popen(["bpftrace", "-f", "json", "-o", self.out.name, "-e", self.script],
                                        stderr=subprocess.DEVNULL,
                                        env=os.environ | {"BPFTRACE_MAP_KEYS_MAX": "65536"})
        while "attached_probes" not in Path(self.out.name).read_text():
            if self.process.poll() is not None:
                raise RuntimeError("bpftrace does not run here")
            time.sleep(0.1)
        time.sleep(0.5)

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait()
        events = [json.loads(line) for line in self.out.read().splitlines()]
        traced = {name[1:]: value for event in events if event["type"] == "map"
                  for name, value in event["data"].items()}
        names = syscall_names()
        traced["calls"] = {f"{comm},{names.get(int(number), number)}": count for (comm, number), count in
                           ((key.rsplit(",", 1), count) for key, count in traced["calls"].items())}
        return traced


def syscall_names():
    header = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")
    text = header.read_text() if header.exists() else ""
    return {int(n): name for name, n in re.findall(r"__NR_(\w+) (\d+)", text)}


class Strace:
    """Follows the processes of the group and all that they start."""

    CALL = re.compile(r"(\d+) +(\w+)\((.*)")
    SYNC = re.compile(r"(\d+) .*\bf(?:data)?sync\b.*<([\d.]+)>$")
    FORKS = {"fork", "vfork", "clone", "clone3"}

    def __init__(self, group):
        self.group = group
        self.traced = {figure: collections.Counter() for figure in ("calls", "forks", "fsync")}
        self.programs = {}

    def start(self):
        pids = [word for pid in self.group.pids() for word in ("-p", str(pid))]
        self.process = subprocess.Popen(["strace", "-f", "-T", "-s", "128", "-o", "|cat", *pids],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                        errors="replace")
        self.reader = threading.Thread(target=self.read)
        self.reader.start()
        time.sleep(1)

    def read(self):
        for line in self.process.stdout:
            call = self.CALL.match(line)
            if call:
                self.count(*call.groups())
            sync = self.SYNC.match(line)
            if sync:
                self.traced["fsync"][self.program(sync[1])] += float(sync[2]) * 1e9

    def count(self, pid, call, rest):
        if call == "execve" and (path := re.match(r'"([^"]*)"', rest)):
            self.programs[pid] = os.path.basename(path[1])
        program = self.program(pid)
        self.traced["calls"][f"{program},{call}"] += 1
        if call in self.FORKS and "CLONE_THREAD" not in rest:
            self.traced["forks"][program] += 1

    def program(self, pid):
        """Its name, from the process that a thread belongs to."""
        if pid not in self.programs:
            try:
                leader = re.search(r"Tgid:\s*(\d+)", Path(f"/proc/{pid}/status").read_text())[1]
                self.programs[pid] = Path(f"/proc/{leader}/comm").read_text().strip()
            except OSError:
                self.programs[pid] = "(gone)"
        return self.programs[pid]

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.reader.join()
        self.process.wait()
        return self.traced


class Perf:
    """Counts every switch of the machine, and samples who runs; keeps the programs of the group."""

    HERTZ = 1999

    def __init__(self, group):
        self.group = group

    def start(self):
        self.out = tempfile.NamedTemporaryFile()
        self.names = {}
        self.done = threading.Event()
        self.watch = threading.Thread(target=self.remember)
        self.watch.start()
        self.process = subprocess.Popen(
            ["perf", "record", "-q", "-a", "-o", self.out.name,
             "-e", f"context-switches/period=1/,cpu-clock/freq={self.HERTZ}/"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(1)

    def remember(self):
        """Short-lived processes are known by their program's name, which others of it had."""
        while not self.done.wait(0.05):
            for pid in self.group.pids():
                try:
                    self.names[pid] = Path(f"/proc/{pid}/comm").read_text().strip()
                except OSError:
                    continue

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait()
        self.done.set()
        self.watch.join()
        programs = set(self.names.values())
        traced = {"switches": collections.Counter(), "cpu": collections.Counter()}
        script = subprocess.run(["perf", "script", "-i", self.out.name, "-F", "comm,pid,event"],
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, errors="replace")
        for comm, pid, event in re.findall(r"^\s*(.+?)\s+(\d+)\s+(\S+?)/", script.stdout, re.M):
            program = self.names.get(int(pid), comm)
            if program not in programs:
                continue
            if event == "context-switches":
                traced["switches"][program] += 1
            else:
                traced["cpu"][program] += 1e9 / self.HERTZ
        return traced
