# shellcheck shell=bash disable=SC2154
# The instance of ./setup run: below build/run, on the loopback interface, for one's own mail only.

domain=example.test
instance_mail_wait=30       # seconds in which a message must be in its mailbox

instance_home() { realpath -m "$build/run"; }
instance_port() { sed -n 's/^127.0.0.1:\([0-9]*\) .*/\1/p' "$(instance_home)/etc/master.cf" | head -n 1; }
instance_command() { MAIL_CONFIG=$(instance_home)/etc "$build/root/sbin/$1" "${@:2}"; }

instance_running() {
    [ -x "$build/root/sbin/postfix" ] && [ -e "$build/run/etc/main.cf" ] &&
        instance_command postfix status >/dev/null 2>&1
}

instance_stop() {
    instance_running || return 0
    say "Stopping the instance"
    instance_command postfix stop
}

instance_configure() {
    local home
    home=$(reachable_folder run)
    say "Configuring an instance in $home"
    mkdir -p "$home/etc" "$home/mail" "$home/log" "$home/queue"
    instance_main_cf "$home" >"$home/etc/main.cf"
    instance_master_cf "$(free_port)" >"$home/etc/master.cf"
    echo "postmaster: $(mailbox_owner)" >"$home/etc/aliases"
    printf '%s\n' "alice@$domain alice/" "bob@$domain bob/" >"$home/etc/mailboxes"
    chown "$(mailbox_owner)" "$home/mail"
    instance_command postmap "hash:$home/etc/mailboxes"
    instance_command postalias "hash:$home/etc/aliases"
    trust_in_set_gid_commands "$home/etc"
}

# sendmail's postdrop has more rights than its user, and so reads only main.cf files that the
# installation's own main.cf names.
trust_in_set_gid_commands() {
    local trusted
    trusted=$("$build/root/sbin/postconf" -h alternate_config_directories)
    [[ $trusted == *"$1"* ]] ||
        "$build/root/sbin/postconf" -e "alternate_config_directories = ${trusted:+$trusted }$1"
}

instance_main_cf() {
    cat <<CONF
compatibility_level = 3.6
queue_directory = $1/queue
data_directory = $1/data
maillog_file = $1/log/mail.log
maillog_file_prefixes = $1
myhostname = mail.$domain
inet_interfaces = loopback-only
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
mydestination = localhost
alias_maps = hash:$1/etc/aliases
alias_database = \$alias_maps
home_mailbox = Maildir/

# Maildir mailboxes of $domain, listed in the hash table "mailboxes".
virtual_mailbox_domains = $domain
virtual_mailbox_base = $1/mail
virtual_mailbox_maps = hash:$1/etc/mailboxes
virtual_uid_maps = static:$(id -u "$(mailbox_owner)")
virtual_gid_maps = static:$(id -g "$(mailbox_owner)")

# An instance to try things out with must not send mail to the world.
default_transport = error:this instance delivers only to $domain
relay_transport = \$default_transport
CONF
    [ "$(id -u)" = 0 ] || printf '%s\n' "mail_owner = $(id -un)" "setgid_group = $(id -gn)"
}

# The installed master.cf, with the SMTP server on 127.0.0.1:PORT.
instance_master_cf() {
    sed -E "0,/^smtp[[:space:]]+inet/s/^smtp([[:space:]]+inet)/127.0.0.1:$1\1/" \
        "$(realpath "$build/root")/etc/postfix/master.cf"
}

# Root's instance delivers as an ordinary user, as whom virtual(8) insists.
mailbox_owner() {
    if [ "$(id -u)" != 0 ]; then id -un; else echo "${SUDO_USER:-nobody}"; fi
}

free_port() {
    local port
    for port in {2525..2599}; do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
    fail "no port from 2525 to 2599 is free on 127.0.0.1"
}

instance_start() {
    say "Starting it"
    instance_command postfix start || instance_fail "it did not start"
    within 10 instance_greets || instance_fail "no greeting on port $(instance_port)"
}

# Ends with the last lines of the log, which say why.
instance_fail() {
    local log
    log=$(instance_home)/log/mail.log
    tail -n 15 "$log" >&2 || true
    fail "$1; the log is $log"
}

