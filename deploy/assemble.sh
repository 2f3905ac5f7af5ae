#!/usr/bin/env bash
# Copies the files of one image into a folder and checks them: deploy/assemble.sh public out/public
# Run `npm ci` and `npm run build` first.
set -euo pipefail
cd "$(dirname "$0")/.."

node -r ts-node/register/transpile-only deploy/assemble.ts "$1" "$2"
node -r ts-node/register/transpile-only deploy/check-image.ts "$1" "$2"
