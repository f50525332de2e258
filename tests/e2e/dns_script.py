"""A name server that answers as the test wrote down for each name, by UDP and TCP."""
import socket
import struct
import threading

A, CNAME, PTR, MX, TXT, AAAA = 1, 5, 12, 15, 16, 28
SERVFAIL, NXDOMAIN, REFUSED = 2, 3, 5
TRUNCATED = 0x200
NOTHING = object()      # no answer at all


def coded_name(name):
    labels = name if isinstance(name, list) else [label.encode() for label in name.split('.') if label]
    return b''.join(bytes([len(label)]) + label for label in labels) + b'\0'


def address(text):
    return socket.inet_aton(text)


def exchanger(name, preference=10):
    return struct.pack('>H', preference) + coded_name(name)


class Question:
    def __init__(self, message, over_tcp):
        self.id, self.over_tcp = message[:2], over_tcp
        labels, at = [], 12
        while length := message[at]:
            labels.append(message[at + 1:at + 1 + length].decode('latin-1'))
            at += 1 + length
        self.name = '.'.join(labels).lower()
        self.kind, = struct.unpack('>H', message[at + 1:at + 3])
        self.section = message[12:at + 5]

    def answer(self, records=(), code=0, flags=0):
        """`records`: (owner, type, bytes); the owner None is the name that was asked for."""
        message = self.id + struct.pack('>HHHHH', 0x8180 | flags | code, 1, len(records), 0, 0) + self.section
        for owner, kind, data in records:
            message += (b'\xc0\x0c' if owner is None else coded_name(owner))
            message += struct.pack('>HHIH', kind, 1, 1, len(data)) + data
        return message


class Script:
    """`names`: {name: function of a Question}, which gives a message, or NOTHING; or {name: {type:
    [data]}}. What is not there does not exist."""

    def __init__(self, where='127.0.0.54'):
        self.names, self.asked = {}, []
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind((where, 53))
        self.tcp = socket.create_server((where, 53), backlog=100)
        for serve in (self.serve_udp, self.serve_tcp):
            threading.Thread(target=serve, daemon=True).start()

    def respond(self, message, over_tcp):
        question = Question(message, over_tcp)
        self.asked.append((question.name, question.kind, over_tcp))
        known = self.names.get(question.name)
        if known is None:
            return question.answer(code=NXDOMAIN)
        if not callable(known):
            return question.answer([(None, question.kind, data) for data in known.get(question.kind, ())])
        return known(question)

    def serve_udp(self):
        while True:
            message, client = self.udp.recvfrom(4096)
            answer = self.respond(message, False)
            if answer is not NOTHING:
                self.udp.sendto(answer, client)

    def serve_tcp(self):
        while True:
            client, _ = self.tcp.accept()
            threading.Thread(target=self.serve_connection, args=(client,), daemon=True).start()

    def serve_connection(self, client):
        with client, client.makefile('rb') as file:
            while head := file.read(2):
                answer = self.respond(file.read(struct.unpack('>H', head)[0]), True)
                if answer is NOTHING:
                    return
                client.sendall(struct.pack('>H', len(answer)) + answer)
