"""`postfix stop` while clients are connected: what is under way ends well, and nothing else begins.

POSTERN_PREFIX is the installation. Everything runs below a temporary folder, on 127.0.0.1.
"""
import contextlib
import os
import smtplib
import unittest

from instance import PREFIX, Instance, message, until


@unittest.skipUnless(PREFIX and os.geteuid() == 0, 'needs POSTERN_PREFIX and root')
class Stop(unittest.TestCase):
    def setUp(self):
        self.instance = Instance(self)
        self.instance.start()

    def begin(self):
        client = self.instance.smtp()
        self.addCleanup(client.close)
        client.ehlo()
        client.docmd('MAIL FROM:<sender@client.test>')
        client.docmd('RCPT TO:<n1@box.test>')
        return client

    def test_content_under_way_is_taken_and_the_next_command_hears_421(self):
        client = self.begin()
        self.assertEqual(354, client.docmd('DATA')[0])
        client.send(message(1, 200_000).encode())
        until(lambda: any(files for _, _, files in os.walk(f'{self.instance.queue}/incoming')),
              'the content is on its way')
        self.instance.command('postfix', 'stop')
        client.send(b'.\r\n')
        code, text = client.getreply()
        self.assertEqual(250, code, text)
        code, text = client.docmd('MAIL FROM:<sender@client.test>')
        self.assertEqual((421, b'4.3.2'), (code, text[:5]))
        self.instance.wait_for_end()
        self.instance.start()
        self.instance.drain()
        self.assertEqual({1: 1}, dict(self.instance.delivered()))

    def test_a_client_that_sends_on_and_on_does_not_keep_the_system_alive(self):
        client = self.instance.smtp()
        client.sendmail('sender@client.test', ['n1@box.test'], message(1))
        self.instance.command('postfix', 'stop')
        taken = [1]
        with self.assertRaises((smtplib.SMTPException, OSError)):
            for number in range(2, 1000):
                client.sendmail('sender@client.test', ['n1@box.test'], message(number))
                taken.append(number)
        self.instance.wait_for_end()
        self.instance.start()
        self.instance.drain()
        self.assertEqual(set(taken), set(self.instance.delivered()))

    def test_content_without_end_does_not_keep_the_system_alive(self):
        client = self.begin()
        self.assertEqual(354, client.docmd('DATA')[0])
        self.instance.command('postfix', 'stop')

        def has_ended():
            with contextlib.suppress(OSError):
                client.sock.sendall(b'and one line more\r\n')
            return not self.instance.master() and not self.instance.children()

        until(has_ended, lambda: f'{self.instance.names()} end', 60)
        self.assertEqual([], self.instance.queued())

    def test_idle_clients_do_not_keep_other_daemons(self):
        client = self.begin()
        client.docmd('RSET')
        self.instance.command('postfix', 'stop')
        until(lambda: self.instance.names() <= {'smtpd', 'postlogd'},
              lambda: f'{self.instance.names()} leave but for smtpd')
        until(lambda: client.docmd('NOOP') == (421, b'4.3.2 mx.test Service is shutting down'), 'the farewell')
        self.instance.wait_for_end()


if __name__ == '__main__':
    unittest.main()
