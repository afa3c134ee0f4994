# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
#
# demo - schema, accounts, catalog, and what the newcomer is told
#
# Layer: quickstart.  Uses: all other parts.

demo_migrate() {
	:
}
demo_load() {
	:
}

# env_word NAME VALUE: as the shell reads it.
env_word() {
	printf '%s=%q\n' "$1" "$2"
}

env_lines() {
	local redis
	redis="env REDISCLI_AUTH=$(secret redis-admin) redis-cli"
	local psql="$PG_BIN/psql -X -U postgres -d boxoffice -h $PG_SOCKETS"
	env_word BASE_URL "$BASE_URL"
	env_word CA_CERT "$STACK/ca.pem"
	env_word CTL "$INSTALLED/bin/boxofficectl --config $CONF"
	env_word REDIS_CLI "$redis -s $REDIS_SOCKET --user admin"
	env_word PSQL_PRIMARY "$psql -p $PRIMARY_PORT"
	env_word PSQL_REPLICA "$psql -p $REPLICA_PORT"
	env_word CONFD "$CONFD"
	env_word REDIS_SOCKET "$REDIS_SOCKET"
	env_word PIDS_DIR "$PIDS"
	env_word ADMIN_LOGIN admin
	env_word ADMIN_PASSWORD "$(secret admin)"
	env_word USER_LOGIN buyer
	env_word USER_PASSWORD "$(secret buyer)"
}

env_write() {
	env_lines | put "$ENV_FILE" 0600 root:root || true
}

demo_tell() {
	say "$BASE_URL"
}
