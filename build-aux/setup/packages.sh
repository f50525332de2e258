# shellcheck shell=bash disable=SC2034,SC2154
# What the machine must have: Debian packages, users, and Debian's Postfix for comparisons.

packages_build=(clang-19 libclang-rt-19-dev lld-19 ccache make autoconf automake pkg-config python3
    libevent-dev libfmt-dev libssl-dev libdb-dev liblmdb-dev libcdb-dev libpcre2-dev libicu-dev
    libc-ares-dev libsasl2-dev catch2)
packages_peers=(knot unbound dovecot-core dovecot-imapd dovecot-pop3d dovecot-lmtpd sasl2-bin
    libsasl2-modules libsasl2-modules-db s-nail mutt swaks curl procmail maildrop opendkim
    opendkim-tools openssl iproute2 util-linux xfsprogs btrfs-progs)
# Without php-cgi, Roundcube's PHP would bring Apache.
packages_peers+=(msmtp roundcube-core roundcube-sqlite3 php-cli php-cgi chromium chromium-driver
    python3-spf-engine postgrey postsrsd amavisd-new spamassassin spamd spamc spamass-milter rspamd
    mailman3 fail2ban pflogsumm)
packages_comparison=(libnsl2 libdb5.3 libicu72 libsasl2-2 libssl3 liblmdb0 libcdb1 libpcre2-8-0
    pflogsumm)
debian_postfix=$build/debian-postfix
service_policy=/usr/sbin/policy-rc.d

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "only root can do this, and there is no sudo here: $*"
    fi
}

# need_packages SET: installs what is missing of packages_SET; starts no service.
need_packages() {
    local -n wanted=packages_$1
    local package missing=()
    for package in "${wanted[@]}"; do
        is_installed "$package" || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    may_be_root || fail "packages are missing; as root, run: apt-get install ${missing[*]}"
    say "Installing Debian packages: ${missing[*]}"
    without_services apt_install "${missing[@]}" ||
        fail "apt-get, above, says why these are not installed: ${missing[*]}"
}

may_be_root() { [ "$(id -u)" = 0 ] || command -v sudo >/dev/null; }

is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

apt_install() {
    local options=(-y -q --no-install-recommends -o Dpkg::Use-Pty=0)
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install "${options[@]}" "$@" </dev/null && return
    say "Refreshing the package lists, then once more"
    as_root apt-get update -q </dev/null
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install "${options[@]}" "$@" </dev/null
}

# Runs a command while policy-rc.d forbids packages to start services. A shell of its own, which puts
# things back however it ends, by Ctrl-C too.
without_services() (
    if [ -e "$service_policy" ]; then       # the machine has a policy of its own, kept aside
        as_root mv "$service_policy" "$service_policy.before-postern"
    fi
    trap service_policy_as_before EXIT
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$service_policy" >/dev/null
    as_root chmod 755 "$service_policy"
    "$@"
)

service_policy_as_before() {
    as_root rm -f "$service_policy"
    if [ -e "$service_policy.before-postern" ]; then
        as_root mv "$service_policy.before-postern" "$service_policy"
    fi
}

# The users as which root's mail system runs. For others everything runs as themselves.
need_users() {
    getent group postdrop >/dev/null || { say "Creating group postdrop"; as_root groupadd -r postdrop; }
    getent group postfix >/dev/null || { say "Creating group postfix"; as_root groupadd -r postfix; }
    getent passwd postfix >/dev/null || {
        say "Creating user postfix"
        as_root useradd -r -g postfix -M -d /var/spool/postfix -s /usr/sbin/nologin postfix
    }
}

# Unpacks Debian's Postfix below the build folder. It is never installed. Without the network, the
# tests that compare with it are skipped.
fetch_debian_postfix() {
    [ ! -x "$debian_postfix/usr/sbin/postconf" ] || return 0
    say "Unpacking Debian's Postfix for comparisons (it is not installed)"
    (need_packages comparison) || {
        say "What Debian's Postfix needs is not here; tests that compare with it will be skipped"
        return 0
    }
    local folder=$build/debian-packages package
    mkdir -p "$folder"
    if ! (download "$folder"); then         # a shell of its own: who may not ask sudo goes on without
        say "Debian's Postfix cannot be fetched; tests that compare with it will be skipped"
        return 0
    fi
    for package in "$folder"/*.deb; do
        dpkg -x "$package" "$debian_postfix"
    done
}

download() {
    local wanted=(postfix postfix-cdb postfix-lmdb postfix-pcre)
    (cd "$1" && apt-get download -q "${wanted[@]}" 2>/dev/null) && return
    as_root apt-get update -q </dev/null && (cd "$1" && apt-get download -q "${wanted[@]}")
}
