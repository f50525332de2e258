# shellcheck shell=bash disable=SC2154
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

# Whole programs, against the installation below build/root.
end_to_end_tests() {
    compgen -G "$top/tests/e2e/test_*.py" >/dev/null || return 0
    say "End-to-end tests"
    local status=0 prefix file log
    prefix=$(realpath "$build/root")
    # A process for each file: some move into namespaces of their own.
    for file in "$top"/tests/e2e/test_*.py; do
        file=$(basename "$file" .py)
        log=$build/e2e-$file.log
        if (cd "$top/tests/e2e" && PYTHONDONTWRITEBYTECODE=1 POSTERN_PREFIX=$prefix \
            DEBIAN_POSTFIX=$debian_postfix python3 -m unittest -v "$file" </dev/null) 2>&1 | tee "$log"; then
            record_python_results e2e "$log" 0
        else
            record_python_results e2e "$log" 1
            status=1
        fi
    done
    return "$status"
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
