DROP FUNCTION lock_task_and_user_at_once(bigint, bigint);
DROP FUNCTION lock_user_at_once(bigint);
