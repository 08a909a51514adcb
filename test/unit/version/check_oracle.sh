#!/bin/sh
# Lets a packaging system's own tool judge our order of random pairs of versions.
# usage: check_oracle.sh SCHEME COUNT GENERATOR ORACLE [TABLE...]
set -eu
scheme=$1 count=$2 generator=$3 oracle=$4
shift 4
pairs=$(mktemp)
trap 'rm -f "$pairs"' EXIT
"$generator" "$scheme" "$count" "$@" >"$pairs"

skip() {
    echo "SKIP: oracle $scheme: $1 is absent"
    exit 77
}
case $scheme in
deb)
    perl -MDpkg::Version -e 1 2>/dev/null || skip "Dpkg::Version (package libdpkg-perl)"
    perl "$oracle" <"$pairs"
    ;;
rpm)
    command -v rpm >/dev/null || skip "rpm (package rpm)"
    verdict=$(PAIRS=$pairs rpm --eval "%{lua: dofile(\"$oracle\")}")
    echo "$verdict"
    echo "$verdict" | grep -q "^$count pairs, 0 differ"
    ;;
pacman)
    "$oracle" <"$pairs"
    ;;
esac
