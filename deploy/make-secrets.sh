#!/usr/bin/env bash
# Writes secrets/: new passwords, and for each service of docker-compose.yml its own variables.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -e secrets ]; then
  echo 'secrets/ already exists. It was not changed, because the database keeps its passwords.' >&2
  exit 1
fi
umask 077
mkdir secrets
echo '*' > secrets/.gitignore

password() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
url() { echo "postgres://$1:$2@postgres:5432/lead_intake"; }
owner=$(password) public=$(password) internal=$(password)

cat > secrets/postgres.env <<END
POSTGRES_PASSWORD=$(password)
OWNER_PASSWORD=$owner
PUBLIC_PASSWORD=$public
INTERNAL_PASSWORD=$internal
END
echo "MIGRATION_DATABASE_URL=$(url lead_owner "$owner")" > secrets/migrate.env
echo "DATABASE_URL=$(url public_server "$public")" > secrets/public.env
cat > secrets/internal.env <<END
DATABASE_URL=$(url internal_server "$internal")
SMTP_URL=smtp://mail:1025
MAIL_FROM=intake@firm.example
ATTORNEY_EMAILS=attorneys@firm.example
INTERNAL_BASE_URL=http://localhost:3001
END
