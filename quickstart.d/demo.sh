# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
#
# demo - schema, accounts, catalog, and what the newcomer is told
#
# Layer: quickstart.  Uses: all other parts.

DEMO_ADMIN=admin
DEMO_BUYER=buyer
DEMO_CREDIT=10000000

ctl() {
	"$INSTALLED/bin/boxofficectl" --config "$CONF" "$@"
}

demo_migrate() {
	quietly "$LOGS/migrate.log" ctl migrate
}

# demo_account LOGIN OPTION...: unless there is one.
demo_account() {
	local login=$1
	shift
	ctl token "$login" >/dev/null 2>&1 && return
	secret "$login" >/dev/null
	quietly "$LOGS/account.log" ctl user add "$login" \
	    --password-file "$DIR/secrets/$login" "$@"
	quietly "$LOGS/account.log" ctl wallet credit "$login" "$DEMO_CREDIT"
}

# An open performance without queue, with 100 to 2,000 seats, soonest first.
demo_performance() {
	psql_primary -d boxoffice <"$PARTS/performance.sql"
}

# demo_poster FILE: what an operator does to give a show its poster.
demo_poster() {
	local show id token
	show=$(basename "$1" .webp)
	id=$(psql_primary -d boxoffice -c "SELECT id FROM shows WHERE key = '$show'")
	token=$(ctl token "$DEMO_ADMIN")
	curl -sS --fail --cacert "$STACK/ca.pem" -X PUT --data-binary "@$1" \
	    -H "Authorization: Bearer $token" -H 'Content-Type: image/webp' \
	    "$BASE_URL/api/v1/admin/shows/$id/poster"
}

demo_posters() {
	local file
	for file in "$INSTALLED"/share/boxoffice/demo/posters/*.webp; do
		quietly "$LOGS/posters.log" demo_poster "$file"
	done
}

# DEMO=accounts in the environment: nothing is on sale yet, as in a new house.
demo_load() {
	[[ -z $(demo_performance) ]] || return 0
	step "loading the demo: accounts and catalog"
	demo_account "$DEMO_ADMIN" --admin
	demo_account "$DEMO_BUYER"
	[[ ${DEMO:-} != accounts ]] || return 0
	quietly "$LOGS/load.log" ctl load "$INSTALLED/share/boxoffice/demo/demo.json"
	demo_posters
	wait_until 60 "the replica" replica_has_all
}

# env_word NAME VALUE: as the shell reads it.
env_word() {
	printf '%s=%q\n' "$1" "$2"
}

# Whoever called through sudo owns the file; what its commands open stays the
# programs', so they go through sudo as well.
env_owner() {
	echo "${SUDO_UID:-0}:${SUDO_GID:-0}"
}

env_lines() {
	local redis psql sudo=${SUDO_UID:+sudo }
	redis="${sudo}env REDISCLI_AUTH=$(secret redis-admin) redis-cli"
	psql="$sudo$PG_BIN/psql -X -U postgres -d boxoffice -h $PG_SOCKETS"
	env_word BASE_URL "$BASE_URL"
	env_word CA_CERT "$STACK/ca.pem"
	env_word CTL "$sudo$INSTALLED/bin/boxofficectl --config $CONF"
	env_word REDIS_CLI "$redis -s $REDIS_SOCKET --user admin"
	env_word PSQL_PRIMARY "$psql -p $PRIMARY_PORT"
	env_word PSQL_REPLICA "$psql -p $REPLICA_PORT"
	env_word CONFD "$CONFD"
	env_word REDIS_SOCKET "$REDIS_SOCKET"
	env_word PIDS_DIR "$PIDS"
	env_word ADMIN_LOGIN "$DEMO_ADMIN"
	env_word ADMIN_PASSWORD "$(secret "$DEMO_ADMIN")"
	env_word USER_LOGIN "$DEMO_BUYER"
	env_word USER_PASSWORD "$(secret "$DEMO_BUYER")"
}

env_write() {
	env_lines | put "$ENV_FILE" 0600 "$(env_owner)" || true
}

# One line that buys the first free seat; each use buys another one.
demo_line() {
	local performance=$1
	cat <<END
( B=$BASE_URL/api/v1; c() { curl -sS --cacert $STACK/ca.pem -H 'Content-Type: application/json' "\$@"; }; pick() { sed -n 's/.*"'"\$1"'": *"\([^"]*\)".*/\1/p'; }; T=\$(c \$B/auth/login -d '{"login_id":"$DEMO_BUYER","password":"$(secret "$DEMO_BUYER")"}' | pick access_token); H=\$(c \$B/performances/$performance/holds -H "Authorization: Bearer \$T" -d '{"best_available":{"quantity":1}}' | pick hold_token); c \$B/payments -H "Authorization: Bearer \$T" -H "Idempotency-Key: \$H" -d "{\"hold_token\":\"\$H\",\"method\":\"wallet\"}"; echo )
END
}

demo_page() {
	[[ -n $PAGE ]] || { echo "    without the page: it could not be built"; return; }
	cat <<END
    open it in a browser: its certificate is signed by $STACK/ca.pem,
    which no browser knows, so it will ask whether to go on;
    operators have theirs at $BASE_URL/operator
END
}

demo_cards() {
	cat <<END
Or pay by card on the page: paysim plays the bank, and no money moves.

    4242 4242 4242 4242   is taken
    4000 0025 0000 3155   asks you at the bank's page first (3-D Secure)
    4000 0000 0000 0002   is declined; ...9995 for want of money, ...0069 as
                          expired, ...0127 for a wrong security code

By curl: "method":"card","source":"pm_card_4242424242424242".
END
}

demo_tell() {
	local performance
	performance=$(demo_performance)
	cat <<END

boxoffice runs at $BASE_URL
$(demo_page)
    administrator  $DEMO_ADMIN / $(secret "$DEMO_ADMIN")
    buyer          $DEMO_BUYER / $(secret "$DEMO_BUYER")
    the same for shell scripts: . $ENV_FILE

END
	[[ -n $performance ]] || return 0
	cat <<END
Buy a seat:

$(demo_line "$performance")

$(demo_cards)

END
}
