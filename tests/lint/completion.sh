#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Does bash offer what boxofficectl has? conf/bash-completion asks the program.
# shellcheck source=tests/lint/lint.sh
. "$(dirname "$0")/lint.sh"

ctl=${BUILDDIR:?is set by make check}/boxofficectl
# shellcheck source=conf/bash-completion/boxofficectl
. conf/bash-completion/boxofficectl

# offered WORD...: what is offered behind these.
offered()
{
	COMP_WORDS=(boxofficectl "$@" '')
	COMP_CWORD=$(($# + 1))
	_boxofficectl "$ctl" '' "${COMP_WORDS[COMP_CWORD - 1]}"
	[ ${#COMPREPLY[@]} -eq 0 ] || printf '%s\n' "${COMPREPLY[@]}"
}

# Verbs, and what is offered behind each, as ctl_usages has them: a word behind
# which others stand that are no options is half of a verb.
offered_usages()
{
	local first second
	for first in $(offered | grep -v '^-'); do
		if ctl_usages | grep -q "^$first "; then
			for second in $(offered "$first"); do
				echo "$first $second"
				offered "$first" "$second" | grep '^-'
			done
		else
			echo "$first"
			offered "$first" | grep '^-'
		fi
	done | sort -u
}

lint "verbs and options of boxofficectl are offered" \
	"$(diff <(ctl_usages) <(offered_usages))"
lint "an option's values are offered, and choices" \
	"$(diff - <(offered queue set 1 --mode; offered section 1 2 |
		grep -v '^-') <<-'END'
	off
	fifo
	auto
	lobby
	open
	closed
	END
	)"
lint "nothing is offered where anything may stand" \
	"$(offered queue open 1 --reason; offered nowhere; offered --config)"
lint "a verb is found behind --config" \
	"$(offered --config x check-config | grep -qx -- --online || echo none)"
lint_done
