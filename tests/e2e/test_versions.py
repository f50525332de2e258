"""Row 38 of the attack cases: daemons of two versions meet, as they do while an installation is replaced under a
running mail system. They refuse each other with clear text, and what was accepted waits.
"""
import contextlib
import os
import pathlib
import socket
import struct
import threading
import unittest

import test_faults
from instance import MASTER, Instance, until

SERVICE = 'rewrite'


def field(name, number):
    return bytes([len(name)]) + name.encode() + b'n' + struct.pack('<Iq', 8, number)


def greeting(version):
    """The first frame of a daemon (lib/service/frame.h, hello.h)."""
    payload = field('version', version) + field('at_once', 100)
    return struct.pack('<II', len(payload), 0) + b'H' + payload


class Stranger:
    """Listens in the place of a service, and greets as a daemon of another version."""

    def __init__(self, path):
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        os.chmod(path, 0o666)
        self.listener.listen(100)
        self.greeted = 0
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                client = self.listener.accept()[0]
                with client, contextlib.suppress(OSError):
                    client.sendall(greeting(1000))
                    self.greeted += 1

    def close(self):
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


class Versions(test_faults.FaultCase):
    def with_a_stranger(self):
        """Starts with one in the place of the service that resolves recipients."""
        lines = [line for line in MASTER.splitlines(keepends=True) if not line.startswith(SERVICE + ' ')]
        self.instance.write('master.cf', ''.join(lines).format(port=self.instance.port))
        self.instance.command('postfix', 'check')
        path = pathlib.Path(f'{self.instance.queue}/private/{SERVICE}')
        path.unlink(missing_ok=True)
        stranger = Stranger(str(path))
        self.addCleanup(stranger.close)
        self.instance.start()
        return stranger

    def test_row_38_a_daemon_of_another_version_is_refused_and_the_client_is_told_to_come_again(self):
        stranger = self.with_a_stranger()
        client = self.instance.conversation(timeout=60)
        client.reply()
        answer = client.ask('EHLO client.test', 'MAIL FROM:<sender@client.test>', 'RCPT TO:<n1@box.test>')
        self.assertEqual('451', answer[:3], answer)
        self.instance.wait_log(rf'private/{SERVICE}: speaks another version')
        # It is asked again and again, but with a pause.
        self.assertLess(stranger.greeted, 1000)

    def test_row_38_mail_that_was_accepted_is_delivered_by_daemons_of_one_version(self):
        self.instance.configure(defer_transports='virtual')
        self.instance.start()
        self.instance.send(1)
        until(lambda: self.instance.queued('deferred'), self.instance.log)
        self.instance.stop()
        self.instance.configure(defer_transports='')
        stranger = self.with_a_stranger()
        until(lambda: stranger.greeted, 'the queue manager asks where to')
        self.assertEqual([], list(self.instance.delivered()))
        self.instance.stop()
        stranger.close()
        os.unlink(f'{self.instance.queue}/private/{SERVICE}')
        self.instance.write('master.cf', MASTER.format(port=self.instance.port))
        self.instance.start()
        self.instance.drain()
        self.assertEqual({1: 1}, dict(self.instance.delivered()))


if __name__ == '__main__':
    unittest.main()
