-- What the parts of the schema are for, said in the database itself: docs/schema.sql shows it, and so does psql's \d+.
-- A comment keeps nobody from reading or writing the table meanwhile.
--
-- The lane of a timer and the two minutes of skew stand both in start_timer and in stop_timer, and stay there: to say
-- each once would take both functions under new names, as servers of the version before still call these, and until
-- those are gone the rules of start and stop would stand twice.

COMMENT ON FUNCTION wall_clock IS
    'The one clock. Instants are whole seconds, so that durations are exact integers and rows add up to totals.';

COMMENT ON TABLE users IS 'People, known by their national ID.';
COMMENT ON COLUMN users.profile IS
    $$'pending' until people-info has told name and address; profile_next_try_at is when it is asked next.$$;
COMMENT ON COLUMN users.timers IS 'One timer at a time, or one for each task. It decides the lane of a new time entry.';
COMMENT ON CONSTRAINT users_erased_check ON users IS
    'What tells who an erased person was is gone; the row stays, so that the hours still count.';

COMMENT ON TABLE installation IS
    'One row. Whoever takes first_user_id is the admin; of two first registrations at once, one waits here.';

COMMENT ON TABLE tasks IS 'What time is spent on. A deleted one stays, for the time entries that refer to it.';

COMMENT ON TABLE time_entries IS 'Time that a user has spent on a task; one without an end is a running timer.';
COMMENT ON COLUMN time_entries.lane IS
    'What may not overlap: 0 for a user with a single timer, the task for one with parallel timers.';
COMMENT ON CONSTRAINT time_entries_overlap_excl ON time_entries IS
    $$Its index also finds a report's entries: those of one user that overlap a range.$$;
COMMENT ON INDEX time_entries_running_key IS 'Of many that start a timer in a lane at once, one wins.';

COMMENT ON TABLE tokens IS 'Access tokens; of each only a digest is kept.';
COMMENT ON COLUMN tokens.idle_lifetime IS
    'For how long it may lie idle; NULL, as of tokens from before migration 0007, is for ever.';

COMMENT ON TABLE time_entry_history IS
    'Every version of every time entry, written by a trigger in the same transaction, and never changed again.';

COMMENT ON TABLE idempotency_keys IS
$$What was answered to requests that came with a key, for 24 hours: an HTTP reply or, where one statement does it
all, the outcome of a start or stop.$$;

COMMENT ON TABLE leases IS
    'Background work that one server at a time does, a row each: whoever moves held_until on has the lease until then.';

COMMENT ON TABLE failed_sign_ins IS
$$Failed sign-ins, by a digest of what they count against: a user or an address. Each failure puts forgiven_at, the
instant at which all of them are forgiven, off by the same time, so that one row is enough.$$;

COMMENT ON TYPE timer_outcome IS
    'How a start or a stop has ended. The columns from id on are those of the time entry, unless it was refused.';
COMMENT ON COLUMN timer_outcome.outcome IS $$'started', 'stopped' or the code of the refusal.$$;
COMMENT ON COLUMN timer_outcome.replayed IS
    'Whether it was kept under an idempotency key; request_id is then that of the first request.';
COMMENT ON COLUMN timer_outcome.in_the_way IS 'The time entries for which it was refused, at most ten.';

COMMENT ON FUNCTION attribute_changes IS 'Tells the history to whom the rest of the transaction is attributed.';
COMMENT ON FUNCTION record_time_entry_history IS
$$Writes a version of a time entry. It has its owner's rights, because nobody else may write a history. The path says
pg_temp, and says it last: unsaid, it comes first, and a temporary table of the same name would take the history
in.$$;
COMMENT ON FUNCTION refuse_history_change IS $$Refuses every change of the history, also the owner's.$$;

COMMENT ON FUNCTION claim_idempotency_key IS
    $$Takes a key for this transaction: 'new', 'answered', 'reused' by another request, or 'in_use' by one under way.$$;

COMMENT ON FUNCTION start_timer IS
$$Starts a timer on a task, now or at p_start, in the lane that the user's setting says.
* p_start may be up to two minutes ahead of the clock, since clocks differ; it is taken for now then.
* A timer that runs in the lane refuses the start; with p_switch it ends at the instant at which the new one starts,
  which may not be before its own start.
* A start in the past is refused where ended entries of the lane are in the way.
Why this is right under READ COMMITTED: the function is VOLATILE, so each statement inside takes a snapshot of its
own. The user's row is locked first, and every write of a user's time takes that lock; the statements behind it
therefore see all that the user's earlier writes have committed, and the clock, read after the lock, is not behind
theirs. In one plain statement all parts would share the snapshot from before the wait: a stop could miss the timer
that a concurrent switch has just started, and a clock could be older than the entry. The order of locks is task,
then user, everywhere, so nothing deadlocks.$$;
COMMENT ON FUNCTION stop_timer IS
$$Ends the user's timer on a task, now or at p_end. It is right under READ COMMITTED for the reasons of start_timer.
* p_end may be up to two minutes ahead of the clock, since clocks differ; it is taken for now then.
* p_end may not be before the timer's start.$$;
COMMENT ON FUNCTION entries_in_the_way IS
    'Returns at most ten entries of a lane that overlap [p_start, p_end), but for p_except, which is about to change.';
COMMENT ON FUNCTION kept_timer_outcome IS
    'Returns the outcome that was kept under the key, or why there will be none; its outcome is NULL for a new key.';
COMMENT ON FUNCTION start_timer_once IS
    'Starts a timer as start_timer does, and keeps the outcome under the key, in one transaction.';
COMMENT ON FUNCTION stop_timer_once IS
    'Ends a timer as stop_timer does, and keeps the outcome under the key, in one transaction.';

COMMENT ON FUNCTION lock_user_at_once IS
$$Takes a user's row if it is free now, and tells whether it was. Many starts or stops in one transaction must not
wait for each other's rows: one that holds some users and waits for another could wait in a circle, and would keep
everybody in it waiting. What cannot have its rows is done alone.$$;
COMMENT ON FUNCTION lock_task_and_user_at_once IS
$$Takes the rows of a task and a user if they are free now, for a start; a stop changes nothing that rests on the
task. The task is taken FOR SHARE, where start_timer takes it FOR KEY SHARE: on a row that another transaction has
changed and then locked, KEY SHARE agrees with the change, goes on to the changed row, and waits there in spite of
SKIP LOCKED.$$;
