"""The settings that a worker is given."""

from dataclasses import dataclass, field

from timetrack.entrypoints.logs.configuration import Format


@dataclass(frozen=True, slots=True, kw_only=True)
class ServingOptions:
    """The settings that workers need; plain, as workers shall not load what reads and checks settings (10 MiB each)."""

    database_url: str = field(repr=False)
    database_pool_size: int
    database_pipelines: int
    statement_timeout: float
    prepared_statements: bool
    peopleinfo_url: str = field(repr=False)
    peopleinfo_timeout: float
    threads: int
    compiled: bool
    demo: bool
    token_ttl: int
    token_idle_ttl: int
    registration_open: bool
    registrations_per_address: int
    public_url: str | None
    cors_origins: tuple[str, ...]
    trusted_proxies: str | None
    connections_per_address: int
    keep_alive: int
    drain_seconds: float
    log_level: str
    log_format: Format
