// One session by openapi-fetch over the types that openapi-typescript has generated.
import assert from "node:assert";
import createClient from "openapi-fetch";
import type { paths } from "./generated/schema.js";

const [address, nationalId] = process.argv.slice(2) as [string, string];
const client = createClient<paths>({ baseUrl: address });
const password = "correct horse";

const user = await client.POST("/users", { body: { national_id: nationalId, password } });
assert(user.data);
const token = await client.POST("/auth", {
  body: { grant_type: "password", username: nationalId, password },
  bodySerializer: (form) => new URLSearchParams(form as Record<string, string>),
  headers: { "Content-Type": "application/x-www-form-urlencoded" },
});
assert(token.data);
const authorization = `Bearer ${token.data.access_token}`;
client.use({ onRequest: ({ request }) => request.headers.set("Authorization", authorization) });

const task = await client.POST("/tasks", { body: { description: "Write the report" } });
assert(task.data);
const anHourAgo = new Date(Date.now() - 3_600_000).toISOString();
const path = { id: task.data.id };
const running = await client.POST("/tasks/{id}/start", { params: { path }, body: { start: anHourAgo } });
assert.equal(running.data?.end, null);
const second = await client.POST("/tasks/{id}/start", { params: { path }, body: { switch: null, start: null } });
assert.equal(second.error?.code, "timer_already_running");
const page = await client.GET("/time-entries", { params: { query: { running: true, limit: 1 } } });
assert.equal(page.data?.items[0]?.id, running.data?.id);
assert((await client.POST("/tasks/{id}/stop", { params: { path } })).data?.end);

const range = { from: anHourAgo, to: new Date().toISOString() };
const report = await client.POST("/users/{id}/report", { params: { path: { id: user.data.id } }, body: range });
assert(typeof report.data === "object");  // not CSV
assert.equal(report.data.rows[0]?.entries, 1);
