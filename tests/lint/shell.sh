#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Every shell script passes shellcheck, and every Python file compiles.
#
# Layer: tests.
set -u
cd "$(dirname "$0")/../.." || exit 1

scripts=(quickstart autogen.sh .ci/run tests/run tests/install/run
	tests/install/packages tests/bench/run tests/hosts/run
	tests/hosts/upgrade systemd/boxoffice-upgrade
	conf/postgresql/boxoffice-failover
	conf/bash-completion/boxofficectl debian/tests/sell
	debian/boxoffice.postinst debian/boxoffice.prerm debian/boxoffice.postrm)
while IFS= read -r file; do
	scripts+=("$file")
done < <(find tests -name '*.sh' | sort)
pythons=()
while IFS= read -r file; do
	pythons+=("$file")
done < <(find tests conf -name '*.py' | sort)

n=0 status=0
check() {
	local name=$1 out
	shift
	n=$((n + 1))
	if out=$("$@" 2>&1); then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		echo "# ${out//$'\n'/$'\n# '}"
		status=1
	fi
}

echo "1..$((${#scripts[@]} + ${#pythons[@]}))"
for file in "${scripts[@]}"; do
	check "shellcheck finds nothing in $file" shellcheck -x "$file"
done
for file in "${pythons[@]}"; do
	check "$file compiles" /usr/bin/python3 -B -c \
	    'import ast, sys; ast.parse(open(sys.argv[1]).read())' "$file"
done
exit $status
