"""A database's schema as rows, so that two schemas can be compared."""

from collections.abc import Sequence

import psycopg

# Everything of ours in the schema `public`, a row each: what it is, its name, and all that makes it what it is.
# Left out are the extensions' own objects and what migrations write about themselves.
_DESCRIPTION = r"""
WITH ours AS (
    SELECT oid, relname, relkind FROM pg_class
    WHERE relnamespace = 'public'::regnamespace
        AND relname !~ '(^_?yoyo|^migration_digests)'
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
)
SELECT relkind::text, relname, '' FROM ours
UNION ALL
SELECT 'column', relname || '.' || row_number() OVER (PARTITION BY attrelid ORDER BY attnum), concat_ws(
    ' ', attname, format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated,
    pg_get_expr(adbin, adrelid)
)
FROM ours JOIN pg_attribute ON attrelid = ours.oid AND attnum > 0 AND NOT attisdropped
LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
UNION ALL
SELECT 'constraint', relname || '.' || conname, pg_get_constraintdef(pg_constraint.oid)
FROM ours JOIN pg_constraint ON conrelid = ours.oid
UNION ALL
SELECT 'index', relname, pg_get_indexdef(oid) FROM ours WHERE relkind = 'i'
UNION ALL
SELECT 'trigger', relname || '.' || tgname, concat_ws(' ', pg_get_triggerdef(pg_trigger.oid), tgenabled)
FROM ours JOIN pg_trigger ON tgrelid = ours.oid AND NOT tgisinternal
UNION ALL
SELECT 'function', pg_proc.oid::regprocedure::text, pg_get_functiondef(pg_proc.oid)
FROM pg_proc
WHERE pronamespace = 'public'::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
UNION ALL
SELECT 'comment', thing.identity, description
FROM pg_description CROSS JOIN LATERAL pg_identify_object(classoid, objoid, objsubid) AS thing
WHERE thing.identity ~ '\mpublic\.'
    AND NOT EXISTS (SELECT FROM pg_depend WHERE pg_depend.objid = objoid AND deptype = 'e')
ORDER BY 1, 2, 3
"""


def schema_of(database_url: str) -> Sequence[tuple[str, ...]]:
    """Return a description of every table, column, constraint, index, trigger, function, type and comment of ours."""
    with psycopg.connect(database_url) as connection:
        return connection.execute(_DESCRIPTION).fetchall()
