-- Failed sign-ins, by a digest of what they count against: a user or an address. Each failure puts `forgiven_at`, the
-- instant at which all of them are forgiven, off by the same time, so that one row is enough.

CREATE TABLE failed_sign_ins (
    subject bytea NOT NULL,
    forgiven_at timestamptz NOT NULL,
    CONSTRAINT failed_sign_ins_pkey PRIMARY KEY (subject)
);

CREATE INDEX failed_sign_ins_forgiven_at_idx ON failed_sign_ins (forgiven_at);
