-- name: attribute
SELECT attribute_changes(%(user_id)s, %(token_id)s, %(request_id)s);

-- name: migrations
SELECT migration_id FROM _yoyo_migration;
