-- On a connection that many requests share nobody waits for a lock, so each start and stop takes its rows there only if
-- no other transaction has them. Unlike lock_user_at_once and lock_task_and_user_at_once, which the version before still
-- calls, these say no only where one has: a row that is missing needs no wait, and its refusal comes at once.
CREATE FUNCTION lock_user_if_free(p_user_id bigint) RETURNS boolean
    LANGUAGE plpgsql VOLATILE
    AS $$
    BEGIN
        PERFORM FROM users WHERE id = p_user_id FOR NO KEY UPDATE SKIP LOCKED;
        RETURN FOUND OR NOT EXISTS (SELECT FROM users WHERE id = p_user_id);
    END
    $$;

-- The task is taken FOR SHARE, where a start alone takes it FOR KEY SHARE: on a row that another transaction has changed
-- and then locked, KEY SHARE agrees with the change, goes on to the changed row, and waits there in spite of SKIP LOCKED.
CREATE FUNCTION lock_task_and_user_if_free(p_task_id bigint, p_user_id bigint) RETURNS boolean
    LANGUAGE plpgsql VOLATILE
    AS $$
    BEGIN
        PERFORM FROM tasks WHERE id = p_task_id FOR SHARE SKIP LOCKED;
        RETURN (FOUND OR NOT EXISTS (SELECT FROM tasks WHERE id = p_task_id)) AND lock_user_if_free(p_user_id);
    END
    $$;
