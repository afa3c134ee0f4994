#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# What can be said of conf/containers without a container runtime: packages as README
# and the programs have them, settings that are taken, services that are closed.
# shellcheck source=tests/lint/lint.sh
. "$(dirname "$0")/lint.sh"

place=conf/containers
made=${BUILDDIR:?is set by make check}

# Packages to build with, without what only README's machine needs to have.
built_with()
{
	grep -oE '(lib[a-z0-9.+-]+|zlib1g)-dev' "$1" | sort -u
}

# Shared libraries that the programs name, and those of the runtime's packages.
needed()
{
	local program
	for program in boxoffice-fcgi boxoffice-worker boxoffice-feedd boxofficectl; do
		objdump -p "$made/$program"
	done | awk '$1 == "NEEDED" { print $2 }' | sort -u |
		grep -vE '^(libc|libm|ld-linux.*)\.so'
}
run_with()
{
	sed -n '/AS programs/,/^COPY/p' "$place/Containerfile" |
		grep -oE '\b(lib[a-z0-9.+-]+|zlib1g)\b'
}
# A library's package begins with its name, or has it behind a "-".
missing()
{
	local library name
	for library in $(needed); do
		name=${library%.so*}
		name=${name//_/-}
		[ "$name" != libz ] || name=zlib1g
		[ "$name" != libcrypto ] || name=libssl
		run_with | grep -q "^$name" || echo "$library"
	done
}

# Each service but what ends by itself.
open_services()
{
	python3 - "$place/compose.yml" <<-'END'
	import sys
	import yaml
	tree = yaml.safe_load(open(sys.argv[1]))
	for name, service in tree["services"].items():
	    for key, value in (("read_only", True), ("cap_drop", ["ALL"]),
	                       ("security_opt", ["no-new-privileges:true"])):
	        if service.get(key) != value:
	            print(name, key)
	    if service.get("user", "root").startswith(("root", "0")):
	        print(name, "user")
	    for mount in service.get("volumes", []):
	        source = mount.split(":")[0]
	        if not source.startswith(".") and source not in tree["volumes"]:
	            print(name, mount)
	    if service.get("pid", "service:api").split(":")[1] not in tree["services"]:
	        print(name, "pid")
	END
}

lint "a container is built with the libraries that README names" \
	"$(diff <(built_with README.md) <(built_with $place/Containerfile))"
lint "a container has the libraries that the programs need" "$(missing)"
lint "programs of containers are those that are built" \
	"$(grep -ohE 'boxoffice(ctl|-[a-z]+)\b' $place/compose.yml | sort -u |
	while read -r program; do
		[ -x "$made/$program" ] || [ "$program" = boxoffice-web ] ||
			[ "$program" = boxoffice-sample ] || echo "$program"
	done)"
# What a unit or a service runs, as "boxoffice-worker --jobs pay". Of the pools, as
# systemd has them, there are two.
units_run()
{
	sed -nE 's|^ExecStart=@s?bindir@/||p' systemd/boxoffice-*.service.in |
		sed -E 's/^(.*) %i$/\1 api\n\1 pay/' | sort
}
services_run()
{
	sed -nE 's/^ *command: \[(boxoffice[^]]*)\]$/\1/p' "$place/compose.yml" |
		tr -d , | sort
}
lint "the services run what the units run" \
	"$(diff <(units_run) <(services_run))"
lint "services are read-only, nobody's, and without rights" \
	"$(open_services 2>&1)"
lint "every setting of the sample is one" \
	"$(sed -nE 's/^([a-z_]+) =.*/\1/p' $place/boxoffice-sample.conf |
	while read -r key; do
		grep -q "^#$key =" conf/boxoffice.conf || echo "$key"
	done)"
lint_done
