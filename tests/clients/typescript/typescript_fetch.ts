// One session by the client that openapi-generator has generated for fetch.
import assert from "node:assert";
import {
  AuthApi,
  AuthSignInGrantTypeEnum,
  Configuration,
  ReportsApi,
  ResponseError,
  TasksApi,
  TimeEntriesApi,
  TimersApi,
  UsersApi,
} from "./generated/index.js";

const [basePath, nationalId] = process.argv.slice(2) as [string, string];
const password = "correct horse";
const anybody = new Configuration({ basePath });

const user = await new UsersApi(anybody).usersRegister({ registration: { nationalId, password } });
const { accessToken } = await new AuthApi(anybody).authSignIn({
  grantType: AuthSignInGrantTypeEnum.Password,
  username: nationalId,
  password,
});
// For a scheme of OAuth this generator's clients send what they are given, and that header is the one that counts.
const signedIn = new Configuration({ basePath, accessToken: `Bearer ${accessToken}` });

const task = await new TasksApi(signedIn).tasksCreate({ taskWrite: { description: "Write the report" } });
const anHourAgo = new Date(Date.now() - 3_600_000);
const timers = new TimersApi(signedIn);
const running = await timers.trackingStart({ id: task.id, timerStart: { start: anHourAgo, _switch: null } });
assert.equal(running.end, null);
await assert.rejects(
  timers.trackingStart({ id: task.id }),
  (error) => error instanceof ResponseError && error.response.status === 409,
);
const page = await new TimeEntriesApi(signedIn).timeEntriesList({ running: true, limit: 1 });
assert.equal(page.items[0]?.id, running.id);
assert((await timers.trackingStop({ id: task.id })).end);

const reportRequest = { from: anHourAgo.toISOString(), to: new Date().toISOString() };
const report = await new ReportsApi(signedIn).reportsUser({ id: user.id, reportRequest });
assert.equal(report.rows[0]?.entries, 1);
