-- name: claim
-- A statement of its own: the next one's snapshot then sees what the holder of the key has committed.
SELECT claim_idempotency_key(%(owner)s, %(key)s, %(fingerprint)s) AS claim;

-- name: get_answer
SELECT reply_status AS status, reply_headers AS headers, reply_body AS body
FROM idempotency_keys
WHERE owner = %(owner)s AND key = %(key)s;

-- name: save_answer
INSERT INTO idempotency_keys (owner, key, fingerprint, reply_status, reply_headers, reply_body, shows)
VALUES (%(owner)s, %(key)s, %(fingerprint)s, %(status)s, %(headers)s, %(body)s, %(shows)s);

-- name: number_of_keys
-- By the primary key; LIMIT bounds what an owner of very many costs.
SELECT count(*) AS number FROM (SELECT FROM idempotency_keys WHERE owner = %(owner)s LIMIT %(most)s) AS kept;
