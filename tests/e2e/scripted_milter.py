"""A milter that answers as a script says, and keeps every byte that it hears, session by session.

The packets with which it answers are those of tests/acceptance/milter.py.
"""
import collections
import struct
import threading

from milter import ALL_ACTIONS, CONTINUE, packet
from sinks import Server

# The bit of the negotiation with which a milter says that it does not answer to a command.
SILENT = {'L': 0x80, 'C': 0x1000, 'H': 0x2000, 'M': 0x4000, 'R': 0x8000, 'T': 0x10000, 'U': 0x20000,
          'N': 0x40000, 'B': 0x80000}
CLOSE = 'CLOSE'         # instead of an answer: hangs up


class Script:
    """What a milter is to say.

    on: {letter of a command: its answers}, a list of packets for each time, or a tuple of such lists,
    the last of which stands for all later times. steps: bits of what it does not want to hear, or does
    not answer. macros: {number of a stage: names}. greeting: packets instead of the negotiation.
    """

    def __init__(self, on=None, version=6, actions=ALL_ACTIONS, steps=0, macros=None, greeting=None):
        self.on, self.steps, self.greeting = on or {}, steps, greeting
        lists = [part for stage, names in (macros or {}).items() for part in (stage, names)]
        self.negotiation = packet('O', version, actions, steps, *lists)

    def answers(self, kind, count):
        if self.steps & SILENT.get(kind, 0) or kind in 'ADQ':
            return []
        said = self.on.get(kind, [CONTINUE])
        return said[min(count, len(said) - 1)] if isinstance(said, tuple) else said


class ScriptedMilter(Server):
    """sessions: for each connection, the lines of what was heard; open: those that go on."""

    def __init__(self, where):
        self.begin(Script())
        self.changed = threading.Condition()
        self.open = 0
        super().__init__(where)

    def begin(self, script):
        self.script, self.sessions = script, []

    def serve(self, handler):
        script, heard = self.script, []
        self.sessions.append(heard)
        with self.changed:
            self.open += 1
        try:
            self.talk(handler, script, heard)
        finally:
            with self.changed:
                self.open -= 1
                self.changed.notify_all()

    def talk(self, handler, script, heard):
        counts = collections.Counter()
        while head := handler.rfile.read(4):
            data = handler.rfile.read(struct.unpack('>I', head)[0])
            kind, data = chr(data[0]), data[1:]
            heard.append(shown(kind, data))
            if kind == 'O':
                answers = [script.negotiation] if script.greeting is None else script.greeting
            else:
                answers = script.answers(kind, counts[kind])
            counts[kind] += 1
            for answer in answers:
                if answer == CLOSE:
                    return
                handler.wfile.write(struct.pack('>I', len(answer)) + answer)

    def wait_until_idle(self, timeout=60):
        with self.changed:
            assert self.changed.wait_for(lambda: not self.open, timeout), 'a milter session goes on'


def shown(kind, data):
    """One line: the letter, and the data with "|" for the NUL that ends each of its texts."""
    if kind == 'O':
        return 'O version {} actions {:#x} steps {:#x}'.format(*struct.unpack('>III', data))
    if kind == 'C' and (end := data.index(b'\0') + 1) and data[end:end + 1] in b'46':
        port = struct.unpack('>H', data[end + 1:end + 3])[0]
        return f'C {text(data[:end])}{chr(data[end])} {port} {text(data[end + 3:])}'
    if kind == 'D':
        words = data[1:].split(b'\0')[:-1]
        return ' '.join([f'D {chr(data[0])}', *(f'{text(name)}={text(value)}' for name, value in zip(words[::2], words[1::2]))])
    if kind == 'B' and len(data) > 300:
        return f'B {len(data)} bytes, {text(data[:20])}...{text(data[-20:])}'
    return f'{kind} {text(data)}'.rstrip(' ')


def text(data):
    return data.replace(b'\0', b'|').decode('latin-1').encode('unicode_escape').decode()
