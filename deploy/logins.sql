-- For psql, run once by a superuser in the empty database lead_intake, before the first migration:
--   OWNER_PASSWORD=… PUBLIC_PASSWORD=… INTERNAL_PASSWORD=… psql -d lead_intake -f deploy/logins.sql
\set ON_ERROR_STOP on
\getenv owner_password OWNER_PASSWORD
\getenv public_password PUBLIC_PASSWORD
\getenv internal_password INTERNAL_PASSWORD

-- No password in the server's log, nor in what psql prints.
\set SHOW_CONTEXT never
set log_statement = 'none';
set log_min_duration_statement = -1;
set log_min_error_statement = 'panic';

set lead_intake.owner_password = :'owner_password';
set lead_intake.public_password = :'public_password';
set lead_intake.internal_password = :'internal_password';
\ir ../common/database/privileges/logins.sql
