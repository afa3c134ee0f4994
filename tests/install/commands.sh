#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# usage: commands.sh FILE HEADING [N]
#
# The commands that a document has under a heading (its subheadings excepted):
# indented lines are commands, what stands in a frame (```) is a sample. With N
# only the Nth of the blocks that other text parts.
#
# Layer: tests.
set -euo pipefail

awk -v heading="$2" -v only="${3:-0}" '
/^```/ { framed = !framed }
framed { next }
/^#+ / {
	title = $0
	sub(/^#+ /, "", title)
	wanted = title == heading
}
/^    / {
	if (!within)
		block += wanted
	within = 1
	if (wanted && (!only || only == block)) {
		print substr($0, 5)
		found = 1
	}
	next
}
/./ { within = 0 }
END { exit !found }
' "$1"
