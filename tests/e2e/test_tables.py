"""postmap(1) and postalias(1), beside those of Debian's Postfix.

POSTERN_PREFIX is the installation; DEBIAN_POSTFIX the folder with Debian's packages, unpacked.
Without the latter the comparisons are skipped.
"""
import os
import pathlib
import random
import shutil
import subprocess
import tempfile
import threading
import unittest

from instance import HAS_DEBIAN, OURS, THEIRS, Instance

PREFIX = os.environ.get('POSTERN_PREFIX', '')
DEBIAN = os.environ.get('DEBIAN_POSTFIX', '')

MADE_TYPES = ('hash', 'btree', 'lmdb', 'cdb')

SOURCE = '''# a comment
Key one
key two
a b c
  # another

\tcont   more
"foo bar" val ue
x"y z" w
lonely
NAME: x
user@example.com  a@b.example, c@d.example
"unterminated v
'''

ALIASES = '''postmaster: root
Root: alice, bob
  carol
list:  |"/bin/cmd -x 'y z'" , :include:/x/y
nocolon
x@y: z
Owner-List: "joe x"@example.com (comment)
'''


def run(*command, stdin=''):
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


class Tables(unittest.TestCase):
    def setUp(self):
        self.assertTrue(PREFIX, 'POSTERN_PREFIX is not set')
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='tables'))
        self.addCleanup(shutil.rmtree, self.folder)
        self.config = self.folder / 'config'
        self.config.mkdir()
        library = f'{DEBIAN}/usr/lib/postfix'
        (self.config / 'main.cf').write_text(
            f'compatibility_level = 3.6\nqueue_directory = {self.folder}\n'
            f'data_directory = {self.folder}\nmyhostname = mx.example\n'
            f'shlib_directory = {library}\nmeta_directory = {self.config}\n'
            'default_database_type = hash\n')
        (self.config / 'dynamicmaps.cf').write_text(
            'cdb postfix-cdb.so dict_cdb_open mkmap_cdb_open\n'
            'lmdb postfix-lmdb.so dict_lmdb_open mkmap_lmdb_open\n'
            'pcre postfix-pcre.so dict_pcre_open\n')

    def ours(self, program, *arguments, **more):
        return run(f'{PREFIX}/sbin/{program}', '-c', str(self.config), *arguments, **more)

    def write(self, name, content):
        (self.folder / name).write_text(content)
        return str(self.folder / name)

    def make(self, program, name, content, **more):
        path = self.write(name.partition(':')[2], content)
        return self.ours(program, f'{name.partition(":")[0]}:{path}', **more)


