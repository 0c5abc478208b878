"""The roles of a TimeTrack database: one owns it and migrates it, the other only reads and writes its rows."""

import hmac
from dataclasses import dataclass, field

from psycopg import Connection
from psycopg.sql import SQL, Composed, Identifier, Literal

from timetrack.adapters.postgres.queries import load
from timetrack.adapters.postgres.setup.administration import (
    Login,
    administering,
    connection_parameters,
    lock_out_other_runs,
    url_for,
)
from timetrack.adapters.postgres.setup.faults import UnrestrictedRoleError

_SQL = load("provisioning")


@dataclass(frozen=True, slots=True, kw_only=True)
class Provisioned:
    """A database with its two roles; the URLs hold their passwords."""

    owner_url: str = field(repr=False)
    application_url: str = field(repr=False)
    application_role: str


def provision(superuser_url: str, name: str = "timetrack") -> Provisioned:
    """Make the database `name`, its owner `<name>_owner` and its application role `name`, as far as they are missing.

    The superuser's URL holds a password, from which the roles' follow: so every program that knows the one gets the
    same others, and nothing has to be kept.

    Raises:
        DatabaseSetupError: it cannot be done.
    """
    owner, application = _login(superuser_url, f"{name}_owner"), _login(superuser_url, name)
    with administering(superuser_url) as connection:
        lock_out_other_runs(connection)
        for login in (owner, application):
            _ensure_role(connection, login)
        _ensure_database(connection, name, owner)
        _give_schema(url_for(superuser_url, name), owner)
    return Provisioned(
        owner_url=url_for(superuser_url, name, owner),
        application_url=url_for(superuser_url, name, application),
        application_role=application.user,
    )


def grant(owner_url: str, role: str) -> None:
    """Give the role what the application needs, and take the rest from it; to be called after each migration.

    It may read every table and write rows, but the history and what migrations keep about themselves only read; it
    may create nothing, not even temporary tables, which could stand in the way of the real ones.

    Raises:
        UnrestrictedRoleError: the role has the owner's rights, whatever it is given.
        DatabaseSetupError: it cannot be done, such as for a role that does not exist.
    """
    with administering(owner_url) as connection:
        lock_out_other_runs(connection)
        if connection.execute(_SQL["has_owners_rights"], {"role": role}).fetchone() == (True,):
            raise UnrestrictedRoleError(role)
        with connection.transaction():
            _grant_database(connection, Identifier(role))
            _grant_tables(connection, Identifier(role))
            _revoke_large_objects(connection)


def _login(superuser_url: str, user: str) -> Login:
    secret = str(connection_parameters(superuser_url)["password"])
    return Login(user, hmac.digest(secret.encode(), user.encode(), "sha256").hex())


def _ensure_role(connection: Connection, login: Login) -> None:
    if not connection.execute(_SQL["role"], {"name": login.user}).fetchone():
        connection.execute(SQL("CREATE ROLE {}").format(Identifier(login.user)))
    # Hashed here, so that no log of the server's can hold it.
    hashed = connection.pgconn.encrypt_password(login.password.encode(), login.user.encode(), b"scram-sha-256")
    alter = SQL("ALTER ROLE {} LOGIN PASSWORD {}")
    connection.execute(alter.format(Identifier(login.user), Literal(hashed.decode())))


def _ensure_database(connection: Connection, name: str, owner: Login) -> None:
    if not connection.execute(_SQL["database"], {"name": name}).fetchone():
        create = SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'")
        connection.execute(create.format(Identifier(name), Identifier(owner.user)))


def _give_schema(superuser_url: str, owner: Login) -> None:
    # From PostgreSQL 15 on the database's owner has it anyway; before, nobody but the superuser had.
    with administering(superuser_url) as connection:
        connection.execute(SQL("ALTER SCHEMA public OWNER TO {}").format(Identifier(owner.user)))
        _revoke_large_objects(connection)


def _grant_database(connection: Connection, role: Identifier) -> None:
    database = Identifier(connection.info.dbname)
    for statement in (
        SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC, {}").format(database, role),
        SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, role),
        SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC, {}").format(role),
        SQL("GRANT USAGE ON SCHEMA public TO {}").format(role),
    ):
        connection.execute(statement)


def _grant_tables(connection: Connection, role: Identifier) -> None:
    tables = connection.execute(_SQL["tables"]).fetchall()
    readable = _listed([name for name, _ in tables])
    writable = _listed([name for name, is_writable in tables if is_writable])
    for statement in (
        SQL("REVOKE ALL ON {} FROM {}").format(readable, role),
        SQL("GRANT SELECT ON {} TO {}").format(readable, role),
        SQL("GRANT INSERT, UPDATE, DELETE ON {} TO {}").format(writable, role),
    ):
        connection.execute(statement)


def _revoke_large_objects(connection: Connection) -> None:
    """Let nobody but superusers make large objects, which would fill the disk outside of every table.

    Where the connection is no superuser's this does nothing: the database's own superuser has to do it.
    """
    functions = [SQL(function) for (function,) in connection.execute(_SQL["large_object_functions"]).fetchall()]
    if functions:
        connection.execute(SQL("REVOKE EXECUTE ON FUNCTION {} FROM PUBLIC").format(SQL(", ").join(functions)))


def _listed(tables: list[str]) -> Composed:
    return SQL(", ").join(Identifier("public", table) for table in tables)
