"""postfix check, start and set-permissions on trees whose owners and modes are wrong.

permissions.txt has damages, and what Debian's Postfix says to each:

    === a command of the shell that does the damage
    $ the command that follows, where it is not "postfix check"
    ! a line in the log of Postfix
    ? the exit status, where it is not 0
    - a line of these that Postern does not say
    + a line that it says besides; "+ ? 1" its exit status
    ~ why

$queue, $data, $etc, $commands, $daemons and $meta are the folders; @QUEUE@ and so on stand for them in
the log. What Postern says of a mode beyond that others may write, "wrong permissions", is not in the
record where Postfix is silent: a test of its own knows what it must be.

    POSTERN_PREFIX=/prefix python3 test_permissions.py
    DEBIAN_POSTFIX=../../build/debian-postfix MTA=postfix RECORD=1 python3 test_permissions.py     writes the record
    POSTERN_PREFIX=/prefix ADOPT="why" python3 test_permissions.py      takes what Postern says now
"""
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

from instance import DEBIAN, MASTER, NOBODY, PREFIX, WITH_POSTFIX

PORT = 2599         # in a network of the test's own
RECORD = pathlib.Path(__file__).with_name('permissions.txt')
IS_POSTFIX = os.environ.get('MTA') == 'postfix'
COMMANDS, DAEMONS, META = (('/usr/sbin', '/usr/lib/postfix/sbin', '/etc/postfix') if IS_POSTFIX else
                           (f'{PREFIX}/sbin', f'{PREFIX}/libexec/postfix', f'{PREFIX}/etc/postfix'))
INSTALLED = '/usr/sbin /usr/lib/postfix /etc/postfix' if IS_POSTFIX else PREFIX
# The last that each knows: below it, postfix speaks of it.
MAIN = f'compatibility_level = {"3.6" if IS_POSTFIX else "3.11"}\n' '''\
myhostname = mx.test
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
queue_directory = {home}/queue
data_directory = {home}/data
maillog_file = {home}/log/mail.log
maillog_file_prefixes = {home}
alias_maps =
alias_database =
'''
# The world is a copy, and so is what is installed, where only this command sees it.
IN_COPY = '''\
mount -t tmpfs -o mode=755 tmpfs "$home" && cp -a "$template/." "$home" || exit 99
for folder in $installed; do
    layer=$(mktemp -d "$home/layer-XXXXXX") && mkdir "$layer/upper" "$layer/work" &&
    mount -t overlay -o "lowerdir=$folder,upperdir=$layer/upper,workdir=$layer/work" overlay "$folder" || exit 99
done
'''


class World:
    """An instance that has not been started, with all its folders."""

    def __init__(self, test):
        self.template = tempfile.mkdtemp(prefix='world-')
        self.home = self.template + '-copy'
        test.addCleanup(shutil.rmtree, self.template)
        os.mkdir(self.home)
        test.addCleanup(os.rmdir, self.home)
        for folder in (self.template, self.home):
            os.chmod(folder, 0o755)
        for folder in ('etc', 'queue', 'log'):
            os.mkdir(f'{self.template}/{folder}')
        # postsuper logs with the rights of the mail owner.
        shutil.chown(f'{self.template}/log', 'postfix')
        self.write('main.cf', MAIN.format(home=self.home))
        self.write('master.cf', MASTER.format(port=PORT))
        status, log = self.run('true', 'postfix check && cp -a $queue $data "$template"')
        test.assertEqual((0, []), (status, log))

    def write(self, name, text):
        pathlib.Path(self.template, 'etc', name).write_text(text)

    def run(self, damage, command='postfix check'):
        """Does the damage to a copy, then the command, whose exit status and log it returns."""
        folders = {'queue': f'{self.home}/queue', 'data': f'{self.home}/data', 'etc': f'{self.home}/etc',
                   'commands': COMMANDS, 'daemons': DAEMONS, 'meta': META}
        script = f'{IN_COPY}{damage}\n( {command} ) >$home/out 2>&1\nstatus=$?\ncat "$home/log/mail.log"\nexit $status'
        done = subprocess.run(['unshare', '--mount', 'sh', '-c', script], capture_output=True, text=True, timeout=120, env={
            'PATH': f'{COMMANDS}:{os.environ["PATH"]}', 'MAIL_CONFIG': folders['etc'], 'LC_ALL': 'C', 'home': self.home,
            'template': self.template, 'installed': INSTALLED, **folders})
        return done.returncode, self.lines(done.stdout, folders)

    @staticmethod
    def lines(log, folders):
        """Each once, in order, without the time and what depends on where things are."""
        found = set()
        for line in log.splitlines():
            program, text = re.search(r'postfix/([\w-]+)\[\d+\]: (.*)', line).groups()
            text = re.sub(r'/\.(?=/|$)', '', text)
            for name, folder in folders.items():
                text = text.replace(folder, f'@{name.upper()}@')
            text = re.sub(r'(group ID): \d+', r'\1: N', text)
            # The tests have an nsswitch.conf of their own; daemons, and how postlogd ends, are another matter.
            if not re.search('nsswitch.conf|^stopping', text) and program in ('postfix-script', 'postsuper', 'x'):
                found.add(text if program == 'postfix-script' else f'{program}: {text}')
        return sorted(found)


