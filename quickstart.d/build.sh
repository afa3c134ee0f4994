# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
#
# build - compile a copy of the checkout and install it into the stack
#
# A copy, so that the checkout stays as it is: not owned by root in parts, not
# configured for a stack, and free to be configured for something else. It is
# built in a folder of that copy, as far below it as make distcheck builds: what
# ccache keeps of one serves the other.
#
# Layer: quickstart.  Uses: say, place, page.

# Every top-level file, every folder that is a room (has a local.mk), and what
# autogen.sh has made beside its files.
source_list() {
	[[ ! -x $SOURCE/configure ]] || printf 'build-aux\n'
	find "$SOURCE" -maxdepth 1 -type f -printf '%P\n'
	find "$SOURCE" -mindepth 2 -maxdepth 2 -name local.mk -printf '%P\n' |
	    sed 's|/local.mk$||'
}

# Changes whenever a file's time or size does, or the configuration.
source_digest() {
	local -a list
	mapfile -t list < <(source_list)
	{
		(cd "$SOURCE" && find "${list[@]}" -type f -printf '%p %s %T@\n') |
		    sort
		page_digest
		build_configure_args
	} | sha256sum | cut -d' ' -f1
}

source_copy() {
	local -a list
	mapfile -t list < <(source_list)
	mkdir -p "$DIR/src"
	tar -C "$SOURCE" -cf - "${list[@]}" | tar -C "$DIR/src" --no-same-owner -xf -
	page_copy
	# The checkout may be configured itself.
	if [[ -e $DIR/src/config.status ]]; then
		quietly "$LOGS/distclean.log" make -C "$DIR/src" -s distclean
	fi
}

# install -C leaves what has not changed alone. Sockets are in STACK/run, and
# the shipped web server snippets, which name them, are used as installed.
build_configure_args() {
	printf '%s\n' -q "--prefix=$INSTALLED" "--sysconfdir=$ETC" \
	    "--runstatedir=$RUN" "INSTALL=/usr/bin/install -C"
	# shellcheck disable=SC2086
	printf '%s\n' ${CONFIGURE_ARGS:-}
}

build_configure() {
	local -a args
	mapfile -t args < <(build_configure_args | sed '/^$/d')
	mkdir -p "$DIR/$BUILD"
	if [[ ! -x $DIR/src/configure || ! -d $DIR/src/build-aux ]]; then
		quietly "$LOGS/autogen.log" "$DIR/src/autogen.sh"
	fi
	(cd "$DIR/$BUILD" &&
	    quietly "$LOGS/configure.log" "$DIR/src/configure" "${args[@]}")
}

# Sets EXAMPLES, and FRESH_BUILD to yes when there is a new build.
build_install() {
	local digest
	EXAMPLES=$INSTALLED/share/doc/boxoffice/examples
	FRESH_BUILD=no
	digest=$(source_digest)
	if [[ -e $DIR/$BUILD/installed &&
	    $(<"$DIR/$BUILD/installed") == "$digest" ]]; then
		return
	fi
	step "building"
	FRESH_BUILD=yes
	source_copy
	build_configure
	quietly "$LOGS/make.log" make -C "$DIR/$BUILD" -s -j"$(nproc)"
	quietly "$LOGS/install.log" make -C "$DIR/$BUILD" -s install
	printf '%s\n' "$digest" >"$DIR/$BUILD/installed"
}
