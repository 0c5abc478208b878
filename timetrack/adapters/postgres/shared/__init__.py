"""Statements of many requests, sent over connections that they share, or over one that is lent.

    store -> Session -> SharedConnections --+-- a lookup by one value ------ LookupBatches --+
                          (senders.py)      +-- a start or a stop ---------- WriteBatches ---+-> Pipelines -> Pipeline
                                            +-- another statement marked `shared` -----------+   (the least busy one)
                                            +-- any other, or what these cannot do now --+
                                                                              v
             transaction(), once() --- Turns ---> LentConnection <--------- Lending -> psycopg_pool
                                             (one statement, or a transaction)

A `Pipeline` drives one connection in libpq's pipeline mode: what waits for a result is suspended, and the event loop
resumes it. There are two switches. A statement's own mark (`-- shared:` in `sql/`) says whether others may stand behind
it on the same connection. And inside a transaction everything goes over the connection that is lent to it: a shared
statement could wait behind one that waits for a lock of this transaction, which PostgreSQL would not see as a deadlock.

Nobody waits for a lock on a shared connection. A start or a stop takes its rows there only if they are free, and is
done over a lent one otherwise; whatever else has to wait is told so after a moment (`pool.py`), and goes the same way.
One user's writes have a few lent connections at a time (`turns.py`), so that whoever locks a row stops its user alone.

Equal statements that are asked for during one turn of the event loop go out as one (`batches.py`). Both pools are
psycopg_pool's: it connects, replaces lost and old connections, backs off, and bounds the queue. Each shared statement
is a transaction of its own.
"""
