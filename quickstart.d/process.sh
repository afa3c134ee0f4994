# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
#
# process - start, find and stop the stack's processes
#
# Each runs in the foreground of a session of its own; PIDS has its pid, LOGS
# its output. A pid is believed only while its command line names STACK.
#
# Layer: quickstart.  Uses: say, place.

# The order of starting; they are stopped in the reverse order.
PROCESSES=(redis pg-primary pg-replica paysim fcgi-api fcgi-pay worker worker-pay
    worker-messages feedd nginx)

# The stop signal that lets each finish what it does: PostgreSQL's "fast",
# nginx's "graceful".
declare -A STOP_SIGNAL=([pg-primary]=INT [pg-replica]=INT [nginx]=QUIT)

# process_noted NAME: the pid in its file, which may go at any moment.
process_noted() {
	local pid=''
	{ read -r pid <"$PIDS/$1.pid"; } 2>/dev/null || true
	[[ -n $pid ]] && printf '%s\n' "$pid"
}

process_pid() {
	local pid
	pid=$(process_noted "$1") || return 1
	grep -qzF -- "$STACK/" "/proc/$pid/cmdline" 2>/dev/null || return 1
	printf '%s\n' "$pid"
}

process_runs() {
	process_pid "$1" >/dev/null
}

# A server must not keep open what its starter had: this script's lock, or a
# caller's that waits for it to end.
close_the_rest() {
	local fd
	for fd in "/proc/$BASHPID/fd"/*; do
		fd=${fd##*/}
		if ((fd > 2 && fd != 255)); then
			exec {fd}>&-
		fi
	done
}

# process_start NAME USER COMMAND...
process_start() {
	local name=$1 user=$2
	local -a who=() trace=()
	shift 2
	if [[ $user != root ]]; then
		who=(setpriv "--reuid=$user" "--regid=$(id -g "$user")"
		    --init-groups --)
	fi
	# tests/run wants to see which system calls are made.
	if [[ -n ${STRACE_DIR:-} && $name =~ ^(fcgi|worker|feedd) ]]; then
		trace=(strace -D -f -qq -c -U name -o "$STRACE_DIR/$name.calls" --)
	fi
	(
		exec </dev/null >>"$LOGS/$name.log" 2>&1
		close_the_rest
		cd /
		exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
		    setsid "${who[@]}" "${trace[@]}" "$@"
	) &
	echo $! >"$PIDS/$name.pid"
	process_became "$name" $!
}

# process_became NAME PID: until our child is the program it was started as, or
# is dead. Before, its command line is still this script's.
process_became() {
	until process_runs "$1" ||
	    grep -qs '^State:.Z' "/proc/$2/status" || [[ ! -e /proc/$2 ]]; do
		sleep 0.01
	done
}

# process_answers NAME COMMAND...: wait until the command succeeds; NAME leaving
# ends the wait.
process_answers() {
	local name=$1 end=$((SECONDS + 60))
	shift
	until "$@" >/dev/null 2>&1; do
		process_stays "$name" || process_left "$name"
		((SECONDS < end)) || die "$name does not answer; see $LOGS/$name.log"
		sleep 0.1
	done
}

# A program that becomes another (setpriv) has no command line for a moment.
process_stays() {
	process_runs "$1" || { sleep 0.1 && process_runs "$1"; }
}

process_left() {
	tail -n 20 "$LOGS/$1.log" >&2
	die "$1 has left; all it said is in $LOGS/$1.log"
}

process_stop() {
	local name=$1 pid end
	if pid=$(process_pid "$name"); then
		kill -"${STOP_SIGNAL[$name]:-TERM}" "$pid" 2>/dev/null || true
		# A stopped process hears the signal only now.
		kill -CONT "$pid" 2>/dev/null || true
		end=$((SECONDS + 30))
		while process_runs "$name" && ((SECONDS < end)); do
			sleep 0.1
		done
		if process_runs "$name"; then
			kill -KILL "$pid" 2>/dev/null || true
		fi
	fi
	process_sweep "$name"
	rm -f "$PIDS/$name.pid"
}

# What is left of a session whose leader was killed.
process_sweep() {
	local session stat line pid
	local -a field
	session=$(process_noted "$1") || return 0
	for stat in /proc/[0-9]*/stat; do
		# Behind the name in parentheses: state, parent, group, session.
		read -r line 2>/dev/null <"$stat" || continue
		read -ra field <<<"${line##*) }"
		[[ ${field[3]} == "$session" ]] || continue
		pid=${line%% *}
		if process_is_ours "$pid"; then
			kill -KILL "$pid" 2>/dev/null || true
		fi
	done
}

# By its program, its command line or a file it has open: a pid of an old file
# may belong to a stranger by now.
process_is_ours() {
	[[ $(readlink "/proc/$1/exe" 2>/dev/null) == "$STACK"/* ]] ||
	    grep -qzF -- "$STACK/" "/proc/$1/cmdline" 2>/dev/null ||
	    [[ -n $(find "/proc/$1/fd" -lname "$STACK/*" 2>/dev/null) ]]
}

processes_stop() {
	local i
	for ((i = ${#PROCESSES[@]} - 1; i >= 0; i--)); do
		process_stop "${PROCESSES[i]}"
	done
}

# Refuses to go on when one that was started has left.
processes_check() {
	local name
	for name in "${PROCESSES[@]}"; do
		if [[ -e $PIDS/$name.pid ]] && ! process_runs "$name"; then
			process_left "$name"
		fi
	done
}

# Tells each and returns 1 if one that was started is down.
processes_tell() {
	local name pid result=0
	for name in "${PROCESSES[@]}"; do
		if pid=$(process_pid "$name"); then
			printf '%-12s running, pid %s\n' "$name" "$pid"
		elif [[ -e $PIDS/$name.pid ]]; then
			printf '%-12s down; %s tells why\n' "$name" "$LOGS/$name.log"
			result=1
		fi
	done
	[[ -e $PIDS/redis.pid ]] || { say "nothing runs"; result=1; }
	return "$result"
}
