#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Can each lint fail? A line is planted into a copy of the sources, and the
# lint must then complain in a sentence that has the given words.
set -u
: "${SRCDIR:?is set by make check}"
cd "$SRCDIR" || exit 1

# shellcheck disable=SC2016
# lint | file | line planted at its end | words of the sentence that fails
table='
layers    | lib/base/span.c   | #include "store/keys.h"     | lib/base includes
layers    | lib/store/kv.c    | #include "http/req.h"       | lib/store includes
layers    | lib/http/req.c    | #include "store/ctx.h"      | lib/http includes
layers    | lib/seat/epoch.c  | #include "hold/hold.h"      | lib/seat includes
layers    | lib/hold/hold.c   | #include "http/json.h"      | lib/hold includes
layers    | lib/seat/seat_map.c | #include "journal/journal.h" | lib/seat includes
layers    | lib/seat/epoch.h  | #include "recovery/recovery.h" | from room to room in a circle
layers    | lib/seat/epoch.c  | #include "seat/seat_script.h" | each other in a circle
layers    | worker/run.c      | #include "reader/reader.h"   | worker includes
layers    | fcgi-app/gates.c  | #include "ctl/ctl.h"        | fcgi-app includes
layers    | fcgi-app/api/hold.c | #include "fcgi-app/gates.h" | fcgi-app/api includes
layers    | ctl/main.c        | # include "fcgi-app/pool.h" | ctl includes
layers    | lib/new/new.c     | int x;                      | has its place
doors     | fcgi-app/api/view.c | #include <json-c/json.h>    | only lib/http/json.c
doors     | lib/http/req.c    | #include <fcgiapp.h>        | only fcgi-app/fcgi_door.c
doors     | lib/store/ctx.h   | #include <libpq-fe.h>       | only lib/store/pg_door.c
doors     | lib/store/ctx.c   | #include <sqlite3.h>        | belongs to a door
doors     | lib/base/rand.c   | #include <openssl/rand.h>   | only lib/base/crypto.c
errors    | lib/hold/hold.c   | void *f(void) { return malloc(3); } | takes memory
errors    | lib/store/db.c    | void *f(void) { return calloc(1, 3); } | takes memory
errors    | fcgi-app/gates.c  | char *g(void) { return strdup("x"); } | takes memory
errors    | ctl/main.c        | void f(void) { goto end; end:; }    | jump
errors    | lib/hold/hold.c   | char t[] = "SELECT 1 " "FROM t WHERE a = %s"; | made by formatting
errors    | lib/seat/epoch.c  | char t[] = "UPDATE t SET a = %" PRId64;       | made by formatting
errors    | ctl/main.c        | char t[] = "\\n INSERT INTO t VALUES (%lld)"; | made by formatting
errors    | lib/hold/hold.c   | struct sql made = { "a", "b" };     | is a constant
errors    | lib/store/lua/hold_pay.lua | local a = string.match(record, "x") | record of a hold
form      | lib/base/span.c   | int  x;                     | as .clang-format says
alerts    | conf/prometheus/boxoffice.rules.yml | - alert: Planted           | raised when their
alerts    | conf/prometheus/boxoffice.rules.yml | - alert: Planted           | each alert is raised
alerts    | conf/prometheus/boxoffice.rules.yml | - alert: Planted           | is not raised
alerts    | doc/alerts.md     | ### BoxofficePlanted         | has its section
alerts    | conf/grafana/boxoffice-sale.json | "expr": "boxoffice_planted" | asks for is told
alerts    | conf/grafana/boxoffice-sale.json | ]                         | is JSON
commands  | lib/hold/hold.c   | struct span s[] = { SPAN_LIT("COPY") }; | asks for every command
commands  | lib/store/lua/hold_find.lua | redis.call("GETEX", k)   | asks for every command
containers | conf/containers/Containerfile | RUN apt-get install libplanted-dev | README names
containers | conf/containers/boxoffice-sample.conf | planted = 1  | setting of the sample
containers | conf/containers/compose.yml | # boxoffice-planted       | those that are built
completion | ctl/main.c      | static const struct verb verbs[] = {\n{ "nowhere", 0 },\n}; | are offered
errors    | ctl/other.c       | int\nmain(void)\n{\n}             | seals its memory
debian    | configure.ac      | AC_INIT([boxoffice], [9.9])          | version of configure.ac
debian    | quickstart.d/packages.sh | PACKAGES_UP=(\nlibx-dev\n)      | README names
debian    | quickstart.d/packages.sh | PACKAGES_UP=(\nlibx-dev\n)      | is built with
debian    | doc/install.md    | \x20   apt-get install -y --no-install-recommends x | has the servers
debian    | debian/tests/control | Tests: planted                    | each autopkgtest
debian    | debian/x          | x                                    | all of debian/
containers | conf/containers/compose.yml | command: [boxoffice-worker, --jobs, planted] | what the units run
documents | fcgi-app/routes.c | { GET, "/api/v1/nowhere", api_me }, | every route
documents | doc/openapi.yaml  | paths:\n  /api/v1/nowhere:\n    get:  | has its route
documents | lib/http/problem.c | \t{ "no-such", 400, "x" },         | every problem is in
documents | lib/http/problem.c | \t{ "no-such", 400, "x" },         | is given by somebody
documents | doc/openapi.yaml  | - /problems/no-such                 | names no problem
documents | conf/local.mk     | # /problems/no-such                 | own errors
documents | man/boxofficectl.8 | .Sh SYNOPSIS\n.Cm nowhere\n.Sh DESCRIPTION | those of its man page
documents | ctl/local.mk      | bin_PROGRAMS += nowhere             | has a man page
documents | man/nowhere.8     | .Dd today                           | is installed
documents | fcgi-app/m/words.h | \tW(PLANTED, "x", "y")             | fcgi-app/m is said
documents | fcgi-app/m/words.c | \t{ "planted", true, { "x", "y" } }, | fcgi-app/m is said
faults    | worker/run.c      | void f(void) { FAULT_POINT("run.x"); } | named in a test
faults    | tests/support/told.c | #ifdef FAULTS\n#endif        | includes base/fault.h
faults    | tests/store/test_sweep.c | points[] = {\n{ "run.y", 1 },\n}; | that there are
web       | web/src/words/words.ts | import { x } from "../state/store"; | web/src/words imports
web       | web/src/state/store.ts | import { x } from "../parts/Link"; | web/src/state imports
web       | web/src/words/ko.json | "planted": "x",                 | have the same keys
web       | web/src/words/ko.json | "skip": "{planted}",             | the same holes
web       | web/src/words/en.json | "planted": "x",                 | said somewhere
web       | lib/http/problem.c | \t{ "no-such", 400, "x" },         | has words
web       | web/src/app.tsx   | \t[/^\\/planted$/, () => <Shows />], | boxoffice.conf.in sends
web       | conf/apache/boxoffice-fcgid.conf.in | AliasMatch "^/(planted)$" "x" | fcgid.conf.in sends
web       | web/package.json  | "dependencies": {\n"planted": "1.0" | what the page is built of
web       | web/src/app.tsx   | import("https://example.org/x.js"); | nobody but its own
schema    | sql/0028_transfers.sql | ALTER TABLE holds ADD COLUMN x int; | an earlier one made
schema    | sql/0028_transfers.sql | ALTER DOMAIN notice_kind DROP CONSTRAINT x; | an earlier one made
schema    | sql/0028_transfers.sql | DROP INDEX seat_log_lately;       | an earlier one made
schema    | sql/functions/tickets.sql | CREATE OR REPLACE FUNCTION hold_write(x int) | made by two files
schema    | sql/functions/till.sql | INSERT INTO holds (token) VALUES (1); | written by its views
schema    | lib/hold/hold.c   | SQL(x, "SELECT ROW($1, $2)::holds"); | written by its views
told      | doc/install.md    | [x](operations.md#planted)           | leads to a page
told      | doc/alerts.md     | `boxofficectl planted 1`             | verb of boxofficectl
told      | README.md         | `[sale] planted`                     | is one of its section
told      | doc/operations.md | `boxoffice_planted`                  | every metric
told      | SECURITY.md       | boxoffice-planted                    | file of ours
told      | doc/install.md    | $examples/nginx/planted.conf         | every example
told      | doc/alerts.md     | # Planted\n\n    planted             | typed by a test
told      | HACKING.md        | ### When a part dies\n\x7c a \x7c b \x7c\n\x7c planted \x7c c/d \x7c | when a part dies
told      | systemd/boxoffice-planted.service.in | [Unit]            | what runs
told      | lib/audit/audit.c | \t{ "I99", 0,                        | every invariant
told      | doc/operations.md | \x7c kind \x7c\n\x7c---\x7c\n\x7c planted \x7c | every kind of alarm
settings  | conf/boxoffice.conf | #nothing = 1                      | conf/boxoffice.conf is
settings  | ctl/local.mk      | AM_CPPFLAGS += -DETC=$(sysconfdir) | no installed folder
settings  | man/boxoffice.conf.5 | .Dd today                        | man/boxoffice.conf.5 is
'

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
# The sources of make distcheck cannot be written to.
cp -r --parents --no-preserve=mode lib fcgi-app worker feedd ctl conf man doc web \
	debian sql ./*.md LICENSE configure.ac quickstart.d systemd \
	.clang-format Makefile.am ./*/local.mk tests/*/*.[ch] tests/*/*.py tests/*/*.sh \
	tests/alerts tests/install "$work"

# clang-format looks at some files a second: a few are enough.
mkdir "$work/few"
cp -r --parents --no-preserve=mode lib/base .clang-format "$work/few"

# The copy that the lint NAME looks at.
tree_of()
{
	case $1 in
	form) echo "$work/few" ;;
	*) echo "$work" ;;
	esac
}

# What the lint NAME finds wrong in its copy: the sentences that fail.
complaints()
{
	SRCDIR=$(tree_of "$1") bash "tests/lint/$1.sh" 2>&1 | grep '^not ok'
}

# plant LINT FILE LINE WORDS: whether the lint complains then and only then.
plant()
{
	local complaint file

	grep -qF -- "$4" <<<"${before[$1]}" && return 1
	file=$(tree_of "$1")/$2
	cp -p "$file" "$work/kept" 2>/dev/null
	mkdir -p "$(dirname "$file")"
	printf '%b\n' "$3" >>"$file"
	complaint=$(complaints "$1" | grep -F -- "$4")
	if [ -f "$work/kept" ]; then
		mv "$work/kept" "$file"
	else
		rm -r "${file:?}"
		rmdir "$(dirname "$file")" 2>/dev/null
	fi
	[ -n "$complaint" ]
}

trim()
{
	sed -E 's/^ +//; s/ +$//' <<<"$1"
}

declare -A before
for lint in alerts commands completion containers debian documents doors errors faults form layers schema settings told web; do
	before[$lint]=$(complaints $lint)
done

n=0
failed=0
while IFS='|' read -r lint file line words; do
	[ -n "$words" ] || continue
	lint=$(trim "$lint") file=$(trim "$file") words=$(trim "$words")
	n=$((n + 1))
	if plant "$lint" "$file" "$(trim "$line")" "$words"; then
		echo "ok $n - $lint.sh notices: $(trim "${line//#/}")"
	else
		echo "not ok $n - $lint.sh notices: $(trim "${line//#/}")"
		failed=1
	fi
done <<<"$table"
echo "1..$n"
exit $failed