class Commands(Tables):
    def test_what_is_made_is_found_and_listed(self):
        for kind in MADE_TYPES:
            with self.subTest(kind):
                status, _, errors = self.make('postmap', f'{kind}:t', SOURCE)
                self.assertEqual(status, 0)
                shown = {'lmdb': f'lmdb:{self.folder}/t', 'cdb': f'{self.folder}/t'}.get(
                    kind, f'{self.folder}/t.db')
                self.assertEqual(errors.splitlines(), [
                    f'postmap: warning: {shown}: duplicate entry: "key"',
                    f'postmap: warning: {self.folder}/t, line 10: '
                    'expected format: key whitespace value',
                    f'postmap: warning: {self.folder}/t, line 11: '
                    'record is in "key: value" format; is this an alias file?',
                    f'postmap: warning: {self.folder}/t, line 13: '
                    """unbalanced '"' in '"unterminated v' -- ignoring this line"""])
                table = f'{kind}:{self.folder}/t'
                self.assertEqual(self.ours('postmap', '-q', 'KEY', table), (0, 'one\n', ''))
                self.assertEqual(self.ours('postmap', '-q', 'none', table), (1, '', ''))
                self.assertEqual(self.ours('postmap', '-q', '-', table, stdin='KEY\nno\na\n'),
                                 (0, 'KEY\tone\na\tb c\tcont   more\n', ''))
                listed = sorted(self.ours('postmap', '-s', table)[1].splitlines())
                self.assertEqual(listed, sorted([
                    'key\tone', 'a\tb c\tcont   more', '"foo bar"\tval ue', 'x"y z"\tw',
                    'name:\tx', 'user@example.com\ta@b.example, c@d.example']))

    def test_entries_are_added_replaced_and_removed(self):
        for kind in ('hash', 'btree', 'lmdb'):
            with self.subTest(kind):
                table = f'{kind}:{self.folder}/u'
                self.assertEqual(self.make('postmap', f'{kind}:u', 'a 1\nb 2\n'), (0, '', ''))
                status, _, errors = self.ours('postmap', '-i', table, stdin='a x\nc 3\n')
                self.assertEqual(status, 0)
                self.assertIn('duplicate entry: "a"', errors)
                self.assertEqual(self.ours('postmap', '-wi', table, stdin='a y\n'), (0, '', ''))
                self.assertEqual(self.ours('postmap', '-q', 'a', table)[1], '1\n')
                self.assertEqual(self.ours('postmap', '-ri', table, stdin='a z\n'), (0, '', ''))
                self.assertEqual(self.ours('postmap', '-q', 'a', table)[1], 'z\n')
                self.assertEqual(self.ours('postmap', '-d', 'B', table), (0, '', ''))
                self.assertEqual(self.ours('postmap', '-d', 'B', table), (1, '', ''))
                self.assertEqual(self.ours('postmap', '-d', '-', table, stdin='no\na\n')[0], 0)
                self.assertEqual(self.ours('postmap', '-s', table)[1], 'c\t3\n')

    def test_mode_follows_the_source_of_a_new_table_only(self):
        for kind in MADE_TYPES:
            with self.subTest(kind):
                path = self.write(f'm{kind}', 'a b\n')
                os.chmod(path, 0o640)
                self.ours('postmap', f'{kind}:{path}')
                made = path + {'lmdb': '.lmdb', 'cdb': '.cdb'}.get(kind, '.db')
                self.assertEqual(os.stat(made).st_mode & 0o777, 0o640)
                os.chmod(path, 0o644)
                self.ours('postmap', f'{kind}:{path}')
                self.assertEqual(os.stat(made).st_mode & 0o777, 0o640)
                os.unlink(made)
                os.chmod(path, 0o600)
                self.ours('postmap', '-p', f'{kind}:{path}')
                self.assertEqual(os.stat(made).st_mode & 0o777, 0o644)

    def test_a_source_that_is_missing_leaves_the_table_alone(self):
        self.make('postmap', 'hash:k', 'a b\n')
        os.unlink(self.folder / 'k')
        status, _, errors = self.ours('postmap', f'hash:{self.folder}/k')
        self.assertEqual(status, 1)
        self.assertEqual(
            errors, f'postmap: fatal: open {self.folder}/k: No such file or directory\n')
        self.assertEqual(self.ours('postmap', '-q', 'a', f'hash:{self.folder}/k')[1], 'b\n')

    def test_the_default_type_and_json(self):
        self.make('postmap', 'hash:j', 'a "b" \\\n')
        self.assertEqual(self.ours('postmap', '-jq', 'a', f'{self.folder}/j')[1],
                         '{"a": "\\"b\\" \\\\"}\n')

    def test_message_lines_are_keys(self):
        message = ('Subject: hi\n there\nContent-Type: multipart/mixed; boundary=xx\n\npre\n'
                   '--xx\nX-In: 1\n\nbody\n--xx--\n')
        table = 'regexp:{{/./ M}}'
        self.assertEqual(self.ours('postmap', '-hq', '-', table, stdin=message)[1],
                         'Subject: hi\n there\tM\n'
                         'Content-Type: multipart/mixed; boundary=xx\tM\n')
        self.assertEqual(self.ours('postmap', '-bmq', '-', table, stdin=message)[1],
                         'pre\tM\n--xx\tM\nbody\tM\n--xx--\tM\n')

    def test_aliases(self):
        for kind in MADE_TYPES:
            with self.subTest(kind):
                status, _, errors = self.make('postalias', f'{kind}:al', ALIASES)
                self.assertEqual(status, 0)
                self.assertEqual(errors.splitlines(), [
                    f'postalias: warning: {self.folder}/al, line 5: need name:value pair',
                    f'postalias: warning: {self.folder}/al, line 6: name must be local'])
                listed = sorted(self.ours('postalias', '-s', f'{kind}:{self.folder}/al')[1]
                                .splitlines())
                self.assertRegex(listed[1], r'^YP_LAST_MODIFIED:\t\d{10}$')
                del listed[1]
                self.assertEqual(listed, [
                    '@:\t@', 'YP_MASTER_NAME:\tmx.example',
                    'list:\t|"/bin/cmd -x \'y z\'", :include:/x/y',
                    'owner-list:\t"joe x"@example.com (comment)', 'postmaster:\troot',
                    'root:\talice, bob carol'])


