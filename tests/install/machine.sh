# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
#
# machine - a bare Debian 12 in a folder, booted with a network of its own
#
# Sourced with WORK, a folder that is the caller's, and ROOT, where the machine is
# made. As root, with mmdebstrap and systemd-container.
#
# Layer: tests.

bail_out() {
	echo "Bail out! $1; see $WORK"
	exit 1
}

# machine_make PACKAGE...: with these fetched and not installed: the machine will
# have no network. It is thrown away, so dpkg need not wait for the disk.
machine_make() {
	mmdebstrap --variant=apt --skip=cleanup/apt/lists \
	    --dpkgopt=force-unsafe-io \
	    --include=systemd-sysv,dbus,ca-certificates bookworm "$ROOT"
	DEBIAN_FRONTEND=noninteractive chroot "$ROOT" \
	    apt-get install -y --no-install-recommends --download-only "$@"
}

# The packages that documents of SOURCE have installed.
machine_packages() {
	sed -e ':a' -e '/\\$/N; s/\\\n//; ta' "$@" |
	    sed -n 's/^    apt-get install -y --no-install-recommends //p' |
	    tr -s ' \n\t' '\n' | grep -v '^\./' | sort -u
}

# machine_runs COMMAND...: what it does when it is up, and is then switched off;
# what it says is in /root/log. A boot more finds it the same.
machine_runs() {
	cat >"$ROOT/etc/systemd/system/follow.service" <<-END
	[Unit]
	SuccessAction=poweroff
	FailureAction=poweroff
	[Service]
	Environment=HOME=/root DEBIAN_FRONTEND=noninteractive
	ExecStart=$*
	StandardOutput=append:/root/log
	StandardError=inherit
	END
	ln -sf ../follow.service \
	    "$ROOT/etc/systemd/system/multi-user.target.wants/follow.service"
}

# machine_boot SECONDS: until it is off.
machine_boot() {
	timeout "$1" systemd-nspawn -q --register=no --keep-unit \
	    --private-network --timezone=off --resolv-conf=off \
	    --console=pipe -b -D "$ROOT"
}

# machine_copies SOURCE FOLDER: the sources, as they were before anything was made.
machine_copies() {
	mkdir -p "$ROOT$2"
	tar -C "$1" --exclude=./.git --exclude=./.stack --exclude='./.build*' \
	    --exclude='*.o' --exclude='*.a' -cf - . |
	    tar -C "$ROOT$2" --no-same-owner -xf -
	if [[ -e $ROOT$2/config.status ]]; then
		make -C "$ROOT$2" -s distclean
	fi
}

# machine_told FILE: what the machine told of its test, which came to its end.
machine_told() {
	cat "$ROOT$1" 2>/dev/null || bail_out "it did not boot"
	if ! grep -q '^1\.\.' "$ROOT$1"; then
		tail -n 40 "$ROOT/root/log" | sed 's/^/# /'
		bail_out "it was not followed to the end"
	fi
}
