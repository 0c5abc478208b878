DROP FUNCTION lock_timer_at_once(bigint, bigint);
