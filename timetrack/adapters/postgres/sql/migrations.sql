-- What the database knows of its migrations: yoyo's own table, and the digests of the files that were applied.

-- name: exists
SELECT to_regclass(%(table)s) IS NOT NULL;

-- name: applied (yoyo keeps UTC without saying so)
SELECT migration_id, applied_at_utc FROM _yoyo_migration;

-- name: digests
SELECT migration_id, digest FROM migration_digests;

-- name: keep_digest (that of a migration taken back may still be there)
INSERT INTO migration_digests (migration_id, digest) VALUES (%(migration_id)s, %(digest)s)
ON CONFLICT ON CONSTRAINT migration_digests_pkey DO UPDATE SET digest = excluded.digest;
