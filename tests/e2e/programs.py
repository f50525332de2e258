"""Programs that a test starts beside the mail system: found, started, waited for, ended."""
import os
import pwd
import shutil
import socket
import subprocess
import unittest

import mta
from mta import BASE, command


def until(probe, what, timeout=60):
    """Polls until probe() is true; `what` may be a function, called only to say what was missing."""
    try:
        return mta.until(probe, what, timeout)
    except AssertionError as late:
        raise AssertionError(f'not within {timeout} s: {what() if callable(what) else what}') from late


def need(*programs, files=()):
    """A class decorator: skipped on a machine without these."""
    lacking = [name for name in programs if not shutil.which(name)] + [path for path in files if not os.path.exists(path)]
    return unittest.skipIf(lacking, f'not here: {", ".join(lacking)}')


def folder(name, owner='root'):
    """A folder of the run's own that belongs to that user."""
    path = f'{BASE}/{name}'
    os.makedirs(path, exist_ok=True)
    entry = pwd.getpwnam(owner)
    os.chown(path, entry.pw_uid, entry.pw_gid)
    return path


def answers(where):
    """Something listens on (ip, port) or on a socket's path."""
    kind = socket.AF_UNIX if isinstance(where, str) else socket.AF_INET
    with socket.socket(kind) as probe:
        return probe.connect_ex(where) == 0


class Program:
    """Runs in the foreground until the test class ends; what it prints is in `log`."""

    def __init__(self, case, *argv, listens=None, timeout=120, **how):
        self.argv = [command(argv[0]) if '/' not in argv[0] else argv[0], *map(str, argv[1:])]
        self.log_path = f'{BASE}/{os.path.basename(argv[0])}-{case.__name__}.log'
        with open(self.log_path, 'ab') as log:
            self.process = subprocess.Popen(self.argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd='/', **how)
        case.addClassCleanup(self.stop)
        if listens:
            until(lambda: answers(listens) or self.has_ended(), lambda: f'{self.argv} listens\n{self.log()}', timeout)

    def has_ended(self):
        if self.process.poll() is not None:
            raise AssertionError(f'{self.argv} ended with {self.process.returncode}:\n{self.log()}')

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def log(self):
        with open(self.log_path, errors='replace') as log:
            return log.read()[-3000:]
