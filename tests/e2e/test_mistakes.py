"""What an administrator gets wrong is told with file, line, name and what is wrong."""
import os
import pathlib
import re
import subprocess
import unittest

from instance import MASTER, NOBODY, PREFIX, Instance, until


@unittest.skipUnless(PREFIX and os.geteuid() == 0, 'needs POSTERN_PREFIX and root')
class MistakeCase(unittest.TestCase):
    def setUp(self):
        self.instance = Instance(self)

    def add_to_main(self, *lines):
        path = pathlib.Path(f'{self.instance.etc}/main.cf')
        text = path.read_text() + ''.join(f'{line}\n' for line in lines)
        self.instance.write('main.cf', text)
        return f'{path}, line {text.count(chr(10))}'

    def refuses_to_start(self, *texts):
        done = self.instance.command('postfix', 'start', status=None)
        self.assertNotEqual(0, done.returncode, done.stderr)
        for text in texts:
            until(lambda: text in self.instance.log() + done.stderr, self.instance.log)
        self.assertEqual(0, self.instance.master())

    def check(self, *words):
        self.instance.command('postfix', *words, 'check')
        return self.instance.log()


class Files(MistakeCase):
    def test_a_value_of_the_wrong_type(self):
        where = self.add_to_main('default_process_limit = many')
        self.refuses_to_start(f'{where}: bad numerical configuration: default_process_limit = many')

    def test_a_line_that_is_no_setting(self):
        where = self.add_to_main('this is not a setting')
        self.refuses_to_start(f'{where}: missing \'=\' after attribute name: "this is not a setting"')

    def test_a_parameter_that_refers_to_itself(self):
        where = self.add_to_main('myorigin = $myorigin')
        self.refuses_to_start(f'{where}: myorigin: parameter refers to itself: myorigin -> myorigin')

    def test_a_misspelt_name_is_reported_with_the_name_that_was_meant(self):
        where = self.add_to_main('mydestinatoin = example.com')
        self.assertIn(f'{where}: unused parameter: mydestinatoin=example.com; did you mean "mydestination"?',
                      self.check())

    def test_a_line_of_master_cf_with_too_few_columns(self):
        self.instance.write('master.cf', MASTER.format(port=self.instance.port) + 'broken unix n\n')
        line = MASTER.count('\n') + 1
        self.refuses_to_start(f'{self.instance.etc}/master.cf, line {line}: missing "unprivileged" field')

    def test_a_line_of_master_cf_of_an_unknown_type(self):
        self.instance.write('master.cf', 'smtp itne n - n - - smtpd\n')
        self.refuses_to_start(f'{self.instance.etc}/master.cf, line 1: invalid type field "itne"')

    def test_lines_of_master_cf_that_do_not_count_are_told(self):
        good = MASTER.format(port=self.instance.port)
        path = self.instance.write('master.cf', f'  stray unix - - n - - smtp\n{good}lmtp unix - - n - 1 lmtp\n')
        line = good.count('\n') + 2
        said = (f'warning: {path}: logical line must not start with whitespace: "  stray unix - - n - - smtp"',
                f'warning: {path}, line {line}: duplicate master.cf entry for service "lmtp" -- using the last entry')
        for text in said:
            self.assertIn(text, self.check())
        self.instance.start()
        for text in said:
            self.instance.wait_log(rf'postfix/master\S+ {re.escape(text)}')

    def test_a_program_that_is_not_there(self):
        self.instance.write('master.cf', MASTER.format(port=self.instance.port) + 'x unix - - n - - nosuch\n')
        self.assertRegex(self.check(), r'master.cf, line \d+: service x: .*/nosuch: No such file or directory')

    def test_an_owner_who_does_not_exist(self):
        self.instance.configure(mail_owner='nosuchuser')
        self.refuses_to_start('mail_owner: unknown user "nosuchuser"')

    def test_every_parameter_has_an_effect(self):
        self.assertNotIn('without effect', self.check('-v'))

    def test_nothing_is_wrong_with_the_files_that_are_installed(self):
        for name in ('main.cf', 'master.cf'):
            text = pathlib.Path(f'{PREFIX}/etc/postfix/{name}.proto').read_text()
            self.instance.write(name, text)
        self.add_to_main(*(f'{name} = {self.instance.settings[name]}' for name in (
            'queue_directory', 'data_directory', 'maillog_file', 'maillog_file_prefixes')))
        self.assertNotIn('warning: ', self.check())

    def test_a_line_without_a_name(self):
        where = self.add_to_main('= value')
        self.refuses_to_start(f'{where}: missing attribute name: "= value"')

    def test_a_reference_without_an_end(self):
        where = self.add_to_main('myhostname = ${name?')
        self.refuses_to_start(f'{where}: myhostname: truncated macro reference: "${{name?"')

    def test_fields_of_master_cf_that_are_wrong(self):
        good = MASTER.format(port=self.instance.port)
        for line, problem in (('x unix maybe - n - - smtpd', 'invalid private field "maybe"'),
                              ('x unix n maybe n - - smtpd', 'invalid unprivileged field "maybe"'),
                              ('x unix - - n soon - smtpd', 'invalid wakeup field "soon"'),
                              ('x unix - - n - many smtpd', 'invalid process_limit field "many"'),
                              ('x unix - - n - - smtpd -o', 'missing argument of -o'),
                              ('x unix - - n - - smtpd -o {a', 'missing \'}\' in "{a"'),
                              ('x unix - - n - - smtpd -o a', 'missing \'=\' after attribute name: "a"')):
            with self.subTest(line):
                self.instance.write('master.cf', f'{good}{line}\n')
                self.refuses_to_start(f'{self.instance.etc}/master.cf, line {good.count(chr(10)) + 1}: {problem}')

    def test_files_that_are_not_there(self):
        for name in ('master.cf', 'main.cf'):
            os.unlink(f'{self.instance.etc}/{name}')
            self.refuses_to_start(f'open {self.instance.etc}/{name}: No such file or directory')


