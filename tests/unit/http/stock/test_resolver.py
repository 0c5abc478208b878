"""The last door before a handler: it opens for the handler's own operation only, and not to nobody."""

import asyncio
from typing import Any

import flask
import pytest

from timetrack.domain.errors import TokenMissingError
from timetrack.entrypoints.http.contract.operations import compile_operations
from timetrack.entrypoints.http.contract.routes import Routes
from timetrack.entrypoints.http.edge.request_context import RequestContext
from timetrack.entrypoints.http.messages.call import Call, Reply
from timetrack.entrypoints.http.messages.problems import Refusal
from timetrack.entrypoints.http.stock.rebuilt_request import LOOP
from timetrack.entrypoints.http.stock.resolver import view_of
from timetrack.waiting import Greenlets


def context_of(security: list[dict[str, list[str]]]) -> RequestContext:
    operations = compile_operations({"paths": {"/a": {"get": {"operationId": "a.get", "security": security}}}})
    route = Routes(operations).find("GET", "/a")
    return RequestContext(method="GET", path="/a", query=b"", headers={}, request_id="r", route=route)


def answer(context: RequestContext, operation_id: str) -> flask.Response:
    async def serve() -> flask.Response:
        scope: dict[str, Any] = {LOOP: asyncio.get_running_loop()}
        context.put_into(scope)
        return await asyncio.to_thread(view, scope)

    def view(scope: dict[str, Any]) -> flask.Response:
        with flask.Flask("test").test_request_context("/a", environ_overrides={"asgi.scope": scope}):
            return view_of(operation_id, said, Greenlets())()

    return asyncio.run(serve())


def said(call: Call) -> Reply[str]:
    return Reply(body=call.operation_id)


def test_a_handler_answers_its_own_operation() -> None:
    assert answer(context_of([]), "a.get").data == b'"a.get"'


def test_a_handler_refuses_another_operation() -> None:
    with pytest.raises(Refusal, match="there is nothing here"):
        answer(context_of([]), "b.get")


def test_a_secured_handler_refuses_nobody_even_when_security_was_skipped() -> None:
    with pytest.raises(TokenMissingError):
        answer(context_of([{"bearer": []}]), "a.get")
