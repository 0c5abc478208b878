-- When a token was used last, and for how long it may lie idle; NULL, as of an older server's tokens, is for ever.
-- now() and not clock_timestamp(): a default that stays the same during the statement needs no new copy of the table.

ALTER TABLE tokens
    ADD COLUMN last_used_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN idle_lifetime interval;
