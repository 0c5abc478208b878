-- Background work that one server at a time does: whoever moves `held_until` on has the lease until then.

CREATE TABLE leases (
    name text NOT NULL,
    held_until timestamptz NOT NULL DEFAULT '-infinity',
    CONSTRAINT leases_pkey PRIMARY KEY (name)
);
INSERT INTO leases (name) VALUES ('profiles'), ('sweeping');
