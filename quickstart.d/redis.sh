# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
#
# redis - a private Redis on a unix socket, with the shipped settings
#
# Layer: quickstart.  Uses: say, place, process.

redis_settings() {
	cat <<END
include $EXAMPLES/redis/boxoffice.conf
port 0
unixsocket $REDIS_SOCKET
unixsocketperm 770
daemonize no
supervised no
dir $STACK/data/redis
aclfile $ETC/redis/users.acl
# quickstart knows its Redis by this name.
proc-title-template "{title} {config-file}"
${REDIS_EXTRA:-}
END
}

# The shipped users, under passwords of this stack.
redis_users() {
	sed -e "s/>CHANGE-ME/>$(secret redis)/" \
	    -e "s/>CHANGE-FEED/>$(secret redis-feed)/" \
	    -e "s/>CHANGE-ADMIN/>$(secret redis-admin)/" \
	    "$EXAMPLES/redis/boxoffice.acl"
}

redis_cli() {
	REDISCLI_AUTH=$(secret redis-admin) \
	    redis-cli -s "$REDIS_SOCKET" --user admin "$@"
}

redis_answers() {
	[[ $(redis_cli ping 2>/dev/null) == PONG ]]
}

redis_up() {
	mkdir -p "$ETC/redis"
	redis_settings | put "$ETC/redis/redis.conf" 0640 "root:$REDIS_USER" || true
	redis_users | put "$ETC/redis/users.acl" 0640 "root:$REDIS_USER" || true
	process_runs redis && return
	step "starting Redis"
	rm -f "$REDIS_SOCKET"
	process_start redis "$REDIS_USER" \
	    /usr/bin/redis-server "$ETC/redis/redis.conf"
	process_answers redis redis_answers
}
