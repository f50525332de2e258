"""smtp-source and smtp-sink against each other; postmulti in a configuration directory of its own."""
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from instance import PREFIX, free_port, until

# The default configuration directory, where only the test sees it, is a copy.
PRIVATE = '''set -e
mount -t tmpfs tmpfs {prefix}/etc/postfix
cp {saved}/* {prefix}/etc/postfix
ip link set lo up
export PATH={prefix}/sbin:$PATH
unset MAIL_CONFIG
'''


def run(*words, **more):
    return subprocess.run(words, capture_output=True, text=True, timeout=180, **more)


@unittest.skipUnless(PREFIX, 'POSTERN_PREFIX is not set')
class SourceAndSink(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix='postern-tools-')
        self.addCleanup(shutil.rmtree, self.folder)
        os.chmod(self.folder, 0o777)

    def sink(self, *words):
        place = f'127.0.0.1:{free_port()}'
        user = ['-u', 'nobody'] if os.geteuid() == 0 else []
        sink = subprocess.Popen([f'{PREFIX}/sbin/smtp-sink', *user, *words, place, '100'],
                                stdout=subprocess.PIPE, text=True)
        self.addCleanup(sink.stdout.close)
        self.addCleanup(sink.wait)
        self.addCleanup(sink.kill)
        until(lambda: self.source(place, '-m', '1').returncode in (0, 1) and self.is_open(place), 'it listens')
        return sink, place

    def is_open(self, place):
        return 'refused' not in self.source(place, '-m', '1').stderr

    def source(self, place, *words):
        return run(f'{PREFIX}/sbin/smtp-source', *words, place)

    def test_all_messages_arrive_once(self):
        _, place = self.sink('-d', f'{self.folder}/taken.')
        before = len(os.listdir(self.folder))
        done = self.source(place, '-s', '10', '-m', '50', '-r', '2', '-l', '5000', '-S', 'a test', '-c')
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertTrue(done.stdout.endswith('\n50\n'))
        names = os.listdir(self.folder)
        self.assertEqual(50, len(names) - before)
        texts = [open(f'{self.folder}/{name}').read() for name in names]
        self.assertEqual(50, sum('Subject: a test\n' in text for text in texts))
        whole = next(text for text in texts if 'Subject: a test\n' in text)
        self.assertRegex(whole, r'X-Client-Addr: 127\.0\.0\.1\nX-Client-Proto: SMTP\nX-Helo-Args: \S+\n'
                                r'X-Mail-Args: <foo@\S+>\nX-Rcpt-Args: <1foo@\S+>\nX-Rcpt-Args: <2foo@')
        self.assertEqual(5000, len(whole.partition('a test\n\n')[2].rstrip('\n').replace('\n', '\r\n')) + 2)

    def test_a_refusal_is_quoted(self):
        _, place = self.sink('-f', 'rcpt', '-B', '550 5.1.1 nobody here')
        done = self.source(place)
        self.assertEqual(1, done.returncode)
        self.assertRegex(done.stderr, r'^smtp-source: fatal: after RCPT TO:<foo@\S+>: 550 5.1.1 nobody here\n$')

    def test_the_sink_ends_after_the_messages_that_it_was_asked_for(self):
        sink, place = self.sink('-M', '8')
        self.assertEqual(0, self.source(place, '-m', '5', '-d').returncode)
        until(lambda: self.source(place).returncode and sink.poll() == 0, 'the sink ends')


@unittest.skipUnless(PREFIX and os.geteuid() == 0, 'needs POSTERN_PREFIX and root')
class Instances(unittest.TestCase):
    def script(self, text):
        with tempfile.TemporaryDirectory() as saved:
            os.chmod(saved, 0o755)
            for name in ('main.cf', 'master.cf'):
                shutil.copy(f'{PREFIX}/etc/postfix/{name}.proto', f'{saved}/{name}')
                shutil.copy(f'{PREFIX}/etc/postfix/{name}.proto', f'{saved}/{name}.proto')
            os.makedirs(f'{saved}/made')
            done = run('unshare', '--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c',
                       PRIVATE.format(prefix=PREFIX, saved=saved).replace('/*', '/*.*')
                       + f'cd {saved}/made\n'
                       + text.replace('WHERE', f'config_directory={PREFIX}/etc/postfix/sub '
                                               f'queue_directory={saved}/made/q data_directory={saved}/made/d'))
            return done.stdout.replace(PREFIX, '$P'), done.stderr

    def test_an_instance_from_its_beginning_to_its_end(self):
        output, errors = self.script('''
postmulti -e init
postmulti -e create -I postfix-sub -G group WHERE
postmulti -l
postmulti -e enable -i postfix-sub
postmulti -l -g group
postmulti -x sh -c 'echo ${multi_instance_name:--} $multi_instance_enable'
postmulti -i postfix-sub -p start && postmulti -i postfix-sub -p status && echo runs
postmulti -e destroy -i postfix-sub || echo refused
postmulti -i postfix-sub -p stop
postmulti -e disable -i postfix-sub
postmulti -e destroy -i postfix-sub && echo gone
postmulti -l
ls $PWD
''')
        self.assertEqual(re.sub(r' +', ' ', output), '''- - y $P/etc/postfix
postfix-sub group n $P/etc/postfix/sub
postfix-sub group y $P/etc/postfix/sub
- yes
postfix-sub yes
runs
refused
gone
- - y $P/etc/postfix
''', errors)

    def test_names_must_differ_and_be_proper(self):
        output, errors = self.script('''
set +e
postmulti -e create -I postfix-sub WHERE 2>&1
postmulti -e init
postmulti -e create -I sub WHERE 2>&1
postmulti -e create -I postfix-sub WHERE
postmulti -e create -I postfix-sub WHERE 2>&1
postmulti -e destroy -i - 2>&1
postmulti -e enable -i nosuch 2>&1
''')
        self.assertIn("run 'postmulti -e init' first", output)
        self.assertIn("fatal: New instance name must start with 'postfix-'", output)
        self.assertIn('new config_directory=$P/etc/postfix/sub is already in use by instance', output)
        self.assertIn('fatal: Cannot remove the primary instance', output)
        self.assertIn('fatal: No instance named nosuch', output)


if __name__ == '__main__':
    unittest.main()
