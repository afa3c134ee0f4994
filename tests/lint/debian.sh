#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Does debian/ say what the rest of the tree says: the version, what it is built
# with, and which of its files a tarball has?
# shellcheck source=tests/lint/lint.sh
. "$(dirname "$0")/lint.sh"

# The libraries, as README has them and as quickstart installs them.
readme_libraries()
{
	sed -n '/^## Build and install/,/^## /p' README.md |
		grep -oE 'lib[a-z0-9.+-]+-dev|zlib1g-dev' | grep -vx libc6-dev |
		sort -u
}
quickstart_libraries()
{
	sed -n '/^PACKAGES_UP=(/,/^)/p' quickstart.d/packages.sh |
		grep -oE 'lib[a-z0-9.+-]+-dev|zlib1g-dev' | grep -vx libc6-dev |
		sort -u
}
debian_libraries()
{
	sed -n '/^Build-Depends:/,/^[^ ]/p' debian/control |
		grep -oE 'lib[a-z0-9.+-]+-dev|zlib1g-dev' | sort -u
}

# What the documents install on the machine, without what only builds.
documents_servers()
{
	grep -hoE '^    apt-get install -y --no-install-recommends [^.]*$' \
		doc/install.md | sed 's/.*-recommends //' | tr ' ' '\n' | sort -u
}
tests_servers()
{
	sed -n '/^Depends:/,/^[^ ]/s/^ \([a-z0-9-]*\),$/\1/p' \
		debian/tests/control | grep -v -x python3 | sort -u
}

lint "the package has the version of configure.ac" \
	"$(diff <(sed -n 's/^AC_INIT(\[boxoffice\], \[\(.*\)\])/\1/p' configure.ac) \
	<(sed -n '1s/^boxoffice (\(.*\)) .*/\1/p' debian/changelog))"
lint "README names the libraries that quickstart installs" \
	"$(diff <(quickstart_libraries) <(readme_libraries))"
lint "the package is built with the libraries that quickstart installs" \
	"$(diff <(quickstart_libraries) <(debian_libraries))"
lint "debian/tests has the servers that doc/install.md installs" \
	"$(diff <(documents_servers) <(tests_servers))"
lint "each autopkgtest is run by tests/install/packages" \
	"$(diff <(sed -n 's/^Tests: //p' debian/tests/control | tr ' ' '\n' | sort) \
	<(grep -oE 'boxoffice/debian/tests/[a-z-]+' tests/install/packages |
	sed 's|.*/||' | sort -u))"
lint "a tarball has all of debian/" \
	"$(diff <(find debian -type f ! -name local.mk | sort) \
	<(grep -oE '%D%/[a-z0-9./-]+' debian/local.mk | sed 's|%D%|debian|' | sort))"
lint_done
