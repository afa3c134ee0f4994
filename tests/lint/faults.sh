#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Is every crash point in a test? One that nobody names proves nothing, and one
# that the sweep names must be in the sources.
# shellcheck source=tests/lint/lint.sh
. "$(dirname "$0")/lint.sh"

# "name file:line" of each FAULT_POINT("name") and FAULT_FAIL("name").
points()
{
	lint_sources | grep -v '^lib/base/fault\.' |
	    xargs grep -HnoE 'FAULT_(POINT|FAIL)\("[^"]+"\)' |
	    sed -E 's/^([^:]*:[0-9]+):[^"]*"([^"]*)".*/\2 \1/' | sort
}

# What may be such a name in a test: a text, or in a plan.
named()
{
	grep -rhoE '[":][a-z_0-9]+\.[a-z_0-9]+[":]' tests --include='*.c' \
	    --include='*.h' --include='*.py' --exclude-dir=lint |
	    tr -d '":' | sort -u
}

unused()
{
	points | join -v 1 - <(named)
}

unknown()
{
	sed -n '/points\[\] = {/,/^};/p; /failures\[\] = {/,/^};/p' \
	    tests/store/test_sweep.c tests/store/sweep_card.c | grep -oE '"[a-z_.]+"' | tr -d '"' |
	    sort | join -v 1 - <(points | cut -d' ' -f1 | uniq)
}

# Nothing says that what stands behind #ifdef was left out. A test that is a
# program has the header from suite.h.
unasked()
{
	{
		lint_sources
		printf '%s\n' tests/support/*.[ch]
	} | grep -v '^lib/base/fault\.' | xargs grep -lE '^#.*\bFAULTS\b' |
	    xargs -r grep -L '^#include "base/fault.h"'
}

lint "who asks for FAULTS includes base/fault.h" "$(unasked)"
lint "every crash point is named in a test" "$(unused)"
lint "the sweep names only crash points that there are" "$(unknown)"
lint_done
