#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Is each foreign library known to one file only?
# shellcheck source=tests/lint/lint.sh
. "$(dirname "$0")/lint.sh"

# What an include of the library matches, and the file that may have it.
table='
^fcgi(app|_stdio|misc|os)\.h$    fcgi-app/fcgi_door.c
^hiredis/                        lib/store/redis_door.c
^(libpq-fe|postgres.*|pg_.*)\.h$ lib/store/pg_door.c
^(libpq|postgresql)/             lib/store/pg_door.c
^json-c/                         lib/http/json.c
^openssl/                        lib/base/crypto.c
^jwt\.h$                         lib/account/jwt_door.c
^argon2\.h$                      lib/account/password.c
^utf8proc\.h$                    lib/account/fold.c
^zlib\.h$                        lib/base/gzip.c
^(event2/|event\.h$)             feedd/event_door.c
^qrencode\.h$                    lib/ticket/qr_door.c
^png(conf)?\.h$                  lib/ticket/png_door.c
^curl/                           lib/outside/curl_door.c
'
# What comes with the system or the compiler.
system='^(sys|linux|netinet|arpa|net|sanitizer)/|^(assert|ctype|dirent|errno|fcntl|getopt|grp|inttypes|limits|locale|malloc|math|netdb|poll|pthread|pwd|sched|signal|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|string|strings|syslog|termios|threads|time|unistd|wchar)\.h$'

includes=$(lint_includes | sed -nE 's/^([^:]*):([0-9]+):[<"](.*)[>"]$/\1 \2 \3/p')

foreign=$system
while read -r pattern door; do
	[ -n "$pattern" ] || continue
	foreign="$foreign|$pattern"
	[ -f "$door" ] || continue
	lint "only $door includes $pattern" "$(awk -v door="$door" \
		-v pattern="${pattern//\\/\\\\}" \
		'$3 ~ pattern && $1 != door { print $1 ":" $2 " includes " $3 }' \
		<<<"$includes")"
done <<<"$table"

# A new library gets a door and a line above.
lint "every foreign header belongs to a door" "$(lint_includes |
	sed -nE 's/^([^:]*:[0-9]+):<(.*)>$/\1 \2/p' |
	awk -v known="${foreign//\\/\\\\}" \
		'$2 !~ known { print $1 " includes <" $2 ">" }')"
lint_done
