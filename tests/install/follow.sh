#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# usage: follow.sh SOURCE RESULT
#
# Types what README, doc/install.md and doc/operations.md tell to type, in one
# root shell of a machine that is nobody's, and tells in RESULT, as TAP, how far
# it came. It stops at the first command that fails.
#
# Layer: tests.
set -eEuo pipefail

SOURCE=$1 WORK=$(mktemp -d)
exec 3>"$2"
n=0 now=none
trap 'echo "not ok $((n + 1)) - $now, at: $BASH_COMMAND" >&3' ERR

ok() {
	n=$((n + 1))
	echo "ok $n - $now" >&3
}

commands() {
	"$SOURCE/tests/install/commands.sh" "$SOURCE/$1" "${@:2}"
}

# follow FILE HEADING [N]: type the commands that stand there.
follow() {
	now="$1: $2"
	commands "$@" >"$WORK/typed"
	set -x
	# shellcheck disable=SC1091
	. "$WORK/typed"
	set +x
	ok
}

# A 503 while the maps are made is a moment's; any refusal ends the test.
curl() {
	command curl --fail-with-body --retry 10 --retry-delay 1 "$@" |
	    tee "$WORK/answer"
}

# answer NAME: the first member of that name in the last answer.
answer() {
	grep -o "\"$1\": *\"\\?[^\",}]*" "$WORK/answer" |
	    sed -n '1s/.*: *"\{0,1\}//p'
}

# README's purchase; a person puts in what the answer before has.
# shellcheck disable=SC2016
purchase() {
	commands README.md "A purchase, step by step" | sed -E \
	    -e 's/^([A-Z]+)=\.\.\. +# an id of .*/\1=$(answer id)/' \
	    -e 's/^([A-Z]+)=\.\.\. +# (.*)/\1=$(answer \2)/'
}

seat_is_bought() {
	now="a seat is bought $1"
	purchase >"$WORK/typed"
	set -x
	# shellcheck disable=SC1091
	. "$WORK/typed"
	set +x
	ok
}

# The same without giving it back: NUMBER is then ann's.
seat_stays_bought() {
	purchase | sed '/^# Give it all back/,$d' >"$WORK/typed"
	# shellcheck disable=SC1091
	. "$WORK/typed"
}

fails() {
	if "$@"; then
		return 1
	fi
}

running() {
	systemctl -q is-active "$1"
}

stopped_means_stopped() {
	follow doc/operations.md "Stop and start" 1
	now="what was stopped stays so when somebody asks"
	fails command curl -sS --fail --cacert "$CA_CERT" "$BASE_URL/api/v1/shows"
	fails running boxoffice-fcgi@api
	fails running boxoffice-fcgi@api.socket
	fails running boxoffice-worker
	ok
	follow doc/operations.md "Stop and start" 2
}

give_back() {
	api "$BASE_URL/api/v1/reservations/$1/cancel" \
	    -H "Authorization: Bearer $TOKEN" \
	    -H 'Content-Type: application/json' \
	    -H "Idempotency-Key: cancel-$1" -d '{}'
}

restored_means_restored() {
	local kept lost
	seat_stays_bought
	kept=$NUMBER
	follow doc/operations.md "Backup and restore"
	give_back "$kept"
	seat_stays_bought
	lost=$NUMBER
	follow doc/operations.md "Restore"
	now="after a restore there is what was there when it was kept"
	api "$BASE_URL/api/v1/reservations" -H "Authorization: Bearer $TOKEN" |
	    grep -q "$kept"
	fails grep -q "$lost" "$WORK/answer"
	give_back "$kept"
	ok
}

failed_over_means_fenced() {
	seat_stays_bought
	follow doc/operations.md "Failing over to the replica"
	now="the new primary has what was sold, and sells"
	api "$BASE_URL/api/v1/reservations" -H "Authorization: Bearer $TOKEN" |
	    grep -q "$NUMBER"
	give_back "$NUMBER"
	ok
	seat_is_bought "from the new primary"
	now="a boot starts the new primary, and not the old one"
	systemctl restart postgresql
	running postgresql@15-replica
	fails running postgresql@15-main
	ok
	follow doc/operations.md "The old primary becomes a standby"
	now="the old primary follows the new one"
	runuser -u postgres -- psql -p 5433 -Atc \
	    "SELECT state FROM pg_stat_replication" | grep -qx streaming
	ok
}

reload() {
	systemctl reload boxoffice-fcgi@api boxoffice-fcgi@pay boxoffice-worker
}

a_reload_checks() {
	now="settings are reloaded $1, and refused where they are wrong"
	reload
	echo nonsense >/etc/boxoffice/conf.d/wrong.conf
	fails reload
	rm /etc/boxoffice/conf.d/wrong.conf
	running boxoffice-fcgi@api
	ok
}

cd "$SOURCE"
follow README.md "Build and install"
for heading in Prepare Redis PostgreSQL "A replica" Settings \
    "Schema, accounts, catalog" Start Certificate nginx "Buy a seat"; do
	follow doc/install.md "$heading"
done
seat_is_bought "through nginx"
a_reload_checks "with secrets in files"
stopped_means_stopped
restored_means_restored
failed_over_means_fenced
follow doc/install.md "Several machines"
systemctl disable --now nginx
follow doc/install.md "Apache with mod_proxy_fcgi"
seat_is_bought "through mod_proxy_fcgi"
follow doc/install.md "Apache with mod_fcgid"
seat_is_bought "through mod_fcgid"
follow doc/install.md Start
follow doc/install.md "Secrets as credentials"
a_reload_checks "with secrets as credentials"
echo "1..$n" >&3
