"""Operations that are measured: each operation as wrk asks for it, and as the SQL that answers it, for pgbench.

The SQL is the server's own, read from the same files.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from bench.database import TOKEN_DIGITS, FilledDatabase
from timetrack.adapters.postgres.queries import load
from timetrack.domain.model.reporting.reports import MOST_ROWS

_DIGEST = f"sha256(convert_to('tt_' || lpad(:user::text, {TOKEN_DIGITS}, '0'), 'UTF8'))"
_TIMER = {
    "user_id": ":user",
    "token_id": ":user",
    "request_id": "'bench'",
    "task_id": ":task",
    "start": "NULL",
    "end": "NULL",
    "description": "''",
}
_LUA = """\
math.randomseed(os.time())
local function token(user) return "Bearer tt_" .. string.format("%0{digits}d", user) end
local function ask(method, path, user, body, key)
    local headers = {{["Authorization"] = token(user), ["Idempotency-Key"] = key}}
    if body then headers["Content-Type"] = "application/json" end
    return wrk.format(method, path, headers, body)
end
local function task() return math.random(1, {tasks}) end
local function user() return math.random(1, {users}) end
"""


@dataclass(frozen=True, slots=True)
class Operation:
    """One line of the table; `target` is the most CPU microseconds and the least share of pgbench's rate."""

    name: str
    title: str
    lua: Callable[[FilledDatabase], str]
    sql: Callable[[FilledDatabase], str]
    requests_in_script: int = 1
    target: tuple[int, int] | None = None


def lua_of(operation: Operation, database: FilledDatabase) -> str:
    """Return the script for wrk."""
    return _LUA.format(digits=TOKEN_DIGITS, tasks=database.tasks, users=database.users) + operation.lua(database)


def sql_of(operation: Operation, database: FilledDatabase) -> str:
    """Return the script for pgbench."""
    return f"\\set user random(1, {database.users})\n\\set task random(1, {database.tasks})\n" + operation.sql(database)


def _statement(file: str, name: str, values: Mapping[str, str]) -> str:
    statement: str = load(file)[name]
    for parameter, value in values.items():
        statement = statement.replace(f"%({parameter})s", value)
    return " ".join(statement.split()) + ";\n"


def _who() -> str:
    return _statement("tokens", "caller", {"digest": _DIGEST})


def _get_task(_: FilledDatabase) -> str:
    return _who() + _statement("tasks", "get", {"id": ":task"})


def _list_users(database: FilledDatabase) -> str:
    patterns = ", ".join(f"'%{surname}%'" for surname in database.surnames)
    absent = dict.fromkeys(("national_id", "name", "patronymic", "address", "only"), "NULL")
    values = {**absent, "surname": f"(ARRAY[{patterns}])[:pick]", "after": "0", "limit": "21"}
    return f"\\set pick random(1, {len(database.surnames)})\n" + _who() + _statement("users", "list", values)


def _start_and_stop(database: FilledDatabase) -> str:
    # Every client has users of its own, so that no start finds a timer running.
    users, each = database.users, database.users // 64
    mine = f"\\set user 1 + (:client_id * {each} + random(0, {each - 1})) % {users}\n"
    start = _statement("time_entries", "start", _TIMER | {"switch": "false"})
    return mine + _who() + start + _who() + _statement("time_entries", "stop", _TIMER)


def _switch(_: FilledDatabase) -> str:
    key = {"owner": "'user:' || :user", "key": "gen_random_uuid()::text", "fingerprint": "'\\x00'::bytea"}
    return _who() + _statement("time_entries", "start_once", _TIMER | {"switch": "true"} | key)


def _report(database: FilledDatabase) -> str:
    begin, end = (f"'{instant}'::timestamptz" for instant in database.month)
    values = {
        "start": begin,
        "end": end,
        "cuts": f"ARRAY[{begin}]",
        "user_ids": "ARRAY[:user]",
        "task_ids": "NULL",
        "by_task": "true",
        "by_user": "false",
        "limit": str(MOST_ROWS + 1),
    }
    return _who() + _statement("users", "time_zone", {"id": ":user"}) + _statement("reports", "sum", values)


def _lua_users(database: FilledDatabase) -> str:
    names = ", ".join(json.dumps(quote(surname)) for surname in database.surnames)
    return (
        f"local surnames = {{{names}}}\n"
        'function request() return ask("GET", "/users?surname=" .. surnames[math.random(#surnames)], user()) end\n'
    )


def _lua_start_and_stop(database: FilledDatabase) -> str:
    # A stop follows its start by so many requests that the start has long been answered.
    apart = max(database.users // 8, 1)
    return f"""\
local sent = math.random(0, 7) * {2 * apart}
function request()
    local block, place = math.floor(sent / {2 * apart}), sent % {2 * apart}
    local verb = place < {apart} and "start" or "stop"
    local who = (block * {apart} + place % {apart}) % {database.users} + 1
    sent = sent + 1
    return ask("POST", "/tasks/" .. (who % {database.tasks} + 1) .. "/" .. verb, who, "{{}}")
end
"""


def _lua_switch(_: FilledDatabase) -> str:
    return """\
local run, sent = math.random(2 ^ 31), 0
function request()
    sent = sent + 1
    return ask("POST", "/tasks/" .. task() .. "/start", user(), '{"switch": true}', run .. "-" .. sent)
end
"""


def _lua_report(database: FilledDatabase) -> str:
    body = json.dumps(dict(zip(("from", "to"), database.month, strict=True)))
    return f"""\
function request()
    local who = user()
    return ask("POST", "/users/" .. who .. "/report", who, '{body}')
end
"""


OPERATIONS = (
    Operation(
        "get",
        "`GET /tasks/{id}`",
        lambda _: 'function request() return ask("GET", "/tasks/" .. task(), user()) end\n',
        _get_task,
        target=(250, 15),
    ),
    Operation("list", "`GET /users?surname=`", _lua_users, _list_users),
    Operation("track", "start and stop", _lua_start_and_stop, _start_and_stop, 2, target=(350, 45)),
    Operation("switch", "start with `switch` and `Idempotency-Key`", _lua_switch, _switch),
    Operation("report", "`POST /users/{id}/report`, a month", _lua_report, _report, target=(400, 45)),
)
