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
npm install --no-audit --no-fund "$work/$tarball" 2>&1 | tee "$work/install.log"

# Whoever installs it gets no warning about Node.js, is asked to approve no script of ours, and gives it 80 MB at most.
if grep -q "EBADENGINE" "$work/install.log"; then echo "A package wants another Node.js." >&2 && exit 1; fi
if grep -q "notif-lab@.*(" "$work/install.log"; then echo "The package has an install script." >&2 && exit 1; fi
node -e '
  const { scripts } = require("./node_modules/notif-lab/package.json");
  const run = ["preinstall", "install", "postinstall", "preprepare", "prepare", "postprepare"].filter((name) => scripts[name]);
  if (run.length > 0) throw new Error(`npm runs these where the package is installed: ${run}`);
'
size=$(du -sm node_modules | cut -f1)
echo "Installed it takes $size MB."
[ "$size" -le 80 ]

[ "$(npx notif-lab --version)" = "$(node -p "require('$project/package.json').version")" ]
npx notif-lab list >/dev/null
npx notif-lab bench --quick --quiet --scenarios notify --out "$work/out"
for file in results.json report.html report.md; do test -s "$work/out/$file"; done

# The types that a transport of one's own is written against are whole.
cat >own.ts <<'TS'
import type { Kit, Transport } from "notif-lab/transport";
export const name = (transport: Transport, _kit: Kit): string => transport.name;
TS
"$project/node_modules/.bin/tsc" --noEmit --strict --target esnext --module nodenext --types node own.ts

# An application has React of its own; without one the lab brings none. The hook's types are whole, and it renders on a server.
if [ -e node_modules/react ]; then echo "React came with the package." >&2 && exit 1; fi
for name in react react-dom scheduler; do cp -R "$project/node_modules/$name" node_modules/; done
mkdir -p node_modules/@types
for name in react react-dom; do cp -R "$project/node_modules/@types/$name" node_modules/@types/; done
cp -R "$project/node_modules/csstype" node_modules/
cp "$project/docs/examples/bell.tsx" .
"$project/node_modules/.bin/tsc" --noEmit --strict --target esnext --module nodenext --jsx react-jsx --lib es2024,dom,dom.iterable --types react bell.tsx
cat >render.mjs <<'JS'
import { Notifications } from "notif-lab/react";
import { createElement } from "react";
import { renderToString } from "react-dom/server";
const html = renderToString(createElement(Notifications, { url: "http://127.0.0.1:1", token: "x", channels: ["topic/news"] }));
if (!html.includes("Not connected")) throw new Error(html);
JS
node render.mjs
echo "The packed tarball installs and runs."

# What a class room gets: one file with all that it depends on, installed where there is neither a network nor a cache.
(cd "$project" && node scripts/pack-offline.mjs "$work")
mkdir "$work/offline"
cd "$work/offline"
npm init -y >/dev/null
npm install --offline --cache "$work/no-cache" --no-audit --no-fund "$work"/*-offline.tgz
npx --offline notif-lab workshop >lessons.txt
grep -q "One notification" lessons.txt
echo "The packed tarball for class rooms installs without a network, and runs there."
