-- For psql, run once in the empty database lead_intake, before the first migration, by a superuser or
-- by the administrator of a managed Postgres:
--   OWNER_PASSWORD=… PUBLIC_PASSWORD=… INTERNAL_PASSWORD=… psql -d lead_intake -f deploy/logins.sql
\set ON_ERROR_STOP on
\set QUIET on
\set SHOW_CONTEXT never

-- The passwords travel in the options of a second connection. In a statement they could reach the
-- server's log and its statistics, which only a superuser could prevent.
\set given `printf %s "$PGOPTIONS"`
\set owner `printf %s "$OWNER_PASSWORD" | sed 's/[^A-Za-z0-9]/\\&/g'`
\set public `printf %s "$PUBLIC_PASSWORD" | sed 's/[^A-Za-z0-9]/\\&/g'`
\set internal `printf %s "$INTERNAL_PASSWORD" | sed 's/[^A-Za-z0-9]/\\&/g'`
\set owner ' -c lead_intake.owner_password=':owner
\set public ' -c lead_intake.public_password=':public
\set internal ' -c lead_intake.internal_password=':internal
\setenv PGOPTIONS :given:owner:public:internal
\connect -reuse-previous=on options=
\ir ../common/database/privileges/logins.sql
