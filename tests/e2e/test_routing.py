"""Where mail goes, address by address, as Debian's Postfix sends it under the same configuration.

routing.txt holds the settings and the addresses, each with what became of it: the address that is
delivered to, the delivery agent, and the next hop (or why it was refused):

    === title
    name = value                  of main.cf
    from: a sender, for those below
    an address                    -> address at the agent | agent | next hop or reason

    MTA=/prefix python3 -m unittest test_routing
    MTA=postfix python3 -m unittest test_routing            # proves the record
    MTA=postfix RECORD=1 python3 -m unittest test_routing   # writes it
"""
import os
import re
import unittest

from lab import HERE, MASTER, Mta

import dns

RECORD = HERE / 'routing.txt'
# Each agent accepts everything, and its log line names the next hop.
AGENTS = ('smtp', 'relay', 'local', 'virtual', 'lmtp', 'first', 'second', 'uucp')
PLAIN = [line for line in MASTER.splitlines() if line.split()[:2] not in [[agent, 'unix'] for agent in AGENTS]]
LOGGED = r'(\S+)\[\d+\]: {}: to=<(.*?)>, .*status=\w+ \((.*)\)'


def sections(text):
    """(title, settings, [(sender, address, outcome)])"""
    for section in re.split(r'^=== ', text, flags=re.M)[1:]:
        title, _, rest = section.partition('\n')
        settings, addresses, sender = {}, [], 'sender@xian.com'
        for line in rest.splitlines():
            if line.startswith('from:'):
                sender = line[5:].strip()
            elif match := re.match(r'(\w+) =(.*)', line):
                settings[match[1]] = match[2].strip()
            elif line:
                address, _, outcome = line.partition(' -> ')
                addresses.append((sender, address.rstrip(), outcome))
        yield title, settings, addresses


class Routing(unittest.TestCase):
    maxDiff = 6000

    @classmethod
    def setUpClass(cls):
        dns.server.start()

    def start(self, settings):
        master = '\n'.join(PLAIN + [f'{agent} unix - - n - - discard -o syslog_name={agent}' for agent in AGENTS]) + '\n'
        mta = Mta({'myorigin': 'xian.com', 'local_recipient_maps': '', 'alias_maps': '', **settings}, base_master=master)
        self.addCleanup(mta.stop)
        return mta.start()

    def route(self, mta, sender, address):
        """One message for one address, from the command line, so that nothing else looks at it."""
        mta.remember()
        mta.sendmail('-i', '-f', sender, '--', address, text='Subject: x\n\nx\n', user='client1')
        queue_id = mta.wait_log(r'pickup\[\d+\]: (\w+): uid')[1]
        agent, final, reason = mta.wait_log(LOGGED.format(queue_id)).groups()
        mta.run('postsuper', '-d', queue_id, check=False)
        return f'{final} | {agent} | {reason}'

    def test_every_address(self):
        written = ''
        for title, settings, addresses in sections(RECORD.read_text()):
            mta = self.start(settings)
            written += f'=== {title}\n' + ''.join(f'{name} = {value}'.rstrip() + '\n' for name, value in settings.items())
            last = 'sender@xian.com'
            for sender, address, outcome in addresses:
                with self.subTest(f'{title}: {address}'):
                    found = self.route(mta, sender, address)
                    written += f'from: {sender}\n' if sender != last else ''
                    written += f'{address:<40} -> {found}\n'
                    last = sender
                    if not os.environ.get('RECORD'):
                        self.assertEqual(outcome, found, mta.log())
            mta.stop()
            written += '\n'
        if os.environ.get('RECORD'):
            RECORD.write_text(written)


if __name__ == '__main__':
    unittest.main()
