# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
#
# packages - install what is missing and leave the machine's services as they
# were: a package's own server is neither started now nor at the next boot
#
# Layer: quickstart.  Uses: say.

PACKAGES_UP=(
	gcc libc6-dev make autoconf automake pkg-config
	libfcgi-dev libhiredis-dev libpq-dev libjson-c-dev libjwt-dev libssl-dev
	libargon2-dev libutf8proc-dev zlib1g-dev libevent-dev
	libqrencode-dev libpng-dev libcurl4-openssl-dev
	redis-server redis-tools postgresql postgresql-client nginx
	ca-certificates curl openssl python3
)

POLICY=/usr/sbin/policy-rc.d
POLICY_KEPT=$POLICY.before-boxoffice
CREATECLUSTER=/etc/postgresql-common/createcluster.d
CLUSTER_POLICY=$CREATECLUSTER/boxoffice-quickstart.conf

# Asked once for all of them: each question reads dpkg's whole database.
packages_missing() {
	comm -23 <(printf '%s\n' "$@" | sort -u) \
	    <(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" \
	    2>/dev/null | sed -n 's/ installed$//p' | sort -u)
}

# The links by which units and init scripts start at boot, or go by a second
# name.
services_enabled() {
	find /etc/systemd/system /etc/rc[2-5].d -type l \
	    ! -name 'K*' 2>/dev/null | sort
}

# Called as a trap too, so it must be right however far policy_forbid got, even
# in an earlier run that was killed.
policy_restore() {
	if [[ -e $POLICY_KEPT.none ]]; then
		rm -f "$POLICY" "$POLICY_KEPT.none"
	elif [[ -e $POLICY_KEPT ]]; then
		mv -f "$POLICY_KEPT" "$POLICY"
	fi
	rm -f "$CLUSTER_POLICY"
	rmdir "$CREATECLUSTER" /etc/postgresql-common 2>/dev/null || true
}

# invoke-rc.d(8) asks policy-rc.d before it starts a service; 101 forbids. And
# the PostgreSQL package would make a database cluster of the machine's own.
policy_forbid() {
	policy_restore
	if [[ -e $POLICY ]]; then
		cp -p "$POLICY" "$POLICY_KEPT"
	else
		: >"$POLICY_KEPT.none"
	fi
	printf '#!/bin/sh\nexit 101\n' >"$POLICY"
	chmod 755 "$POLICY"
	mkdir -p "$CREATECLUSTER"
	echo 'create_main_cluster = false' >"$CLUSTER_POLICY"
}

# services_disable FILE: take out every link that is not in FILE. What a package
# has enabled once it does not enable again when it is upgraded.
services_disable() {
	local link name
	services_enabled | comm -13 "$1" - | while read -r link; do
		name=${link##*/}
		if [[ $link == /etc/systemd/* ]]; then
			systemctl -q disable "$name" 2>/dev/null || true
			rm -f "$link"
		else
			update-rc.d "${name#S[0-9][0-9]}" disable >/dev/null 2>&1 || true
		fi
	done
}

packages_install() {
	local -a missing
	local work
	mapfile -t missing < <(packages_missing "$@")
	((${#missing[@]} > 0)) || return 0
	command -v apt-get >/dev/null ||
	    die "no apt-get here; please install: ${missing[*]}"
	step "installing ${#missing[@]} packages: ${missing[*]}"
	work=$(mktemp -d)
	services_enabled >"$work/services"
	trap policy_restore EXIT
	policy_forbid
	export DEBIAN_FRONTEND=noninteractive
	quietly "$work/update.log" \
	    apt-get -q -o DPkg::Lock::Timeout=300 update
	quietly "$work/install.log" \
	    apt-get -q -y -o DPkg::Lock::Timeout=300 install \
	    --no-install-recommends --no-upgrade "${missing[@]}"
	policy_restore
	trap - EXIT
	services_disable "$work/services"
	rm -rf "$work"
}
