#!/usr/bin/env bash
# Packs the project, installs the tarball into an empty project without its development dependencies, and runs it there.
set -euo pipefail
project=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# What npx runs from the clone, whatever it has cached, is the file itself.
test -x "$project/dist/cli/main.js"
tarball=$(cd "$project" && npm pack --ignore-scripts --silent --pack-destination "$work")
mkdir "$work/empty"
cd "$work/empty"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund "$work/$tarball"
[ "$(npx notif-lab --version)" = "$(node -p "require('$project/package.json').version")" ]
npx notif-lab list >/dev/null
npx notif-lab bench --quick --quiet --scenarios notify --out "$work/out"
for file in results.json report.html report.md; do test -s "$work/out/$file"; done
echo "The packed tarball installs and runs."
