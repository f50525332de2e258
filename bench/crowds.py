"""Workloads of clients that are connected and wait."""
import contextlib
import resource
import selectors
import smtplib
import socket
import time

from adapters.base import Site
from load import Crowd, Sink
from run import Failure, certificate, workload

EHLO = (b"EHLO idle.example\r\n",)
MESSAGE = (*EHLO, b"MAIL FROM:<sender@src.example>\r\n", b"RCPT TO:<user@dest.example>\r\n", b"DATA\r\n",
           b"Subject: one\r\n\r\nThen silence.\r\n.\r\n")


class Herd:
    """Clients that say LINES, each after the reply to the one before, and then nothing."""

    def __init__(self, port, lines=EHLO):
        self.port, self.lines, self.socks, self.greeted = port, lines, [], 0
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    def open(self, count, patience, at_once=100):
        """Connect COUNT clients; False when PATIENCE seconds pass without progress."""
        selector = selectors.DefaultSelector()
        progress = time.monotonic()
        while self.greeted < count:
            while len(self.socks) < count and len(self.socks) - self.greeted < at_once:
                sock = socket.socket()
                sock.setblocking(False)
                sock.connect_ex(("127.0.0.1", self.port))
                self.socks.append(sock)
                selector.register(sock, selectors.EVENT_READ, iter(self.lines))
            for key, _ in selector.select(0.2):
                last = (key.fileobj.recv(4096).splitlines() or [b""])[-1]
                if last[3:4] == b"-":
                    continue
                line = next(key.data, None) if last else None
                if line:
                    key.fileobj.send(line)
                else:
                    selector.unregister(key.fileobj)
                    self.greeted += last.startswith(b"250 ")
                progress = time.monotonic()
            if time.monotonic() - progress > patience:
                return False
        return True

    def close(self):
        for sock in self.socks:
            sock.close()


def probe(port, sink, limit):
    """Milliseconds for one more client's message to arrive, or infinity."""
    before, began = sink.count(), time.monotonic()
    try:
        with smtplib.SMTP("127.0.0.1", port, "probe.example", limit) as client:
            client.sendmail("sender@src.example", ["probe@dest.example"], "Subject: probe\r\n\r\nprobe\r\n")
    except (OSError, smtplib.SMTPException):
        return float("inf")
    while sink.count() == before:
        if time.monotonic() - began > limit:
            return float("inf")
        time.sleep(0.002)
    return (time.monotonic() - began) * 1000


@workload(dict(connections=(1000, 5000)), dict(connections=(300,)))
def idle(run, p):
    """Memory per idle client, and one more client's mail, with limits raised."""
    figures = {}
    top = max(p.connections)
    with Sink(run.load) as sink, run.mta(Site(relay=sink.address, clients=top + 100)) as mta:
        figures["probe ms, alone"] = probe(mta.port, sink, 30)
        mta.settle()
        empty_pss, (_, empty_kernel) = mta.group.pss(), mta.group.memory()
        herd = Herd(mta.port)
        try:
            for count in p.connections:
                began, cpu, fresh = time.monotonic(), sum(mta.group.cpu_us()), count - herd.greeted
                if not herd.open(count, 60):
                    raise Failure(f"only {herd.greeted} of {count} idle clients were greeted")
                figures[f"connects/s to {count}"] = fresh / (time.monotonic() - began)
                figures[f"cpu us/connect to {count}"] = (sum(mta.group.cpu_us()) - cpu) / fresh
                mta.settle()
                kernel = mta.group.memory()[1]
                figures |= {
                    f"PSS KB/client of {count}": (mta.group.pss() - empty_pss) / 1e3 / count,
                    f"kernel KB/client of {count}": (kernel - empty_kernel) / 1e3 / count,
                    f"tasks at {count}": mta.group.tasks(),
                    f"probe ms at {count}": max(probe(mta.port, sink, 60) for _ in range(3)),
                }
        finally:
            herd.close()
    return figures


@workload(dict(connections=300, patience=60), dict(patience=10))
def idle_default(run, p):
    """What the same does to an MTA with its default limits."""
    with Sink(run.load) as sink, run.mta(Site(relay=sink.address)) as mta:
        herd = Herd(mta.port)
        try:
            herd.open(p.connections, 3, at_once=p.connections)
            return {"clients greeted": herd.greeted, "probe ms": probe(mta.port, sink, p.patience)}
        finally:
            herd.close()


@workload(dict(connections=10000, patience=30), dict(connections=1000))
def crowd(run, p):
    """Clients that have sent one message each and wait, under default limits."""
    with Sink(run.load) as sink, run.mta(Site(relay=sink.address)) as mta, \
            contextlib.closing(Herd(mta.port, MESSAGE)) as herd:
        if not herd.open(p.connections, p.patience):
            raise Failure(f"only {herd.greeted} of {p.connections} clients were served")
        mta.settle()
        return crowd_figures(mta, sink, p)


@workload(dict(connections=10000, size=4096, patience=30), dict(connections=1000))
def tls_crowd(run, p):
    """crowd, each client in a TLS session of its own."""
    with certificate() as pair, Sink(run.load) as sink, \
            run.mta(Site(relay=sink.address, tls_in=pair)) as mta, \
            Crowd(run.load, mta.port, p.connections, p.size, tls=True):
        mta.settle()
        return crowd_figures(mta, sink, p)


def crowd_figures(mta, sink, p):
    if sink.count() != p.connections:
        raise Failure(f"{sink.count()} of {p.connections} messages arrived")
    return {
        "PSS KB/client, all daemons": mta.group.pss() / 1e3 / p.connections,
        "kernel KB/client": mta.group.memory()[1] / 1e3 / p.connections,
        "tasks": mta.group.tasks(),
        "probe ms": max(probe(mta.port, sink, p.patience) for _ in range(3)),
    }
