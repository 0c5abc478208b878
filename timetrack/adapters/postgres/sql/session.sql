-- name: attribute
SELECT attribute_changes(%(user_id)s, %(token_id)s, %(request_id)s);

-- name: ping
SELECT 1;
