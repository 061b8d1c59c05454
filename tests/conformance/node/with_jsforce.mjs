import jsforce from "jsforce";
import { refusal, report, visited } from "./talk.mjs";

const [loginUrl, clientId, clientSecret, redirectUri] = process.argv.slice(2);
const oauth2 = new jsforce.OAuth2({ loginUrl, clientId, clientSecret, redirectUri, useVerifier: true });
const back = await visited(oauth2.getAuthorizationUrl({ scope: "api refresh_token openid", state: "mine" }));
const refreshed = [];
const connection = new jsforce.Connection({ oauth2, version: "66.0" });
connection.on("refresh", (token) => refreshed.push(token));
const person = await connection.authorize(new URL(back).searchParams.get("code"));

const people = [];
await connection
  .query("SELECT Id, Username FROM User ORDER BY Username")
  .on("record", (row) => people.push(row.Username))
  .run({ autoFetch: true, maxFetch: 5000 });
const sets = connection.sobject("PermissionSet");
const made = await sets.create({ Name: "By_Jsforce", Label: "By jsforce" });
await sets.update({ Id: made.id, Label: "Changed" });
const found = await sets.findOne({ Name: "By_Jsforce" }, ["Id", "Label"]);
const several = await connection.sobject("PermissionSet").create([
  { Name: "First_Of_Two", Label: "First" },
  { Name: "By_Jsforce", Label: "A duplicate" },
]);
connection.accessToken = "ended";
const again = await connection.query("SELECT Id FROM Organization");

report({
  person,
  identity: await connection.identity(),
  people,
  made,
  found,
  several: several.map((each) => each.success),
  removed: await sets.destroy(made.id),
  refreshed: refreshed.length,
  organization: again.records[0].Id,
  described: (await connection.describe("User")).keyPrefix,
  objects: (await connection.describeGlobal()).sobjects.map((each) => each.name),
  app: (await connection.tooling.query("SELECT DeveloperName FROM ConnectedApplication")).records,
  limits: (await connection.limits()).DailyApiRequests,
  usage: connection.limitInfo.apiUsage,
  listed: await connection.metadata.list([{ type: "ConnectedApp" }]),
  read: await connection.metadata.read("PermissionSet", ["et4ae5__DMTracking"]),
  refused: await refusal(connection.query("SELECT Nope FROM User")),
  elsewhere: await refusal(connection.search("FIND {Ana}")),
});
await connection.logout(true);
