"""How long daemons keep their connections to one another (ipc_idle, ipc_ttl)."""
import pathlib
import unittest

from instance import IS_ROOT, PREFIX, Instance, until

CONNECTED = '03'


@unittest.skipUnless(PREFIX and IS_ROOT, 'needs POSTERN_PREFIX and root')
class InternalConnections(unittest.TestCase):
    def kept(self, service):
        """Connections that the service has taken, by their inodes; whoever is chrooted or has changed its
        folder calls the socket by the same relative name."""
        lines = (line.split() for line in pathlib.Path('/proc/net/unix').read_text().splitlines())
        return {fields[6] for fields in lines if fields[5] == CONNECTED and fields[7:] == [service]}

    def instance(self, **main):
        it = Instance(self, **main)
        it.start()
        it.send(1)
        until(lambda: it.delivered()[1], 'the first message')
        return it

    def test_unused_ones_are_closed_and_opened_again(self):
        it = self.instance(ipc_idle='1s')
        for service in ('private/rewrite', 'public/cleanup', 'private/anvil'):
            until(lambda: not self.kept(service), f'{service} is left alone')
        it.send(2)
        until(lambda: it.delivered()[2], 'the second message')

    def test_stock_settings_keep_them_for_seconds(self):
        self.instance(ipc_idle='1h')
        self.assertTrue(self.kept('private/rewrite'))

    def test_old_ones_are_replaced_while_mail_flows(self):
        it = self.instance(ipc_ttl='1s')
        first = self.kept('public/cleanup')
        numbers = iter(range(2, 10000))

        def replaced():
            it.send(next(numbers))
            return self.kept('public/cleanup') - first and not self.kept('public/cleanup') & first
        until(replaced, 'another connection')
        it.drain()
        sent = next(numbers)
        self.assertEqual([], [n for n in range(1, sent) if not it.delivered()[n]])


if __name__ == '__main__':
    unittest.main()