class Proxied(unittest.TestCase):
    """proxy: asks the mail system that runs."""

    def ask(self, system):
        it = Instance(self)
        path = f'{it.home}/table'
        it.configure(proxy_read_maps=f'proxy:hash:{path}')
        it.start(system)
        pathlib.Path(path).write_text('known  found\n')
        it.command('postmap', f'hash:{path}')
        outcomes = []
        for command, key, table in (('postmap', 'known', path), ('postmap', 'unknown', path),
                                    ('postalias', 'known', path), ('postmap', 'known', f'{it.queue}/other')):
            done = it.command(command, '-q', key, f'proxy:hash:{table}', status=None)
            outcomes.append((done.returncode, done.stdout))
        return outcomes

    def test_commands_ask_proxymap(self):
        self.assertEqual([(0, 'found\n'), (1, ''), (0, 'found\n'), (1, '')], self.ask(OURS))

    @unittest.skipUnless(HAS_DEBIAN, 'needs DEBIAN_POSTFIX and root')
    def test_those_of_postfix_do_too(self):
        self.assertEqual([(0, 'found\n'), (1, ''), (0, 'found\n'), (1, '')], self.ask(THEIRS))


@unittest.skipUnless(HAS_DEBIAN, 'needs DEBIAN_POSTFIX and root, which alone may name its table types')
class Interchange(Tables):
    def theirs(self, program, *arguments, **more):
        os.environ['LD_LIBRARY_PATH'] = f'{DEBIAN}/usr/lib/postfix'
        try:
            return run(f'{DEBIAN}/usr/sbin/{program}', '-c', str(self.config), *arguments, **more)
        finally:
            del os.environ['LD_LIBRARY_PATH']

    def test_each_reads_what_the_other_makes(self):
        for program, source in (('postmap', SOURCE), ('postalias', ALIASES)):
            for kind in MADE_TYPES:
                with self.subTest(f'{program} {kind}'):
                    table = f'{kind}:{self.write(program + kind, source)}'
                    says = []
                    for make, read in ((self.ours, self.theirs), (self.theirs, self.ours)):
                        for suffix in ('.db', '.lmdb', '.cdb'):
                            pathlib.Path(table[len(kind) + 1:] + suffix).unlink(missing_ok=True)
                        status, output, errors = make(program, table)
                        self.assertEqual((status, output), (0, ''))
                        says.append(errors)
                        keys = 'KEY\nroot\n"foo bar"\nx"y z"\nuser@example.com\nno\nowner-list\n'
                        self.assertEqual(read(program, '-q', '-', table, stdin=keys),
                                         make(program, '-q', '-', table, stdin=keys))
                        if kind != 'cdb':   # Debian's cannot list those
                            self.assertEqual(sorted(read(program, '-s', table)[1].splitlines()),
                                             sorted(make(program, '-s', table)[1].splitlines()))
                    self.assertEqual(says[0], says[1])

    def test_each_changes_what_the_other_makes(self):
        for kind in ('hash', 'btree', 'lmdb'):
            for make, change in ((self.ours, self.theirs), (self.theirs, self.ours)):
                with self.subTest(kind):
                    table = f'{kind}:{self.write("c" + kind, "a 1" + chr(10) + "b 2" + chr(10))}'
                    self.assertEqual(make('postmap', table)[0], 0)
                    self.assertEqual(change('postmap', '-i', table, stdin='c 3\n'), (0, '', ''))
                    self.assertEqual(change('postmap', '-d', 'a', table), (0, '', ''))
                    self.assertEqual(sorted(make('postmap', '-s', table)[1].splitlines()),
                                     ['b\t2', 'c\t3'])

    def test_pattern_tables_answer_alike(self):
        rules = self.write('rules', '/^a(.*)b$/ got $1 ${1} $$\n/(/ x\nbad\n/x/q y\nif /foo/\n'
                           '/foobar/ in\nendif\n!/neg/ negval\n/n(x)?/ <$1>\nif /open/\n')
        networks = self.write('networks', '192.0.2.1 one\n192.0.2.0/24 net\n192.0.2.1/24 bad\n'
                              '[2001:db8::]/32 six\nif !10.0.0.0/8\n0.0.0.0/0 rest\nendif\n')
        for table, keys in ((f'regexp:{rules}', 'aXXb\nfoobar\nneg\n'),
                            (f'cidr:{networks}', '192.0.2.1\n192.0.2.9\n2001:DB8::1\n10.1.1.1\n'
                             '172.16.0.1\nhost.example\n')):
            with self.subTest(table):
                self.assertEqual(self.ours('postmap', '-q', '-', table, stdin=keys),
                                 self.theirs('postmap', '-q', '-', table, stdin=keys))

    def test_failures_are_told_alike(self):
        for arguments in (('-q', 'a', 'hash:/no/such'), ('-q', 'a', 'regexp:/no/such'),
                          ('-q', 'a', 'foo:bar'), ('-q', 'a', 'static:'), ('-q', 'a', 'fail:x'),
                          ('-q', 'a', 'inline:{a}'), ('-q', 'a', 'inline:{}'),
                          ('-q', 'a', 'randmap:x'), ('-q', 'a', 'unix:x'), ('-s', 'static:x'),
                          ('-d', 'a', 'static:x'), ('-d', 'a', 'fail:x'), ('-s', 'fail:x'),
                          ('hash:/no/such',), ('-q', 'a', '-s', 'static:x')):
            with self.subTest(arguments):
                self.assertEqual(self.ours('postmap', *arguments),
                                 self.theirs('postmap', *arguments))

    def rewriting(self, kind):
        """Debian's postmap makes the table large and small in turn."""
        large = ''.join(f'user{n}@example.com large{n}\n' for n in range(20000))
        small = ''.join(f'user{n}@example.com small{n}\n' for n in range(50))
        path = self.write('loop', small)
        table = f'{kind}:{path}'
        self.assertEqual(self.theirs('postmap', table)[0], 0)
        stop = threading.Event()
        os.environ['LD_LIBRARY_PATH'] = f'{DEBIAN}/usr/lib/postfix'
        command = [f'{DEBIAN}/usr/sbin/postmap', '-c', str(self.config), table]
        environment = dict(os.environ)
        del os.environ['LD_LIBRARY_PATH']
        failures = []

        def rewrite():
            while not stop.is_set():
                for content in (large, small):
                    pathlib.Path(path).write_text(content)
                    done = subprocess.run(command, env=environment, capture_output=True)
                    if done.returncode:
                        failures.append(done.stderr)

        thread = threading.Thread(target=rewrite)
        thread.start()

        def end():
            stop.set()
            thread.join()
            self.assertEqual(failures, [])
        self.addCleanup(end)
        return table

    def test_lookups_beside_a_rewrite_see_the_old_table_or_the_new_one(self):
        chance = random.Random(1)
        for kind in ('hash', 'btree', 'lmdb'):
            with self.subTest(kind):
                table = self.rewriting(kind)
                for _ in range(100):
                    numbers = [chance.randrange(50) for _ in range(100)]
                    keys = ''.join(f'user{n}@example.com\n' for n in numbers)
                    status, output, errors = self.ours('postmap', '-q', '-', table, stdin=keys)
                    self.assertEqual((status, errors), (0, ''))
                    found = output.splitlines()
                    self.assertEqual(len(found), len(numbers))
                    for number, line in zip(numbers, found):
                        self.assertIn(line, (f'user{number}@example.com\tlarge{number}',
                                             f'user{number}@example.com\tsmall{number}'))
                self.doCleanups()
                self.setUp()


if __name__ == '__main__':
    unittest.main()
