-- name: seconds_to_wait
-- What would be forgiven later than ever possible was counted while the clock was ahead, and counts for nothing.
-- There is room for one more failure while those that are not forgiven yet leave a failure's time of the whole.
SELECT greatest(0, ceil(extract(epoch FROM max(forgiven_at - now() - make_interval(secs => full_after)))))::integer
    AS seconds
FROM unnest(%(subjects)s::bytea[], %(full_after)s::integer[]) AS limits (subject, full_after)
JOIN failed_sign_ins USING (subject)
WHERE forgiven_at <= now() + make_interval(secs => %(longest)s);

-- name: add
-- In the order of the subjects, so that two that count against the same ones cannot wait for each other.
INSERT INTO failed_sign_ins AS kept (subject, forgiven_at)
SELECT subject, now() + make_interval(secs => seconds_each)
FROM unnest(%(subjects)s::bytea[], %(seconds_each)s::integer[]) AS limits (subject, seconds_each)
ORDER BY subject
ON CONFLICT ON CONSTRAINT failed_sign_ins_pkey
DO UPDATE SET forgiven_at = least(
    now() + make_interval(secs => %(longest)s),
    excluded.forgiven_at + CASE
        WHEN kept.forgiven_at BETWEEN now() AND now() + make_interval(secs => %(longest)s) THEN kept.forgiven_at - now()
        ELSE interval '0'
    END
);
