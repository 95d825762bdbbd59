#!/bin/bash
# DAViCal on PHP's own server, with a PostgreSQL of its own that ends with it; all in one folder: davical.sh FOLDER PORT.
set -eu
folder=$1 port=$2
bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
as=()
if [ "$(id -u)" = 0 ]; then
  chown postgres "$folder"
  as=(setpriv --reuid=postgres --regid=postgres --init-groups)
fi
export PGHOST=$folder PGUSER=davical PGOPTIONS=--client-min-messages=warning
# Their data lies in memory where ours does not: nothing is waited for.
"${as[@]}" "$bin/initdb" -D "$folder/data" -U davical -A trust -E UTF8 --locale=C --no-sync >/dev/null
"${as[@]}" "$bin/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c fsync=off -c full_page_writes=off &
postgres=$!
for _ in $(seq 100); do psql -qXAt -c 'SELECT 1' template1 >/dev/null 2>&1 && break || sleep 0.1; done

createdb davical
psql -qX -c 'CREATE USER davical_dba SUPERUSER' -c 'CREATE USER davical_app SUPERUSER' davical
dba=/usr/share/davical/dba
sql() { psql -qXAt -v ON_ERROR_STOP=0 davical "$@" >/dev/null 2>&1 || true; }
sql -f /usr/share/awl/dba/awl-tables.sql
sql -f /usr/share/awl/dba/schema-management.sql
sql -f "$dba/davical.sql"
sql -f "$dba/caldav_functions.sql"
sql -f "$dba/rrule_functions.sql"
for view in "$dba"/views/*.sql; do sql -f "$view"; done
sql -f "$dba/base-data.sql"
sql -c "INSERT INTO usr (user_no, active, username, password, fullname, email) VALUES (2000, TRUE, 'bench', '**bench', 'Bench', 'bench@example.org');
        INSERT INTO principal (principal_id, type_id, user_no, displayname, default_privileges) VALUES (2000, 1, 2000, 'Bench', 0::BIT(24))"

# DAViCal looks for its configuration beside its pages.
mkdir -p "$folder/davical/config"
cp -r /usr/share/davical/htdocs "$folder/davical/htdocs"
ln -s /usr/share/davical/inc /usr/share/davical/dba /usr/share/davical/locale "$folder/davical/"
cat >"$folder/davical/config/config.php" <<CONF
<?php
\$c->pg_connect[] = 'dbname=davical host=$folder user=davical';
\$c->domain_name = 'bench';
\$c->admin_email = 'bench@example.org';
CONF
cd "$folder/davical/htdocs"
trap 'kill $postgres 2>/dev/null' EXIT
PHP_CLI_SERVER_WORKERS=8 php -d opcache.enable_cli=1 -d display_errors=0 -d include_path=/usr/share/davical/inc:/usr/share/awl/inc:. \
  -S "127.0.0.1:$port" -t "$folder/davical/htdocs"
