# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
#
# page - build the buyer's page, where node and its packages are to be had
#
# A checkout or tarball that carries a built page needs neither. Where there is
# no registry the API is up alone, and that is said.
#
# Layer: quickstart.  Uses: say, packages, place.

# Whether FOLDER has a page that nothing of its sources is newer than.
page_is_new() {
	local since=$1/index.html
	[[ -s $since && -z $(find "$SOURCE/web" -path "$SOURCE/web/dist" -prune -o \
	    -type f -newer "$since" -print -quit) ]]
}

# npm, wherever it comes from; in a shell of its own, since apt may fail too.
page_npm() {
	command -v npm >/dev/null || (packages_install nodejs npm)
}

page_make() {
	page_npm && "$SOURCE/web/build.sh" "$DIR/page" "$DIR/page/built"
}

# Sets PAGE to the folder of a built page, or to nothing. PAGE_BUILT in the
# environment says it, as tests do that need no page.
page_build() {
	if [[ -v PAGE_BUILT ]]; then
		PAGE=$PAGE_BUILT
		return
	fi
	PAGE=$SOURCE/web/dist
	page_is_new "$PAGE" && return
	PAGE=$DIR/page/built
	page_is_new "$PAGE" && return
	step "building the page"
	if ! page_make >"$LOGS/page.log" 2>&1 </dev/null; then
		PAGE=
		say "the page could not be built, so there is the API alone;" \
		    "$LOGS/page.log tells why"
	fi
}

page_digest() {
	[[ -z $PAGE ]] || cat "$PAGE"/*.html | sha256sum
}

# Where "make install" takes it from.
page_copy() {
	rm -rf "$DIR/src/web/dist"
	[[ -z $PAGE ]] || cp -R "$PAGE" "$DIR/src/web/dist"
}
