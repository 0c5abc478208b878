// One session by the client that @hey-api/openapi-ts has generated.
import assert from "node:assert";
import { client } from "./generated/client.gen.js";
import {
  authSignIn,
  reportsUser,
  tasksChange,
  tasksCreate,
  timeEntriesList,
  trackingStart,
  trackingStop,
  usersRegister,
} from "./generated/sdk.gen.js";

const [address, nationalId] = process.argv.slice(2) as [string, string];
const password = "correct horse";
client.setConfig({ baseUrl: address });

const user = await usersRegister({ body: { national_id: nationalId, password } });
assert(user.data);
const token = await authSignIn({ body: { grant_type: "password", username: nationalId, password } });
assert(token.data);
client.setConfig({ baseUrl: address, auth: token.data.access_token });

const task = await tasksCreate({ body: { description: "Write the report" } });
assert(task.data);
const anHourAgo = new Date(Date.now() - 3_600_000).toISOString();
const path = { id: task.data.id };
assert.equal((await tasksChange({ path, body: { description: "Read it" } })).data?.description, "Read it");
const running = await trackingStart({ path, body: { start: anHourAgo, description: null, switch: null } });
assert.equal(running.data?.end, null);
const second = await trackingStart({ path, body: {} });
assert.equal(second.error?.code, "timer_already_running");
const page = await timeEntriesList({ query: { running: true, limit: 1 } });
assert.equal(page.data?.items[0]?.id, running.data?.id);
assert((await trackingStop({ path })).data?.end);

const range = { from: anHourAgo, to: new Date().toISOString() };
const report = await reportsUser({ path: { id: user.data.id }, body: range });
assert(report.data && "rows" in report.data);
assert.equal(report.data.rows[0]?.entries, 1);
