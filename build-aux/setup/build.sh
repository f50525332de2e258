# shellcheck shell=bash disable=SC2154
# Configuring, compiling with progress, installing.

# configure_in FOLDER OPTION...: configures there unless it was already done with these options.
configure_in() {
    local folder=$1 options="${*:2}"
    if [ ! -e "$top/configure" ]; then
        say "Preparing the build system (autoreconf)"
        (cd "$top" && autoreconf -i >/dev/null 2>"$top/autoreconf.log") || {
            cat "$top/autoreconf.log" >&2
            fail "autoreconf failed"
        }
        rm -f "$top/autoreconf.log"
    fi
    mkdir -p "$folder"
    [ ! -e "$folder/Makefile" ] || [ "$(cat "$folder/configured-with" 2>/dev/null)" != "$options" ] || return 0
    say "Configuring in ${folder#"$top/"}"
    (cd "$folder" && "$top/configure" --enable-silent-rules "${@:2}" >configure.log 2>&1) || {
        tail -n 20 "$folder/configure.log" >&2
        fail "configure failed; all of it is in $folder/configure.log"
    }
    echo "$options" >"$folder/configured-with"
}

# make_in FOLDER TARGET...: builds, showing how far it is; the whole output is in FOLDER/make.log.
make_in() {
    local folder=$1 total
    make -C "$folder" Makefile >"$folder/make.log" 2>&1 || true   # after a change of a fragment
    total=$(make -C "$folder" -n "${@:2}" 2>/dev/null | grep -cE '^ *echo "  (CXX|CXXLD|AR) ' || true)
    if [ "$total" -gt 0 ]; then
        say "Building in ${folder#"$top/"}: $total steps on $(nproc) processors"
    fi
    make -C "$folder" -j"$(nproc)" "${@:2}" 2>&1 | tee "$folder/make.log" | progress "$total" || {
        grep -E -B2 -A12 'error:|\*\*\*' "$folder/make.log" | head -n 60 >&2
        fail "the build failed; all of it is in $folder/make.log"
    }
}

# Turns make's lines into "123 of 456", on one line of a terminal, else every fiftieth.
progress() {
    local terminal=0
    [ ! -t 1 ] || terminal=1
    awk -v total="$1" -v terminal="$terminal" '
        /^  (CXX|CXXLD|AR) / {
            if (terminal) printf "\r\033[K    %d of %d  %s", ++done, total, $2
            else if (++done % 50 == 0) printf "    %d of %d\n", done, total
            fflush()
        }
        END { if (terminal && done) printf "\r\033[K" }'
}

# install_from FOLDER PREFIX: make install, then owners and set-gid bits where root installs.
install_from() {
    say "Installing in $2"
    as_owner_of "$2" make -C "$1" install >"$1/install.log" 2>&1 || {
        tail -n 20 "$1/install.log" >&2
        fail "make install failed; all of it is in $1/install.log"
    }
    if is_for_root "$2"; then
        as_root "$2/sbin/postfix" set-permissions || fail "postfix set-permissions failed"
    fi
}

# Whether it is root who installs below this folder: we are, or may not write to it, or to the
# first folder above it that exists.
is_for_root() {
    local folder=$1
    [ "$(id -u)" != 0 ] || return 0
    while [ ! -e "$folder" ]; do folder=$(dirname "$folder"); done
    [ ! -w "$folder" ]
}

as_owner_of() {
    if is_for_root "$1"; then as_root "${@:2}"; else "${@:2}"; fi
}

# reachable_folder NAME: the path of build/NAME. Where root builds below a folder that is closed
# to other users, whose mail system would run without rights to its own files, it lies in /var/tmp
# and build/NAME is a link to it.
reachable_folder() {
    local folder=$build/$1
    mkdir -p "$build"
    if [ "$(id -u)" = 0 ] && [ ! -e "$folder" ] && ! open_to_all "$build"; then
        local elsewhere
        elsewhere=$(mktemp -d /var/tmp/postern-XXXXXXXX)
        chmod 755 "$elsewhere"
        ln -sfn "$elsewhere" "$folder"
    fi
    mkdir -p "$folder/"
    realpath "$folder"
}

open_to_all() {
    local folder=$1
    while [ "$folder" != / ]; do
        (($(stat -c '0%a' "$folder") & 1)) || return 1
        folder=$(dirname "$folder")
    done
}
