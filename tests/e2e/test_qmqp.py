"""Mail by QMQP: qmqpd of both systems, qmqp-source and qmqp-sink."""
import re
import socket
import subprocess
import unittest

from instance import HAS_DEBIAN, MASTER, OURS, PREFIX, THEIRS, Instance, free_port, until


def netstring(text):
    return f'{len(text)}:{text},'


def request(content, sender, *recipients):
    return netstring(netstring(content) + netstring(sender) + ''.join(map(netstring, recipients)))


@unittest.skipUnless(PREFIX, 'POSTERN_PREFIX is not set')
class Qmqp(unittest.TestCase):
    def begin(self, system=OURS, **main):
        self.qmqp_port = free_port()
        self.instance = Instance(self, master=MASTER + f'127.0.0.1:{self.qmqp_port} inet n - n - - qmqpd\n',
                                 **{'qmqpd_authorized_clients': '127.0.0.1', 'qmqpd_error_delay': '0s',
                                    **main})
        self.instance.start(system)

    def ask(self, text):
        """The answer to what a client sends."""
        with socket.create_connection(('127.0.0.1', self.qmqp_port), timeout=30) as client:
            client.sendall(text.encode())
            client.shutdown(socket.SHUT_WR)
            answer = b''
            while piece := client.recv(4096):
                answer += piece
        return re.sub(r'queued as \w+', 'queued as ID', answer.decode())

    def send(self, number, sender='sender@client.test', domain='box.test'):
        return self.ask(request(f'From: <a@client.test>\nSubject: {number}\n\nbody', sender, f'n{number}@{domain}'))

    def arrived(self, number):
        until(lambda: self.instance.delivered()[number], self.instance.log)

    def test_a_message_is_delivered(self):
        self.begin()
        self.assertRegex(self.send(1), r'^\d+:Kok: queued as ID,$|^\d+:KOk: queued as ID,$')
        self.arrived(1)
        self.instance.wait_log(r'qmqpd\[\d+\]: connect from \S+\[127\.0\.0\.1\]')
        self.instance.wait_log(r'qmqpd\[\d+\]: [0-9A-Za-z]+: client=\S+\[127\.0\.0\.1\]')
        self.instance.wait_log(r'qmqpd\[\d+\]: disconnect from')

    def test_strangers_are_refused(self):
        self.begin(qmqpd_authorized_clients='192.0.2.1')
        self.assertRegex(self.send(1), r'^\d+:D.*not authorized')

    def test_what_is_not_the_protocol_is_refused(self):
        self.begin(message_size_limit='2000', queue_minfree='0')
        for text, answer in (('x:', 'D'), ('5000:', 'D'), (netstring('5:abcde;1:a,'), 'D'), ('6:900:ab,', 'D')):
            self.assertRegex(self.ask(text), rf'^\d+:{answer}', text)

    def test_verp(self):
        self.begin()
        self.assertIn(':K', self.send(2, 'list-@client.test-@[]', 'net.test'))
        self.instance.wait_log(r'from=<list-n2=net\.test@client\.test>|from=<list@client\.test>')
        self.arrived(2)

    def test_source_and_server(self):
        self.begin()
        done = subprocess.run([f'{PREFIX}/sbin/qmqp-source', '-c', '-m', '20', '-s', '4', '-l', '3000', '-f', 's@client.test',
                               '-t', 'n7@box.test', f'127.0.0.1:{self.qmqp_port}'], capture_output=True, text=True, timeout=60)
        self.assertEqual((0, ''), (done.returncode, done.stderr))
        self.assertEqual('20', done.stdout.split()[-1])
        until(lambda: len(re.findall(r'status=sent', self.instance.log())) == 20, self.instance.log)

    def test_source_and_sink(self):
        place = f'127.0.0.1:{free_port()}'
        sink = subprocess.Popen([f'{PREFIX}/sbin/qmqp-sink', '-x', '60', place, '10'])
        self.addCleanup(sink.wait)
        self.addCleanup(sink.kill)
        done = until(lambda: (run := subprocess.run([f'{PREFIX}/sbin/qmqp-source', '-m', '5', '-r', '3', place],
                                                    capture_output=True, text=True)).returncode == 0 and run, 'it listens')
        self.assertEqual('', done.stderr)

    @unittest.skipUnless(HAS_DEBIAN, 'DEBIAN_POSTFIX is not set')
    def test_both_systems_answer_with_the_same_words(self):
        answers = {}
        for system in (THEIRS, OURS):
            self.begin(system, message_size_limit='2000', queue_minfree='0')
            answers[system] = [self.send(1), self.ask('x:'), self.ask(netstring('5:abcde;1:a,')),
                               self.ask(request('x', 's@x'))]
            self.instance.stop()
        self.assertEqual(answers[THEIRS], answers[OURS])


if __name__ == '__main__':
    unittest.main()
