-- Many starts or stops in one statement, and so in one transaction, must not wait for each other's rows: a batch that
-- holds some users and waits for another could wait in a circle, and would keep everybody in it waiting. So each takes
-- its rows only if they are free now; what cannot have them is left to be done alone.
-- The task is taken FOR SHARE, where a start alone takes it FOR KEY SHARE: on a row that another transaction has changed
-- and then locked, KEY SHARE agrees with the change, goes on to the changed row, and waits there in spite of SKIP LOCKED.
-- A start takes its task too; a stop changes nothing that rests on the task.
CREATE FUNCTION lock_user_at_once(p_user_id bigint) RETURNS boolean
    LANGUAGE plpgsql VOLATILE
    AS $$
    BEGIN
        PERFORM FROM users WHERE id = p_user_id FOR NO KEY UPDATE SKIP LOCKED;
        RETURN FOUND;
    END
    $$;

CREATE FUNCTION lock_task_and_user_at_once(p_task_id bigint, p_user_id bigint) RETURNS boolean
    LANGUAGE plpgsql VOLATILE
    AS $$
    BEGIN
        PERFORM FROM tasks WHERE id = p_task_id FOR SHARE SKIP LOCKED;
        RETURN FOUND AND lock_user_at_once(p_user_id);
    END
    $$;
