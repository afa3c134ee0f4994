# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
#
# programs - boxoffice's own processes and their settings
#
# Layer: quickstart.  Uses: say, place, process, postgresql.

programs_settings() {
	chgrp "$APP_USER" "$CONF"
	put "$CONFD/10-quickstart.conf" 0640 "root:$APP_USER" <<-END || true
	# Written by quickstart at each up: put your own into a later file.
	[general]
	runtime_dir = $RUN/boxoffice
	public_url = $BASE_URL

	[redis]
	socket = $REDIS_SOCKET
	user = boxoffice
	password = $(secret redis)

	[postgresql]
	primary_dsn = host=$PG_SOCKETS port=$PRIMARY_PORT user=boxoffice dbname=boxoffice target_session_attrs=read-write
	replica_dsn = host=$PG_SOCKETS port=$REPLICA_PORT user=boxoffice dbname=boxoffice

	[fcgi]
	api_socket = $RUN/boxoffice/api.sock
	pay_socket = $RUN/boxoffice/pay.sock
	# Theirs already: the folder hands its group down.
	socket_group =

	[feed]
	url = /
	socket = $RUN/boxoffice/feed.sock
	redis_user = boxoffice-feed
	redis_password = $(secret redis-feed)

	[token]
	key = stack:$(secret token)
	key_rehearsal = rehearsal:$(secret rehearsal)

	[sale]
	hold_key = holds:$(secret holds)

	[limits]
	# Whoever tries this comes from one address.
	login = off
	signup = off
	session = off

	[export]
	dir = $STACK/data/exports
	send = nginx

	# This machine may be told, too.
	[webhook]
	key = hooks:$(secret hooks)
	nets = 127.0.0.0/8
	ca_file = $STACK/ca.pem

	# Cards: paysim plays Stripe, and takes no money.
	[pay]
	card = stripe

	[stripe]
	url = https://$WEB_HOST:$PAYSIM_PORT
	ca_file = $STACK/ca.pem
	key = $(secret stripe-key)
	webhook_secret = $(secret stripe-webhook)
	public_key = pk_test_paysim
	script = /paysim/v3/
	END
}

# program_up NAME COMMAND...: start it; one that runs an older build anew.
program_up() {
	local name=$1
	shift
	if [[ $FRESH_BUILD == yes ]]; then
		process_stop "$name"
	fi
	if ! process_runs "$name"; then
		step "starting $name"
		process_start "$name" "$APP_USER" "$@" --config "$CONF"
	fi
}

program_listens() {
	python3 -c 'import socket, sys
socket.socket(socket.AF_UNIX).connect(sys.argv[1])' "$RUN/boxoffice/$1.sock"
}

programs_up() {
	local pool
	for pool in api pay; do
		program_up "fcgi-$pool" \
		    "$INSTALLED/sbin/boxoffice-fcgi" --pool "$pool"
	done
	program_up worker "$INSTALLED/sbin/boxoffice-worker" --jobs core
	program_up worker-pay "$INSTALLED/sbin/boxoffice-worker" --jobs pay
	program_up worker-messages \
	    "$INSTALLED/sbin/boxoffice-worker" --jobs messages
	program_up feedd "$INSTALLED/sbin/boxoffice-feedd"
	for pool in api pay; do
		process_answers "fcgi-$pool" program_listens "$pool"
	done
	process_answers feedd program_listens feed
}