instance_greets() {
    local greeting
    exec 3<>"/dev/tcp/127.0.0.1/$(instance_port)" || return 1
    read -r -t 5 greeting <&3
    printf 'QUIT\r\n' >&3
    exec 3>&-
    [[ $greeting == 220* ]]
} 2>/dev/null

# within SECONDS COMMAND...: tries until it succeeds.
within() {
    local deadline=$((SECONDS + $1))
    until "${@:2}"; do
        [ $SECONDS -lt $deadline ] || return 1
        sleep 0.1
    done
}

instance_show_two_messages() {
    local stamp
    stamp=$(date +%s).$$
    say "A message by SMTP to alice@$domain"
    by_smtp "smtp.$stamp@$domain" || instance_fail "the SMTP dialogue failed"
    show_message alice "smtp.$stamp@$domain"
    say "A message by sendmail to bob@$domain"
    message alice bob "sendmail.$stamp@$domain" "sent by sendmail" |
        instance_command sendmail -f "alice@$domain" "bob@$domain"
    show_message bob "sendmail.$stamp@$domain"
}

# message FROM TO ID SUBJECT
message() {
    printf '%s\n' "From: <$1@$domain>" "To: <$2@$domain>" "Message-ID: <$3>" "Subject: $4" \
        '' "Hello from Postern."
}

by_smtp() {
    local id=$1 line
    exec 3<>"/dev/tcp/127.0.0.1/$(instance_port)"
    expect 220
    for line in "EHLO localhost" "MAIL FROM:<bob@$domain>" "RCPT TO:<alice@$domain>"; do
        dialogue "$line" 250
    done
    dialogue DATA 354
    message bob alice "$id" "sent by SMTP" | sed 's/$/\r/' >&3
    dialogue . 250
    dialogue QUIT 221
    exec 3>&-
}

dialogue() {
    printf '    C: %s\n' "$1"
    printf '%s\r\n' "$1" >&3
    expect "$2"
}

# expect CODE: reads a reply of one or more lines.
expect() {
    local line
    while read -r -t 30 line <&3; do
        printf '    S: %s\n' "${line%$'\r'}"
        [[ $line == "$1"[-\ ]* ]] || return 1
        [[ $line == "$1-"* ]] || return 0
    done
    return 1
}

# show_message USER ID: the file in the Maildir, and the log lines of its queue id.
show_message() {
    local home
    home=$(instance_home)
    within $instance_mail_wait delivered "$1" "$2" >/dev/null ||
        instance_fail "message $2 is not in $home/mail/$1 after $instance_mail_wait s"
    local file id
    file=$(delivered "$1" "$2")
    say "In the mailbox: $file"
    sed 's/^/    /' "$file"
    say "In the log, $home/log/mail.log:"
    id=$(within $instance_mail_wait logged_id "$2") ||
        instance_fail "no line of the log names message $2 after $instance_mail_wait s"
    within $instance_mail_wait grep -q "$id: removed" "$home/log/mail.log" ||
        instance_fail "message $id is still in the queue after $instance_mail_wait s"
    grep -F " $id: " "$home/log/mail.log" | sed 's/^/    /'
}

# logged_id ID: the queue id of that message. Lines reach the log a moment after the mail.
logged_id() {
    sed -n "s/.*: \([0-9A-Za-z]*\): message-id=<$1>.*/\1/p" "$(instance_home)/log/mail.log" | grep -m 1 .
}

delivered() {
    grep -rlF "Message-ID: <$2>" "$(instance_home)/mail/$1/new" 2>/dev/null
}

instance_hints() {
    local home
    home=$(instance_home)
    cat <<TEXT

The instance keeps running on 127.0.0.1:$(instance_port). Next, try:
  export PATH=$(realpath "$build/root")/sbin:\$PATH MAIL_CONFIG=$home/etc
  1. echo hello | sendmail bob@$domain; tail $home/log/mail.log
  2. postqueue -p; postconf -n; postmap -q alice@$domain hash:$home/etc/mailboxes
  3. edit $home/etc/main.cf, then: postfix check && postfix reload
Stop it with: ./setup stop
TEXT
}
