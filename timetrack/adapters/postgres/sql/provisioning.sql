-- name: role
SELECT 1 FROM pg_roles WHERE rolname = %(name)s;

-- name: database
SELECT 1 FROM pg_database WHERE datname = %(name)s;

-- name: has_owners_rights (a superuser has everybody's)
SELECT pg_has_role(%(role)s, current_user, 'MEMBER');

-- name: large_object_functions (that everybody may call; none unless we are a superuser, whose they are)
SELECT oid::regprocedure::text
FROM pg_proc
WHERE
    pronamespace = 'pg_catalog'::regnamespace
    AND (proname LIKE E'lo\\_%%' OR proname IN ('loread', 'lowrite'))
    AND has_function_privilege('public', oid, 'EXECUTE')
    AND (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
ORDER BY 1;

-- name: tables
-- Our own, and whether the application may write to them: traces are their triggers', the rest the migrations'.
SELECT
    tablename,
    tablename NOT IN ('time_entry_history', 'role_changes', 'migration_digests', 'yoyo_lock')
        AND tablename NOT LIKE E'\\_yoyo%%'
FROM pg_tables
WHERE schemaname = 'public' AND tableowner = current_user
ORDER BY tablename;
