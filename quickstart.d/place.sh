# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
#
# place - where a stack lives: DIR as asked for, and STACK, where the servers
# and programs find their files
#
# The two are one folder, unless DIR is closed to unprivileged users (/root) or
# too long for a socket's path; then STACK is a private folder elsewhere, whose
# name DIR/elsewhere keeps. Names of files under STACK are set here, once.
#
# Layer: quickstart.  Uses: say.

# Who the servers run as; all come with the packages. The programs run as
# www-data: nothing else on a fresh machine is as powerless and already there.
# (An installed boxoffice has a user of its own, systemd/boxoffice.sysusers.)
APP_USER=www-data
REDIS_USER=redis
PG_USER=postgres

# sun_path has 108 bytes with its end; the longest name of ours below STACK is
# run/pg/.s.PGSQL.5432.lock.
STACK_LEN_MAX=$((107 - 27))

# In DIR.
BUILD=src/.build/stack

place_names() {
	RUN=$STACK/run
	PIDS=$STACK/pids
	LOGS=$STACK/log
	ETC=$STACK/etc
	INSTALLED=$STACK/inst
	CONFD=$ETC/boxoffice/conf.d
	CONF=$ETC/boxoffice/boxoffice.conf
	REDIS_SOCKET=$RUN/redis/redis.sock
	PG_SOCKETS=$RUN/pg
	TLS=$STACK/tls
	ENV_FILE=$DIR/env
}

place_lock() {
	case $DIR in
	/*) ;;
	*) DIR=$PWD/$DIR ;;
	esac
	[[ $DIR =~ ^[A-Za-z0-9/._@+-]+$ ]] ||
	    die "the folder's path may have letters, digits and / . _ @ + - only: $DIR"
	[[ $VERB == up ]] && mkdir -p "$DIR"
	[[ -d $DIR ]] || die "there is no stack in $DIR"
	DIR=$(cd "$DIR" && pwd -P)
	exec 9>"$DIR/.lock"
	flock -w 600 9 || die "another quickstart works in $DIR"
}

as_user() {
	local user=$1
	shift
	setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups -- "$@"
}

place_is_open() {
	local user
	((${#DIR} <= STACK_LEN_MAX)) || return 1
	for user in "$APP_USER" "$REDIS_USER" "$PG_USER"; do
		as_user "$user" test -x "$DIR/." || return 1
	done
}

# Sets STACK to what an earlier up chose; nothing when there was none.
place_find() {
	STACK=$DIR
	if [[ -s $DIR/elsewhere ]]; then
		STACK=$(<"$DIR/elsewhere")
	fi
	place_names
}

place_make() {
	place_find
	if [[ ! -e $DIR/elsewhere ]] && ! place_is_open; then
		STACK=$(mktemp -d /var/lib/boxoffice-quickstart.XXXXXX)
		chmod 755 "$STACK"
		printf '%s\n' "$STACK" >"$DIR/elsewhere"
		place_names
	fi
	[[ -d $STACK ]] || die "$STACK is gone; down --purge, then up"
	mkdir -p "$LOGS" "$PIDS" "$TLS" "$RUN" "$STACK/data"
	place_folder 2750 "$REDIS_USER" "$RUN/redis" "$STACK/data/redis"
	place_folder 2750 "$PG_USER" "$PG_SOCKETS"
	place_folder 2750 "$APP_USER" "$RUN/boxoffice" "$STACK/data/exports"
	place_folder 0700 "$PG_USER" "$STACK/data/primary" "$STACK/data/replica"
	place_folder 0700 "$APP_USER" "$STACK/data/paysim"
	chmod 0700 "$TLS"
}

# place_folder MODE USER FOLDER...: the group is the programs', and with mode
# 2750 the sockets in it belong to that group too: the folder is the lock.
place_folder() {
	local mode=$1 user=$2
	shift 2
	mkdir -p "$@"
	chown "$user:$APP_USER" "$@"
	chmod "$mode" "$@"
}

# Takes away what quickstart made in DIR, and nothing else.
place_remove() {
	local part
	if [[ -s $DIR/elsewhere ]]; then
		rm -rf -- "$STACK"
	fi
	# build is of older stacks.
	for part in src build page run pids log etc inst tls data elsewhere env \
	    ca.pem ports secrets .lock; do
		rm -rf -- "${DIR:?}/$part"
	done
	rmdir --ignore-fail-on-non-empty "$DIR"
}

# What a stack with the demo takes, its build among it; new packages not.
ROOM_MB=250

place_room() {
	local free
	[[ ! -d $DIR/$BUILD ]] || return 0
	free=$(df --output=avail -BM "$DIR" | tail -n 1)
	free=${free//[!0-9]/}
	((free >= ROOM_MB)) ||
	    die "$DIR has $free MB free; a stack needs $ROOM_MB MB"
}

port_is_free() {
	! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# The name in the URL and in the certificate.
WEB_HOST=localhost

# Sets the ports: as asked, else as last time, else the first free ones.
place_ports() {
	local kept_https='' kept_http='' kept_paysim=''
	if [[ -s $DIR/ports ]]; then
		read -r kept_https kept_http kept_paysim <"$DIR/ports"
	fi
	HTTPS_PORT=$(port_choose "$HTTPS_PORT" "$kept_https" 8443 "")
	HTTP_PORT=$(port_choose "$HTTP_PORT" "$kept_http" 8080 "$HTTPS_PORT")
	PAYSIM_PORT=$(port_choose "" "$kept_paysim" 8600 "$HTTPS_PORT $HTTP_PORT")
	printf '%s %s %s\n' "$HTTPS_PORT" "$HTTP_PORT" "$PAYSIM_PORT" \
	    >"$DIR/ports"
	BASE_URL=https://$WEB_HOST:$HTTPS_PORT
}

# port_choose ASKED KEPT FIRST NOT: a port that is free, or our own stack's.
port_choose() {
	local asked=$1 kept=$2 port=$3
	if [[ -n $kept ]] && process_runs nginx; then
		[[ -n $asked && $asked != "$kept" ]] || { echo "$kept"; return; }
	fi
	if [[ -n $asked ]]; then
		if ! [[ $asked =~ ^[1-9][0-9]{0,4}$ ]] || ((asked > 65535)); then
			die "no port number: $asked"
		fi
		[[ " $4 " != *" $asked "* ]] || die "the two ports must differ"
		port_is_free "$asked" || die "port $asked is taken"
		echo "$asked"
		return
	fi
	if [[ -n $kept ]] && port_is_free "$kept"; then
		port=$kept
	fi
	until [[ " $4 " != *" $port "* ]] && port_is_free "$port"; do
		port=$((port + 1))
	done
	echo "$port"
}

# secret NAME: a random word that stays the same for this stack.
secret() {
	mkdir -p "$DIR/secrets"
	chmod 0700 "$DIR/secrets"
	[[ -s $DIR/secrets/$1 ]] ||
	    openssl rand -base64 32 | tr '+/' '-_' | tr -d '=\n' >"$DIR/secrets/$1"
	cat "$DIR/secrets/$1"
}
