#!/bin/sh
# All tests, in three parts side by side, because most of them wait more than they compute: for
# whole processes, for deadlines of stores, for passwords. With arguments, mocha runs just those.
[ $# -gt 0 ] && exec mocha "$@"

set -f # mocha reads the patterns, not the shell
output=$(mktemp -d)
trap 'rm -r "$output"' EXIT

mocha 'test/{embedded,servers,deploy}/**/*.test.ts' > "$output/processes" 2>&1 &
processes=$!
mocha 'test/{common,public-server}/**/*.test.ts' 'test/*.test.ts' > "$output/common" 2>&1 &
common=$!
mocha 'test/**/*.test.ts' --ignore 'test/{embedded,servers,deploy,common,public-server,browser}/**' \
  --ignore 'test/*.test.ts' > "$output/internal" 2>&1 &
internal=$!

failed=
for part in internal common processes; do
  eval "wait \$$part" || failed="$failed $part"
  cat "$output/$part"
done

# What failed comes last, too, where a long log is read first.
for part in $failed; do
  echo "Failed in the part $part:"
  sed -n '/^  [0-9]* failing/,$p' "$output/$part"
done
[ -z "$failed" ]
