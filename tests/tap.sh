# SPDX-License-Identifier: MIT
# TAP for tests written in sh:  . tests/tap.sh
#
#   check WHAT COMMAND...      ok if the command succeeds
#   same WHAT EXPECTED FOUND   ok if the two texts are equal
#   has WHAT PATTERN TEXT      ok if a line of TEXT matches PATTERN (grep -E)
#   skip WHAT WHY
#   finish                     prints the plan; call it last
#
# The plan comes last, so a test that dies on its way has none, and is failed.

tap_count=0
tap_failed=0

tap_ok() {
    tap_count=$((tap_count + 1))
    echo "ok $tap_count - $1"
}

tap_not_ok() {
    tap_count=$((tap_count + 1))
    tap_failed=$((tap_failed + 1))
    echo "not ok $tap_count - $1"
}

check() {
    tap_what=$1
    shift
    if "$@"; then tap_ok "$tap_what"; else tap_not_ok "$tap_what"; fi
}

same() {
    if [ "$2" = "$3" ]; then
        tap_ok "$1"
    else
        tap_not_ok "$1"
        printf '%s\n' "$2" | sed 's/^/# expected: /'
        printf '%s\n' "$3" | sed 's/^/# found:    /'
    fi
}

has() {
    if printf '%s\n' "$3" | grep -Eq -e "$2"; then
        tap_ok "$1"
    else
        tap_not_ok "$1"
        echo "# no line matches: $2"
        printf '%s\n' "$3" | tail -n 30 | sed 's/^/# found: /'
    fi
}

skip() {
    tap_count=$((tap_count + 1))
    echo "ok $tap_count - $1 # SKIP $2"
}

finish() {
    echo "1..$tap_count"
    [ "$tap_failed" = 0 ]
}
