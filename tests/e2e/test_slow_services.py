"""A policy service and an authentication service that take a second for each answer, and 500 clients
who wait for them: nobody else waits.

POSTERN_PREFIX is the installation; the mail system and its network are those of tests/acceptance. The
figures are printed; what is demanded does not depend on the speed of the machine: the service keeps
all 500 waiting until the others have been served.
"""
import base64
import os
import socketserver
import statistics
import threading
import time
import unittest

from lab import MailCase, Raw, only_ours, until

STRANGER = '203.0.113.5'
CLIENTS = 500
GOOD = base64.b64encode(b'\0client1\0secret1').decode()


class Service:
    """Answers a second after it was asked, and not before `release`; one thread for all answers."""

    def __init__(self):
        self.release, self.waiting, self.asked = threading.Event(), [], threading.Condition()
        threading.Thread(target=self.answer_all, daemon=True).start()

    def later(self, answer):
        with self.asked:
            self.waiting.append((time.monotonic() + 1, answer))
            self.asked.notify()

    def answer_all(self):
        while True:
            with self.asked:
                self.asked.wait_for(lambda: self.waiting)
                due, answer = self.waiting[0]
            self.release.wait()
            time.sleep(max(0, due - time.monotonic()))
            answer()
            with self.asked:
                del self.waiting[0]


class Policy(Service, socketserver.ThreadingUnixStreamServer):
    daemon_threads, request_queue_size = True, CLIENTS

    def __init__(self, path):
        Service.__init__(self)
        socketserver.ThreadingUnixStreamServer.__init__(self, path, self.Handler)
        os.chmod(path, 0o666)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            for line in self.rfile:
                if line == b'\n':
                    self.server.later(lambda: self.wfile.write(b'action=DUNNO\n\n'))


class Dovecot(Service, socketserver.ThreadingUnixStreamServer):
    daemon_threads, request_queue_size = True, CLIENTS

    def __init__(self, path):
        Service.__init__(self)
        socketserver.ThreadingUnixStreamServer.__init__(self, path, self.Handler)
        os.chmod(path, 0o777)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            self.wfile.write(b'VERSION\t1\t2\nMECH\tPLAIN\tplaintext\nDONE\n')
            for line in self.rfile:
                words = line.decode().rstrip('\n').split('\t')
                if words[0] == 'AUTH':
                    answer = f'OK\t{words[1]}\tuser=client1\n'.encode()
                    self.server.later(lambda answer=answer: self.wfile.write(answer))


@only_ours
class SlowServices(MailCase):
    main = {
        'smtpd_sasl_auth_enable': 'yes', 'smtpd_sasl_type': 'dovecot', 'smtpd_sasl_path': '@DIR@/auth',
        'smtpd_client_connection_count_limit': '0', 'smtpd_error_sleep_time': '0', 'local_recipient_maps': '',
        'smtpd_recipient_restrictions':
            'check_recipient_access inline:{slow@xian.com=slow}, permit_sasl_authenticated, reject_unauth_destination',
        'smtpd_restriction_classes': 'slow', 'slow': 'check_policy_service unix:@DIR@/policy',
    }

    @classmethod
    def configure(cls):
        cls.policy, cls.dovecot = Policy(f'{cls.mta.dir}/policy'), Dovecot(f'{cls.mta.dir}/auth')
        cls.addClassCleanup(cls.policy.server_close)
        cls.addClassCleanup(cls.dovecot.server_close)

    def clients(self, *commands):
        """So many clients, each as far as these commands."""
        clients = []
        for _ in range(CLIENTS):
            client = Raw(self.mta.ip, source=STRANGER)
            self.addCleanup(client.__exit__)
            client.socket.settimeout(120)
            clients.append(client)
        for client in clients:
            client.reply()
            client.ask(*commands)
        return clients

    def prove(self, service, clients, command, code):
        """All say the command that waits for the service; others are served; then all are."""
        for client in clients:
            client.write(command + '\r\n')
        until(lambda: len(service.waiting) == CLIENTS, f'{CLIENTS} requests at the service', 60)
        times = []
        for _ in range(20):
            began = time.monotonic()
            self.assertEqual(self.send('client1@xian.com', source=STRANGER), {})
            times.append(time.monotonic() - began)
        self.assertEqual(len(service.waiting), CLIENTS, 'nobody has been answered yet')
        began = time.monotonic()
        service.release.set()
        for client in clients:
            self.assertRegex(client.reply(), f'^{code} ')
        print(f'{CLIENTS} clients of a slow service: {statistics.median(times) * 1000:.0f} ms (at most '
              f'{max(times) * 1000:.0f}) for a message of another client; all answered '
              f'{time.monotonic() - began:.1f} s after the service let go')

    def test_policy(self):
        clients = self.clients('EHLO me', 'MAIL FROM:<a@b.example>')
        self.prove(self.policy, clients, 'RCPT TO:<slow@xian.com>', 250)

    def test_authentication(self):
        self.prove(self.dovecot, self.clients('EHLO me'), f'AUTH PLAIN {GOOD}', 235)


if __name__ == '__main__':
    unittest.main()