class Tables(MistakeCase):
    def deferred(self, **main):
        """Mail is not lost, and not refused for good, while a table cannot answer."""
        self.instance.configure(**main)
        self.instance.start()
        with self.instance.smtp() as client:
            client.ehlo()
            client.mail('sender@client.test')
            code, text = client.rcpt('n1@box.test')
        return code, text.decode()

    def test_a_table_that_is_missing_defers(self):
        code, _ = self.deferred(virtual_alias_maps=f'hash:{self.instance.etc}/nosuch')
        self.assertEqual(4, code // 100)
        self.instance.wait_log(r'warning: .*/nosuch is unavailable\. open database .*/nosuch\.db: No such file or directory')

    def test_a_table_of_an_unknown_type_is_named(self):
        self.deferred(virtual_alias_maps='hsah:/etc/aliases')
        self.instance.wait_log(r'(?:unsupported dictionary type|unknown table type).*hsah')

    def test_a_table_that_is_damaged_defers(self):
        path = f'{self.instance.etc}/broken'
        pathlib.Path(path + '.db').write_bytes(b'this is no database' * 300)
        pathlib.Path(path).write_text('')
        code, _ = self.deferred(virtual_alias_maps=f'hash:{path}')
        self.assertEqual(4, code // 100)
        self.instance.wait_log(r'broken')

    def test_a_bad_rule_is_named_with_file_and_line(self):
        path = self.instance.write('rules', '/good/ OK\n/bad(/ REJECT\n')
        self.deferred(smtpd_recipient_restrictions=f'check_recipient_access regexp:{path}, permit')
        self.instance.wait_log(rf'warning: regexp map {path}, line 2: ')


class Queue(MistakeCase):
    def test_a_damaged_file_is_put_aside_and_the_others_are_delivered(self):
        self.instance.configure(defer_transports='virtual')
        self.instance.start()
        self.instance.send(1, 2)
        until(lambda: len(self.instance.queued('deferred')) == 2, self.instance.log)
        self.instance.stop()
        victim = self.instance.queued('deferred')[0].split('/')[-1]
        path = subprocess.run(['find', f'{self.instance.queue}/deferred', '-name', victim],
                              capture_output=True, text=True).stdout.strip()
        with open(path, 'r+b') as file:
            file.seek(120)
            file.write(b'\xff' * 60)
        self.instance.configure(defer_transports='')
        self.instance.start()
        self.instance.drain()
        self.assertEqual(1, sum(self.instance.delivered().values()))
        self.assertEqual([f'corrupt/{victim}'], self.instance.queued('corrupt'))
        self.instance.wait_log(rf'saving corrupt file "{victim}"')

    def test_a_stranger_in_maildrop_is_put_aside(self):
        self.instance.start()
        target = pathlib.Path(self.instance.home, 'secret')
        target.write_text('secret')
        os.symlink(target, f'{self.instance.queue}/maildrop/ABCDEF')
        path = pathlib.Path(f'{self.instance.queue}/maildrop/ABCDE0')
        path.write_bytes(b'no records')
        os.chmod(path, 0o700)
        os.chown(path, NOBODY, NOBODY)
        self.instance.wait_log(r'maildrop/ABCDE0: .*')
        self.instance.send(1)
        until(lambda: self.instance.delivered()[1], self.instance.log)
        self.assertEqual('secret', target.read_text())

    def test_wrong_permissions_are_reported(self):
        self.instance.start()
        self.instance.stop()
        os.chmod(f'{self.instance.queue}/maildrop', 0o777)
        os.chown(f'{self.instance.queue}/active', 0, 0)
        os.chmod(f'{self.instance.etc}/main.cf', 0o666)
        # postsuper cannot read a folder that is not the mail owner's.
        self.instance.command('postfix', 'check', status=1)
        log = self.instance.log()
        self.assertIn('Postfix integrity check failed!', log)
        self.assertIn(f'wrong permissions: {self.instance.queue}/maildrop: 0777 instead of 0730', log)
        self.assertIn(f'not owned by postfix: {self.instance.queue}/active', log)
        self.assertIn(f'group or other writable: {self.instance.etc}/main.cf', log)

    def test_a_second_master_is_refused_by_its_data_directory_too(self):
        self.instance.start()
        other = Instance(self)
        other.configure(data_directory=f'{self.instance.home}/data')
        done = other.command('postfix', 'start', status=None)
        self.assertNotEqual(0, done.returncode)
        until(lambda: f'{self.instance.home}/data/master.lock' in other.log() + done.stderr, other.log)
        self.assertEqual(0, other.master())


if __name__ == '__main__':
    unittest.main()
