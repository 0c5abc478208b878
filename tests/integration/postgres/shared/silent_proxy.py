"""A proxy before PostgreSQL that makes it hang, or end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit


class SilentProxy:
    """Passes everything on until it hangs; a connection that is made meanwhile waits, too."""

    def __init__(self, database_url: str) -> None:
        parts = urlsplit(database_url)
        self._server = parts.hostname, parts.port
        self._url = database_url
        self._port = 0
        self._answers = asyncio.Event()
        self._answers.set()
        self._accepted: list[asyncio.StreamWriter] = []
        self._listening: asyncio.Server | None = None

    @property
    def database_url(self) -> str:
        """The database by way of the proxy."""
        host, port = self._server
        return self._url.replace(f"{host}:{port}", f"127.0.0.1:{self._port}")

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Accept connections while the block runs."""
        await self.come_back()
        try:
            yield
        finally:
            self.go_away()

    def hang(self) -> None:
        """Answer nothing any more."""
        self._answers.clear()

    def go_on(self) -> None:
        """Answer again, also what was asked meanwhile."""
        self._answers.set()

    def go_away(self) -> None:
        """End all connections, and refuse others."""
        assert self._listening is not None
        self._listening.close()
        for writer in self._accepted:
            writer.transport.abort()
        self._accepted.clear()

    async def come_back(self) -> None:
        """Accept connections again, at the same port."""
        self._listening = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        self._port = self._listening.sockets[0].getsockname()[1]

    async def _serve(self, client_in: asyncio.StreamReader, client_out: asyncio.StreamWriter) -> None:
        self._accepted.append(client_out)
        server_in, server_out = await asyncio.open_connection(*self._server)
        self._accepted.append(server_out)
        await asyncio.gather(self._pass_on(client_in, server_out), self._pass_on(server_in, client_out))

    async def _pass_on(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        try:
            while piece := await source.read(65_536):
                await self._answers.wait()
                target.write(piece)
        except ConnectionError:
            pass
        target.close()