def sections(text):
    """[damage, {mark: [lines]}]"""
    for section in re.split(r'^=== ', text, flags=re.M)[1:]:
        damage, *rest = section.splitlines()
        marks = {mark: [] for mark in '$!?-+~'}
        for line in filter(None, rest):
            marks[line[0]].append(line[2:])
        yield damage, marks


def written(damage, marks):
    return '\n'.join([f'=== {damage}'] + [f'{mark} {line}' for mark, lines in marks.items() for line in lines]) + '\n'


def expected(marks):
    """Of Postern: exit status and log."""
    theirs = int(marks['?'][0]) if marks['?'] else 0
    status = [int(line[2:]) for line in marks['+'] if line.startswith('? ')] or [theirs]
    added = [line for line in marks['+'] if not line.startswith('? ')]
    return status[0], sorted([line for line in marks['!'] if line not in marks['-']] + added)


def told_besides(line, theirs):
    """What Postern says of modes, and the record does not know."""
    return line.startswith('warning: wrong permissions: ') and line not in theirs


@unittest.skipUnless(os.geteuid() == 0 and (DEBIAN if IS_POSTFIX else PREFIX), 'needs root and POSTERN_PREFIX')
class Check(unittest.TestCase):
    maxDiff = None

    def test_every_damage(self):
        world, done = World(self), []
        for damage, marks in sections(RECORD.read_text()):
            status, log = world.run(damage, *marks['$'])
            if os.environ.get('RECORD'):
                marks['!'], marks['?'] = log, [str(status)] if status else []
            elif IS_POSTFIX:
                self.assertEqual((int((marks['?'] or ['0'])[0]), marks['!']), (status, log), damage)
            else:
                log = [line for line in log if not told_besides(line, marks['+'])]
                if os.environ.get('ADOPT') and (status, log) != expected(marks):
                    self.adopt(marks, status, log)
                with self.subTest(damage):
                    self.assertEqual(expected(marks), (status, log))
            done.append(written(damage, marks))
        if os.environ.get('RECORD') or os.environ.get('ADOPT'):
            RECORD.write_text('\n'.join(done))

    @staticmethod
    def adopt(marks, status, log):
        marks['-'] = [line for line in marks['!'] if line not in log]
        marks['+'] = [line for line in log if line not in marks['!']]
        if status != int((marks['?'] or ['0'])[0]):
            marks['+'].append(f'? {status}')
        marks['~'] = marks['~'] or [os.environ['ADOPT']]


