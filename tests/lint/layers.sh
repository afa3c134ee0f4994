#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Does every include go in the allowed direction, and none in a circle? The
# table repeats what ARCHITECTURE.md says under "Layers".
# shellcheck source=tests/lint/lint.sh
. "$(dirname "$0")/lint.sh"

# A folder, and the folders it may include from beside its own.
table='
lib/base
lib/store       base
lib/http        base
lib/outside     base
lib/provider    base store http outside

lib/catalog     base store
lib/wallet      base store
lib/idem        base store
lib/limit       base store
lib/seat        base store catalog
lib/journal     base store seat
lib/account     base store wallet
lib/queue       base store seat catalog
lib/hold        base store limit journal seat catalog queue
lib/admin       base store limit account hold journal seat catalog queue reservation payment idem
lib/payment     base store hold journal seat catalog wallet idem provider
lib/reservation base store payment hold journal seat catalog wallet idem
lib/message     base store admin
lib/webhook     base store outside admin
lib/recovery    base store hold journal seat catalog queue
lib/audit       base store payment hold journal seat catalog wallet idem

lib/notice      base store outside catalog reservation ticket
lib/poster      base store admin
lib/ticket      base store reservation payment hold journal seat catalog

lib/reader      base http account catalog

fcgi-app/api    base store http reader *
fcgi-app/m      base store http reader fcgi-app/api *
fcgi-app        base store http reader fcgi-app/api fcgi-app/m *
worker          base store *
feedd           base store http *
ctl             base store http reader *
'
# "*": any folder of lib that is not named in this line.
not_domain='base store http reader'

includes=$(lint_includes)

# Includes of one folder that its line does not allow.
wrong_includes()
{
	awk -F: -v folder="$1" -v may="$2" \
		-v not_domain="$not_domain" '
	BEGIN {
		n = split(may, words, " ")
		for (i = 1; i <= n; i++)
			allowed[words[i]] = 1
		n = split(not_domain, words, " ")
		for (i = 1; i <= n; i++)
			special[words[i]] = 1
		own = folder
		sub(/^lib\//, "", own)
	}
	index($1, folder "/") == 1 && $1 !~ ("^" folder "/.*/") &&
	    $3 ~ /^"/ {
		name = substr($3, 2, length($3) - 2)
		from = name
		if (!sub(/\/[^\/]*$/, "", from))
			from = ""
		if (from == own || from in allowed)
			next
		if (name == "config.h" && $1 == "lib/base/base.h")
			next
		if ("*" in allowed && from != "" && !(from in special) &&
		    from !~ /^(fcgi-app|worker|feedd|ctl|tests)/)
			next
		print $1 ":" $2 " includes " $3
	}' <<<"$includes"
}

while read -r folder may; do
	if [ -z "$folder" ] || [ ! -d "$folder" ]; then
		continue
	fi
	lint "$folder includes only from: ${may:-itself}" \
		"$(wrong_includes "$folder" "$may")"
done <<<"$table"

unknown=$(lint_sources | sed 's|/[^/]*$||' | sort -u |
	while read -r folder; do
		grep -qE "^$folder( |\$)" <<<"$table" ||
			echo "$folder has no line in tests/lint/layers.sh"
	done)
lint "every folder has its place among the layers" "$unknown"

# "a b": module a includes something of module b. A module is a .c with its .h.
edges()
{
	awk -F: '
	$3 ~ /^"/ {
		from = $1
		to = substr($3, 2, length($3) - 2)
		if (to !~ /\//)
			next
		if (to !~ /^(fcgi-app|worker|feedd|ctl)\//)
			to = "lib/" to
		sub(/\.[ch]$/, "", from)
		sub(/\.[ch]$/, "", to)
		if (from != to)
			print from, to
	}' <<<"$includes" | sort -u
}

# Those of the names in "a b" lines that stand in a circle.
circles()
{
	tsort 2>&1 >/dev/null | sed -n 's/^tsort: \([^ ]*\)$/\1/p'
}

lint "no includes go from room to room in a circle" \
	"$(edges | sed -E 's,/[^/ ]*( |$),\1,g' | awk '$1 != $2' | sort -u |
	circles)"
# Rooms below were cut out of one that was a single knot.
lint "no modules of the sale include each other in a circle" \
	"$(edges | grep -E '^lib/(seat|journal|hold|payment|recovery)/' |
	circles)"
lint_done
