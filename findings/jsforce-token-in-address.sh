#!/bin/sh
# jsforce 3.10.26: `connection.identity()` puts the access token into the address.
#
# Every other call of jsforce sends the token in the Authorization header. identity() appends it to the query string
# (`?format=json&oauth_token=<the token>`), where proxies, load balancers and access logs keep it, and sends the header
# beside it. RFC 6750 says that this method should not be used (2.3), and that no request carries the token twice (2).
# Seen when jsforce was run against our stand-in org; this script runs it alone, on a loopback server of its own.
#
# Needs npm and a package registry; brings its own node, as jsforce's undici 8 wants 22 or newer. Exits 0 while it is
# so; 1 if it is no longer so, or did not run.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
cd "$folder"

printf '{"private": true, "type": "module"}\n' > package.json
npm install --silent --no-audit --no-fund --save-exact jsforce@3.10.26 undici@8.13.1 node@22.21.1

cat > run.mjs <<'SCRIPT'
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import jsforce from "jsforce";

const token = "00D000000000001!a-token-that-opens-nothing";
const seen = [];
const server = createServer((request, response) => {
  seen.push({ path: request.url, header: request.headers.authorization ?? "" });
  const origin = `http://127.0.0.1:${server.address().port}`;
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify({ identity: `${origin}/id/00D000000000001AAA/005000000000001AAA`, user_id: "005" }));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const instanceUrl = `http://127.0.0.1:${server.address().port}`;
await new jsforce.Connection({ instanceUrl, accessToken: token, version: "66.0" }).identity();
server.close();

const { version } = JSON.parse(readFileSync("node_modules/jsforce/package.json", "utf8"));
console.log(`node ${process.version}, jsforce ${version}; a resource list and identity(), in this order:`);
for (const { path, header } of seen) console.log(`  GET ${path}\n      Authorization: ${header || "(none)"}`);
const asked = seen.find(({ path }) => path.startsWith("/id/"));
if (!asked) process.exit(1);
const inAddress = decodeURIComponent(asked.path).includes(token);
console.log(inAddress ? "The access token is in the address of identity()." : "The access token is not in the address.");
process.exit(inAddress ? 0 : 1);
SCRIPT
node_modules/.bin/node run.mjs
