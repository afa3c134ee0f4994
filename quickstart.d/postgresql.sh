# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
#
# postgresql - a private primary and its streaming replica
#
# Both listen on unix sockets in one folder, which only the programs' group may
# enter; the kernel says who is calling (peer), so there are no passwords. The
# programs' role owns its database and is no superuser.
#
# Layer: quickstart.  Uses: say, place, process.

PRIMARY_PORT=5432
REPLICA_PORT=5433

postgresql_bin() {
	find /usr/lib/postgresql -mindepth 3 -maxdepth 3 -path '*/bin/postgres' |
	    sort -V | tail -n 1 | xargs -r dirname
}

# What a small machine and a private socket need beyond the shipped settings.
postgresql_settings() {
	cat <<END
include '$EXAMPLES/postgresql/boxoffice.conf'
listen_addresses = ''
unix_socket_directories = '$PG_SOCKETS'
unix_socket_permissions = 0770
hba_file = '$ETC/postgresql/pg_hba.conf'
ident_file = '$ETC/postgresql/pg_ident.conf'
max_connections = 150
shared_buffers = 64MB
max_wal_size = 512MB
min_wal_size = 64MB
wal_buffers = 1MB
max_worker_processes = 4
max_wal_senders = 4
max_replication_slots = 2
max_slot_wal_keep_size = 512MB
primary_slot_name = 'replica'
log_timezone = 'UTC'
timezone = 'UTC'
END
}

postgresql_files() {
	local owner="root:$PG_USER"
	mkdir -p "$ETC/postgresql"
	postgresql_settings |
	    put "$ETC/postgresql/stack.conf" 0640 "$owner" || true
	put "$ETC/postgresql/pg_hba.conf" 0640 "$owner" <<-'END' || true
	local all         postgres  peer map=stack
	local replication postgres  peer map=stack
	local boxoffice   boxoffice peer map=stack
	END
	put "$ETC/postgresql/pg_ident.conf" 0640 "$owner" <<-END || true
	stack $PG_USER  postgres
	stack root      postgres
	stack root      boxoffice
	stack $APP_USER boxoffice
	END
}

psql_primary() {
	"$PG_BIN/psql" -XqAt -v ON_ERROR_STOP=1 \
	    -h "$PG_SOCKETS" -p "$PRIMARY_PORT" -U postgres "$@"
}

psql_replica() {
	"$PG_BIN/psql" -XqAt -v ON_ERROR_STOP=1 \
	    -h "$PG_SOCKETS" -p "$REPLICA_PORT" -U postgres "$@"
}

# postgresql_start NAME DATA PORT
postgresql_start() {
	process_start "$1" "$PG_USER" "$PG_BIN/postgres" -D "$2" \
	    -c "port=$3" -c "cluster_name=$1"
	process_answers "$1" \
	    "$PG_BIN/psql" -Xqc 'SELECT 1' -h "$PG_SOCKETS" -p "$3" -U postgres
}

primary_make() {
	local data=$STACK/data/primary
	[[ -e $data.made ]] && return
	step "making the PostgreSQL primary"
	find "$data" -mindepth 1 -delete
	quietly "$LOGS/initdb.log" as_user "$PG_USER" \
	    "$PG_BIN/initdb" -D "$data" -U postgres --auth=peer \
	    --encoding=UTF8 --locale=C.UTF-8 --data-checksums
	echo "include '$ETC/postgresql/stack.conf'" >>"$data/postgresql.conf"
	touch "$data.made"
}

# The role, the database, and the replica's slot, each if it is missing.
primary_fill() {
	psql_primary -d postgres <<-'END' >/dev/null
	SELECT 'CREATE ROLE boxoffice LOGIN' WHERE NOT EXISTS
	    (SELECT FROM pg_roles WHERE rolname = 'boxoffice') \gexec
	SELECT 'CREATE DATABASE boxoffice OWNER boxoffice' WHERE NOT EXISTS
	    (SELECT FROM pg_database WHERE datname = 'boxoffice') \gexec
	SELECT pg_create_physical_replication_slot('replica', true)
	    WHERE NOT EXISTS (SELECT FROM pg_replication_slots);
	END
	psql_primary -d boxoffice -c \
	    'CREATE EXTENSION IF NOT EXISTS pg_stat_statements' 2>/dev/null
}

replica_make() {
	local data=$STACK/data/replica
	[[ -e $data.made ]] && return
	step "making the PostgreSQL replica"
	find "$data" -mindepth 1 -delete
	quietly "$LOGS/basebackup.log" as_user "$PG_USER" \
	    "$PG_BIN/pg_basebackup" -D "$data" -R -X stream -c fast \
	    -h "$PG_SOCKETS" -p "$PRIMARY_PORT" -U postgres
	touch "$data.made"
}

replica_has_all() {
	local lsn
	lsn=$(psql_primary -d boxoffice -c 'SELECT pg_current_wal_flush_lsn()')
	[[ $(psql_replica -d boxoffice -c \
	    "SELECT pg_last_wal_replay_lsn() >= '$lsn'") == t ]]
}

postgresql_up() {
	PG_BIN=$(postgresql_bin)
	postgresql_files
	primary_make
	if ! process_runs pg-primary; then
		step "starting the PostgreSQL primary"
		postgresql_start pg-primary "$STACK/data/primary" "$PRIMARY_PORT"
		primary_fill
	fi
	replica_make
	if ! process_runs pg-replica; then
		step "starting the PostgreSQL replica"
		postgresql_start pg-replica "$STACK/data/replica" "$REPLICA_PORT"
	fi
}
