"""A proxy before PostgreSQL that can answer in its place."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit


class TamperingProxy:
    """Passes everything on, until `reply` is set: from then on that is what the server seems to say."""

    def __init__(self, database_url: str) -> None:
        parts = urlsplit(database_url)
        self._server = parts.hostname, parts.port
        self._url = database_url
        self._port = 0
        self.reply: bytes | None = None

    @property
    def database_url(self) -> str:
        """The database by way of the proxy."""
        host, port = self._server
        return self._url.replace(f"{host}:{port}", f"127.0.0.1:{self._port}")

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Accept connections while the block runs."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self._port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()

    async def _serve(self, client_in: asyncio.StreamReader, client_out: asyncio.StreamWriter) -> None:
        server_in, server_out = await asyncio.open_connection(*self._server)
        await asyncio.gather(self._pass_on(client_in, server_out), self._pass_on(server_in, client_out, tampers=True))

    async def _pass_on(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, tampers: bool = False
    ) -> None:
        while piece := await source.read(65_536):
            target.write(self.reply if tampers and self.reply is not None else piece)
        target.close()
