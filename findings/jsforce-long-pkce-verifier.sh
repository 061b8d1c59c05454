#!/bin/sh
# jsforce 3.10.26: `OAuth2({useVerifier: true})` sends a PKCE verifier of 171 characters and names no method.
#
# RFC 7636 allows 43 to 128 characters (4.1), and says that a challenge without `code_challenge_method` is the verifier
# itself, "plain" (4.3). jsforce makes a verifier of 171 characters, sends its SHA-256 as the challenge, and leaves the
# method out. Salesforce must take both, as its own command line signs in so; a server that follows the RFC to the
# letter refuses the sign-in of `sf org login web`, and of everything else that is built on jsforce. Seen when `sf` was
# run against our stand-in org, which was too strict; this script runs jsforce alone, on a loopback server of its own.
#
# Needs npm and a package registry; brings its own node. Exits 0 while it is so; 1 if it is no longer so, or did not run.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM
cd "$folder"

printf '{"private": true, "type": "module"}\n' > package.json
npm install --silent --no-audit --no-fund --save-exact jsforce@3.10.26 undici@8.13.1 node@22.21.1

cat > run.mjs <<'SCRIPT'
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import jsforce from "jsforce";

const forms = [];
const server = createServer(async (request, response) => {
  let body = "";
  for await (const part of request) body += part;
  forms.push(new URLSearchParams(body));
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify({ access_token: "a-token-that-opens-nothing", token_type: "Bearer" }));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const loginUrl = `http://127.0.0.1:${server.address().port}`;
const oauth2 = new jsforce.OAuth2({ loginUrl, clientId: "an-app", redirectUri: "http://localhost/done", useVerifier: true });
const asked = new URL(oauth2.getAuthorizationUrl({ scope: "api" })).searchParams;
await oauth2.requestToken("a-code");
server.close();

const verifier = forms[0].get("code_verifier");
const method = asked.get("code_challenge_method");
const hashed = createHash("sha256").update(verifier).digest("base64url") === asked.get("code_challenge");
const { version } = JSON.parse(readFileSync("node_modules/jsforce/package.json", "utf8"));
console.log(`node ${process.version}, jsforce ${version}`);
console.log(`  code_challenge_method: ${method ?? "(none)"}`);
console.log(`  code_challenge is the SHA-256 of code_verifier: ${hashed}`);
console.log(`  code_verifier: ${verifier.length} characters`);
process.exit(method === null && hashed && verifier.length === 171 ? 0 : 1);
SCRIPT
node_modules/.bin/node run.mjs
