#!/bin/sh
# All tests, in three parts side by side, because most of them wait more than they compute: for
# whole processes, for deadlines of stores, for passwords. With arguments, mocha runs just those.
[ $# -gt 0 ] && exec mocha "$@"

set -f # mocha reads the patterns, not the shell
output=$(mktemp -d)

mocha 'test/{embedded,zones,deploy,crash,backup,outages}/**/*.test.ts' > "$output/processes" 2>&1 &
processes=$!
mocha 'test/{common,public-server}/**/*.test.ts' 'test/*.test.ts' > "$output/common" 2>&1 &
common=$!
mocha 'test/**/*.test.ts' --ignore 'test/{embedded,zones,deploy,crash,backup,outages,common,public-server,browser}/**' \
  --ignore 'test/*.test.ts'
failed=$?

wait $common || failed=1
wait $processes || failed=1
cat "$output/common" "$output/processes"
rm -r "$output"
exit $failed
