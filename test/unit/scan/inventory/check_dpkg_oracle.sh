#!/bin/sh
# Compares our reading of this very machine's dpkg database with dpkg-query's.
# usage: check_dpkg_oracle.sh LIST_DPKG
set -eu
status=/var/lib/dpkg/status
if ! command -v dpkg-query >/dev/null || ! [ -r "$status" ]; then
    echo "SKIP: unit/inventory/dpkg_oracle: dpkg-query or $status is absent"
    exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
format='${Package}\t${Version}\t${Architecture}\t${source:Package}\t${source:Version}\t${Maintainer}\t${db:Status-Status}\n'
dpkg-query -W -f "$format" | sed -n 's/\tinstalled$//p' | LC_ALL=C sort >"$work/truth"
"$1" "$status" | LC_ALL=C sort >"$work/ours"
diff "$work/truth" "$work/ours"
echo "$(wc -l <"$work/ours") packages agree"
