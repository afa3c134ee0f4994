#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# usage: follow.sh SOURCE RESULT
#
# Types what README, doc/install.md and doc/operations.md tell to type, in a root
# shell of a machine that is nobody's, and tells in RESULT, as TAP, how far it came:
# up to where it wants a boot, and the rest after it. It stops at the first command
# that fails.
#
# Layer: tests.
SOURCE=$1
exec 3>>"$2"
# shellcheck source=tests/install/typing.sh
. "$SOURCE/tests/install/typing.sh"

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
if [[ ! -e $KEPT ]]; then
	follow README.md "Build and install"
	for heading in "From source" Prepare Redis PostgreSQL "A replica" Settings \
	    "Schema, accounts, catalog" Start Certificate nginx "Buy a seat"; do
		follow doc/install.md "$heading"
	done
	seat_is_bought "through nginx"
	a_reload_checks "with secrets in files"
	stopped_means_stopped
	restored_means_restored
	failed_over_means_fenced
	seat_stays_bought
	keep_for_reboot
	exit
fi
booted_again /usr/local
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
