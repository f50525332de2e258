"""Signed zones (RFC 4033) on a name server of their own, and a resolver that validates them.

The root is signed by the server (Knot); the resolver (Unbound) trusts its key and nothing else. A
zone is signed, not signed, or bogus: then the root vouches for a key that it does not have.
"""
import atexit
import contextlib
import os
import shutil
import socket
import struct
import subprocess

from lab import run, until
from dns_script import A, coded_name

import isolate
from mta import BASE

SERVER, RESOLVER = '127.0.0.61', '127.0.0.62'
SIGNED, PLAIN, BOGUS = 'signed', 'plain', 'bogus'
RECURSION_DESIRED, AUTHENTIC_DATA = 0x100, 0x20

KNOT = """\
server:
    rundir: "{dir}"
    listen: {server}@53
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
database:
    storage: "{dir}"
log:
  - target: "{dir}/log"
    any: info
control:
    listen: "{dir}/sock"
policy:
  - id: fixed
    algorithm: ecdsap256sha256
    manual: on
"""

UNBOUND = """\
server:
    directory: "{dir}"
    chroot: ""
    username: ""
    pidfile: ""
    use-syslog: no
    logfile: "{dir}/resolver.log"
    interface: {resolver}
    access-control: 127.0.0.0/8 allow
    do-ip6: no
    do-not-query-localhost: no
    trust-anchor-file: "{dir}/anchor"
    trust-anchor-signaling: no
    qname-minimisation: no
    edns-buffer-size: 1232
remote-control:
    control-enable: no
stub-zone:
    name: "."
    stub-addr: {server}
    stub-prime: no
"""

HEAD = """\
$ORIGIN {origin}
$TTL 60
@ SOA ns.dns.example. root.{name}. 1 60 60 60 1
@ NS ns.dns.example.
"""


class SignedDns:
    """`zones`: {name: (SIGNED, PLAIN or BOGUS, records with names relative to the zone)}."""

    def __init__(self, zones):
        self.dir = f'{BASE}/signed-dns'
        os.makedirs(self.dir)
        self.zones, self.processes = dict(zones), []

    def start(self):
        names = ['.', *self.zones]
        for number, name in enumerate(names):
            self.write(f'zone{number}', '')
        self.write('knot.conf', KNOT.format(dir=self.dir, server=SERVER) + 'zone:\n' + ''.join(
            f'  - domain: {name}\n    file: "{self.dir}/zone{number}"\n    zonefile-sync: -1\n'
            f'    journal-content: none\n' + self.signing(name) for number, name in enumerate(names)))
        for name in names:
            if self.signing(name):
                self.keys(name, 'generate', 'ksk=yes', 'zsk=yes')
        root = f'ns.dns.example. A {SERVER}\n' + ''.join(map(self.delegation, self.zones))
        for number, records in enumerate([root, *(records for _, records in self.zones.values())]):
            name = names[number]
            self.write(f'zone{number}', HEAD.format(origin=name.rstrip('.') + '.', name=name.rstrip('.')).replace(
                'root..', 'root.') + records)
        self.write('anchor', self.keys('.', 'ds'))
        self.write('unbound.conf', UNBOUND.format(dir=self.dir, server=SERVER, resolver=RESOLVER))
        self.launch('knotd', '-c', f'{self.dir}/knot.conf')
        until(lambda: self.is_served(names), 'the name server serves all zones')
        self.launch('unbound', '-d', '-c', f'{self.dir}/unbound.conf')
        until(self.validates, 'the resolver validates')
        isolate.replace('/etc/resolv.conf', f'nameserver {RESOLVER}\noptions timeout:5 attempts:2\n')
        return self

    def signing(self, name):
        if name != '.' and self.zones[name][0] == PLAIN:
            return ''
        return '    dnssec-signing: on\n    dnssec-policy: fixed\n'

    def delegation(self, name):
        """What the root says of a zone."""
        kind = self.zones[name][0]
        lines = f'{name}. NS ns.dns.example.\n'
        if kind == PLAIN:
            return lines
        ds = [line for line in self.keys(name, 'ds').splitlines() if line.split()[4] == '2']
        if kind == BOGUS:
            ds = [line[:-64] + '0' * 64 for line in ds]
        return lines + '\n'.join(ds) + '\n'

    def keys(self, zone, *words):
        return run('keymgr', '-c', f'{self.dir}/knot.conf', zone, *words).stdout

    def is_served(self, names):
        status = run('knotc', '-s', f'{self.dir}/sock', 'zone-status', check=False).stdout
        return len([line for line in status.splitlines() if 'serial: 1' in line or 'serial: 2' in line]) == len(names)

    @staticmethod
    def validates():
        """Whether the resolver answers, and says so (AD, RFC 4035 section 3.2.3)."""
        question = struct.pack('>HHHHHH', 1, RECURSION_DESIRED | AUTHENTIC_DATA, 1, 0, 0, 0)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking, contextlib.suppress(OSError):
            asking.settimeout(1)
            asking.connect((RESOLVER, 53))
            asking.send(question + coded_name('ns.dns.example') + struct.pack('>HH', A, 1))
            flags, = struct.unpack('>H', asking.recv(4096)[2:4])
            return bool(flags & AUTHENTIC_DATA) and not flags & 15
        return False

    def launch(self, name, *options):
        """Runs a copy of the program: AppArmor lets the package's own read none of our files."""
        program = f'{self.dir}/{name}'
        shutil.copy(run('which', name).stdout.strip(), program)
        process = subprocess.Popen([program, *options],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        atexit.register(self.end, process)

    @staticmethod
    def end(process):
        process.kill()
        process.wait()

    def write(self, name, text):
        isolate.replace(f'{self.dir}/{name}', text)
