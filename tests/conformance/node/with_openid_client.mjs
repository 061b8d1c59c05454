import * as client from "openid-client";
import { refusal, report, visited } from "./talk.mjs";

const [issuer, clientId, clientSecret, redirectUri] = process.argv.slice(2);
const config = await client.discovery(new URL(issuer), clientId, clientSecret, undefined, {
  execute: [client.allowInsecureRequests],
});
client.enableNonRepudiationChecks(config); // the id token's signature is checked by the keys of the provider
const verifier = client.randomPKCECodeVerifier();
const [state, nonce] = [client.randomState(), client.randomNonce()];
const address = client.buildAuthorizationUrl(config, {
  redirect_uri: redirectUri,
  scope: "api openid refresh_token",
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
  state,
  nonce,
});
const back = new URL(await visited(address.href));
const expected = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce };
const tokens = await client.authorizationCodeGrant(config, back, expected);
const claims = tokens.claims();
const person = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
const fresh = await client.refreshTokenGrant(config, tokens.refresh_token);
const before = await client.tokenIntrospection(config, fresh.access_token);
await client.tokenRevocation(config, fresh.refresh_token);

report({
  claims,
  person,
  rotated: fresh.refresh_token !== tokens.refresh_token,
  before,
  after: await client.tokenIntrospection(config, fresh.access_token),
  again: await refusal(client.authorizationCodeGrant(config, back, expected)),
});