@unittest.skipUnless(os.geteuid() == 0 and PREFIX and not IS_POSTFIX, 'needs root and POSTERN_PREFIX')
class SetPermissions(unittest.TestCase):
    DAMAGE = '''\
chown nobody $etc $etc/main.cf $queue $queue/active $queue/pid $data $daemons/smtpd $commands/postcat $meta/master.cf.proto
chgrp root $queue/public $queue/maildrop $commands/postdrop
chmod 777 $queue $queue/incoming $queue/pid $data $etc $daemons $daemons/qmgr $commands/postconf
chmod 666 $etc/master.cf $etc/main.cf $meta/postfix-files
chmod 700 $queue/maildrop $queue/public
chmod 755 $queue/deferred $commands/postqueue $commands/postlog
touch $data/state $queue/active/stranger && mkdir -m 777 $queue/flush/A && touch $queue/flush/A/state
rmdir $queue/hold $queue/saved
'''

    def setUp(self):
        self.world = World(self)

    def test_all_damage_is_repaired(self):
        _, log = self.world.run(self.DAMAGE)
        self.assertGreater(len(log), 30, log)
        quiet = 'postfix set-permissions && rm -f $queue/active/stranger && cat /dev/null >$home/log/mail.log && postfix check'
        self.assertEqual((0, []), self.world.run(self.DAMAGE, quiet))

    def test_modes_are_told_as_they_are_and_as_they_should_be(self):
        damage = 'chmod 755 $queue/active; chmod 2777 $data; chmod 600 $etc/main.cf; chmod 755 $commands/postlog'
        _, log = self.world.run(damage)
        for text in ('@QUEUE@/active: 0755 instead of 0700', '@DATA@: 2777 instead of 0700',
                     '@ETC@/main.cf: 0600 instead of 0644', '@COMMANDS@/postlog: 0755 instead of 2755'):
            self.assertIn(f'warning: wrong permissions: {text}', log)

    def test_parameters_are_set_first(self):
        command = ('postfix set-permissions mail_owner=daemon setgid_group=mail && postconf -h mail_owner setgid_group &&'
                   ' stat -c "%U %G %a" $queue/maildrop $queue/active $commands/postdrop $data && postfix check')
        status, log = self.world.run('true', f'{{ {command}; }} >$home/log/said; sed "s/^/postfix\\/x[1]: /" <$home/log/said '
                                             '>>$home/log/mail.log')
        self.assertEqual((0, sorted(['x: daemon', 'x: mail', 'x: daemon mail 730', 'x: daemon root 700',
                                     'x: root mail 2755'])), (status, log))

    def test_nothing_leads_the_superuser_out_of_a_folder(self):
        damage = ('touch $home/one $home/two; chown root $home/one $home/two; ln $home/one $queue/active/ABCDE1; '
                  'ln -s $home/two $queue/active/ABCDE2; mkdir $home/folder; ln -s $home/folder $queue/deferred/A')
        owners = 'stat -c "postfix/x[1]: %U %n" $home/one $home/two $home/folder >$home/log/mail.log'
        _, log = self.world.run(damage, f'postfix set-permissions && {owners}')
        self.assertEqual(['x: root ' + f'{self.world.home}/{name}' for name in ('folder', 'one', 'two')], log)

    def test_a_list_that_is_not_ours_is_not_followed(self):
        for text in ('', '# of another mail system\\n$queue_directory/active:d:nobody:-:777:ucr\\n'):
            with self.subTest(text):
                damage = f'rm $meta/postfix-files; printf {shlex.quote(text)} >$meta/postfix-files; chown nobody $queue/active'
                log = self.world.run(damage, 'postfix set-permissions && postfix check')
                self.assertEqual((0, []), log)
        self.assertEqual((0, []), self.world.run('rm $meta/postfix-files'))

    def test_packages_add_files_to_the_list(self):
        damage = ('mkdir -p $meta/postfix-files.d; touch $home/filter; chmod 666 $home/filter; '
                  'echo "$home/filter:f:$(echo \\$mail_owner):-:755" >$meta/postfix-files.d/filter; '
                  'echo "$home/filter:x:root" >$meta/postfix-files.d/wrong')
        status, log = self.world.run(damage)
        self.assertEqual(0, status)
        self.assertIn(f'warning: not owned by postfix: {self.world.home}/filter', log)
        self.assertIn(f'warning: wrong permissions: {self.world.home}/filter: 0666 instead of 0755', log)
        self.assertIn(f'warning: @META@/postfix-files.d/wrong, line 1: {self.world.home}/filter: unknown type: "x"', log)

    def test_an_ordinary_user_has_an_instance_of_his_own(self):
        damage = ('chown -R nobody:nogroup $home; chmod 755 $queue/active; rmdir $queue/public; '
                  'printf "mail_owner = nobody\\nsetgid_group = nogroup\\n" >>$etc/main.cf')
        as_user = f'setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups'
        command = f'{as_user} postfix set-permissions && {as_user} postfix check && stat -c "postfix/x[1]: %U %a" $queue/active $queue/public >>$home/log/mail.log'
        status, log = self.world.run(damage, command)
        self.assertEqual((0, ['x: nobody 700', 'x: nobody 710']),
                         (status, [line for line in log if 'not the superuser' not in line]))


if __name__ == '__main__':
    if IS_POSTFIX and os.environ.get('HAS_POSTFIX') != 'yes':      # all of it once where Postfix is installed
        os.environ['HAS_POSTFIX'] = 'yes'
        os.execv(WITH_POSTFIX, [WITH_POSTFIX, DEBIAN, sys.executable, __file__])
    unittest.main()
