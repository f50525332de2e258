# shellcheck shell=bash disable=SC2016,SC2154
# The tests, and how many passed: each kind leaves a line "KIND PASSED FAILED" in build/results.

results=$build/results

all_tests() {
    local status=0
    : >"$results"
    unit_tests || status=1
    end_to_end_tests || status=1
    summary
    return "$status"
}

unit_tests() {
    say "Unit tests"
    local status=0
    make_in "$build" check TESTS=
    make -C "$build" -j"$(nproc)" check >"$build/check.log" 2>&1 || status=1
    show_unit_results "$build" unit
    return "$status"
}

# sanitized_tests [ROOM...]: in a build folder of their own; the first finding ends a program. Only
# the test programs are built, of those rooms or of all.
sanitized_tests() {
    local folder=$top/build-sanitize rooms=("$@") programs=() status=0 room
    configure_in "$folder" --enable-sanitizers CXXFLAGS='-O1 -g1'
    [ $# -gt 0 ] || mapfile -t rooms < <(tested_rooms)
    for room in "${rooms[@]}"; do
        programs+=("tests/unit/$room/${room}_test")
    done
    make_in "$folder" "${programs[@]}"
    say "Sanitized unit tests of ${rooms[*]}"
    find "$folder/tests" -name '*_test.log' -delete 2>/dev/null || true
    make -C "$folder" -j"$(nproc)" check-TESTS "check_PROGRAMS=${programs[*]}" "TESTS=${programs[*]}" \
        >"$folder/check.log" 2>&1 || status=1
    mkdir -p "$build"
    show_unit_results "$folder" sanitized
    return "$status"
}

tested_rooms() {
    (cd "$top/tests/unit" && printf '%s\n' */*_test.cc) | cut -d/ -f1 | sort -u
}

# Counts the test cases that Catch2 reports in the logs; a program that ended without a report
# (a crash, a sanitizer's finding) is one failure.
show_unit_results() {
    local log passed=0 failed=0 cases bad
    while read -r log; do
        read -r cases bad < <(catch_counts "$log")
        passed=$((passed + cases - bad))
        failed=$((failed + bad))
        if [ "$bad" != 0 ]; then
            printf '\n%s\n' "--- ${log#"$1/"}"
            tail -n 60 "$log"
        fi
    done < <(find "$1/tests" -name '*.log' -newer "$1/make.log" | sort)
    echo "$2 $passed $failed" >>"$results"
    printf '    %s: %d passed, %d failed\n' "$2" "$passed" "$failed"
    if [ $((passed + failed)) = 0 ]; then
        tail -n 20 "$1/check.log"
    fi
}

# catch_counts LOG: "CASES FAILED" of one test program; a check that is not Catch2's is one case.
catch_counts() {
    awk '
        /^All tests passed \(/ { cases = $(NF - 2) }
        /^test cases: / {
            cases = $3
            split($0, part, "|")
            for (i in part) if (part[i] ~ / failed/) bad += part[i]
        }
        /^:test-result: (FAIL|ERROR|XPASS)/ { ended_badly = 1 }
        END {
            if (!cases) cases = 1
            if (ended_badly && !bad) bad = 1
            print cases, bad + 0
        }' "$1" "${1%.log}.trs"
}

# Files of end-to-end tests that load the machine, or are about its limits: they run after the others,
# one after another.
e2e_alone=(test_exhaustion test_faults test_floods test_power_cut test_slow_services)
# Those that take longest begin first.
e2e_first=(test_webmail test_mailing_list test_mail_clients test_content_filters test_content_cleanup test_local_attacks)

# Whole programs, against the installation below build/root. Most of the time they wait, so that there
# are two files at once for each processor.
end_to_end_tests() {
    compgen -G "$top/tests/e2e/test_*.py" >/dev/null || return 0
    say "End-to-end tests"
    local file
    while read -r file; do
        while [ "$(jobs -rp | wc -l)" -ge $((2 * $(nproc))) ]; do wait -n || true; done
        end_to_end_file "$file" &
    done < <(end_to_end_files | grep -vxFf <(printf '%s\n' "${e2e_alone[@]}"))
    wait
    for file in "${e2e_alone[@]}"; do
        end_to_end_file "$file" || true
    done
    awk '$1 == "e2e" && $3 { failed = 1 } END { exit failed }' "$results"
}

end_to_end_files() {
    printf '%s\n' "${e2e_first[@]}"
    (cd "$top/tests/e2e" && printf '%s\n' test_*.py) | sed 's/\.py$//' | grep -vxFf <(printf '%s\n' "${e2e_first[@]}")
}

# end_to_end_file NAME: what it printed is shown, and counted, when it has ended. (`discover` counts a
# file that skips itself as skipped.)
end_to_end_file() {
    local log=$build/e2e-$1.log began=$SECONDS status=0
    (cd "$top/tests/e2e" && PYTHONDONTWRITEBYTECODE=1 POSTERN_PREFIX=$(realpath "$build/root") \
        DEBIAN_POSTFIX=$debian_postfix apart python3 -m unittest discover -v -p "$1.py") >"$log" 2>&1 </dev/null || status=1
    {
        flock 9
        printf '\n'
        cat "$log"
        printf -- '--- %s: %d s\n' "$1" $((SECONDS - began))
        record_python_results e2e "$log" "$status"
    } 9>"$build/e2e.lock"
}

# apart COMMAND...: where root tests, it sees only its own processes, ports and mounts, so that tests
# run side by side, and asks no name server; what it leaves behind ends with it. The shell stays, to
# wait for the orphans.
apart() {
    if [ "$(id -u)" != 0 ]; then
        "$@"
        return
    fi
    unshare --mount --net --pid --fork --kill-child --mount-proc sh -c '
        mount --bind "$0" /etc/nsswitch.conf && ip link set lo up && "$@"
        exit $?' "$top/tests/e2e/nsswitch.conf" "$@"
}

# record_python_results KIND LOG STATUS: what unittest's last lines say. A run that broke off
# before them counts as one failure.
record_python_results() {
    awk -v kind="$1" -v status="$3" '
        /^Ran [0-9]+ tests?/ { ran = $2 }
        /^(OK|FAILED)/ { while (match($0, /(failures|errors|skipped|unexpected successes)=[0-9]+/)) {
                             split(substr($0, RSTART, RLENGTH), part, "=")
                             if (part[1] == "skipped") skipped += part[2]; else bad += part[2]
                             $0 = substr($0, RSTART + RLENGTH) } }
        END { if (status && !bad) bad = 1
              passed = ran - bad - skipped
              print kind, (passed > 0 ? passed : 0), bad + 0 }' "$2" >>"$results"
}

# The sum over all kinds, as the last line.
summary() {
    awk '{ passed += $2; failed += $3 } END { printf "%d passed, %d failed\n", passed, failed }' "$results"
}
