# lib/store: Redis and PostgreSQL, and the Lua scripts in lua/.
noinst_LIBRARIES += lib/store/libstore.a
lib_store_libstore_a_SOURCES = \
	%D%/breaker.c %D%/breaker.h \
	%D%/copy.c %D%/copy.h \
	%D%/ctx.c %D%/ctx.h \
	%D%/db.c %D%/db.h %D%/db_own.h \
	%D%/db_pipeline.c \
	%D%/db_value.c \
	%D%/drain.c %D%/drain.h \
	%D%/fault_name.c %D%/fault_name.h \
	%D%/keys.c %D%/keys.h \
	%D%/kv.c %D%/kv.h \
	%D%/kv_wire.c %D%/kv_wire.h \
	%D%/options.c %D%/options.h \
	%D%/migrate.c %D%/migrate.h %D%/migrate_own.h \
	%D%/migrate_functions.c \
	%D%/part.c %D%/part.h \
	%D%/pg_door.c %D%/pg_door.h \
	%D%/primary.c %D%/primary.h \
	%D%/rate.c %D%/rate.h \
	%D%/read.c %D%/read.h \
	%D%/redis_door.c %D%/redis_door.h \
	%D%/replica.c %D%/replica.h \
	%D%/script.h \
	%D%/sentinel.c %D%/sentinel.h \
	%D%/settings.c %D%/settings.h \
	%D%/shared.c %D%/shared.h \
	%D%/together.c %D%/together.h
nodist_lib_store_libstore_a_SOURCES = \
	%D%/paths.h %D%/script_list.h %D%/script_table.c

# The scripts, and the pieces they include; a new one is a new line.
lua_scripts = \
	%D%/lua/guess_count.lua \
	%D%/lua/hold_abandon.lua \
	%D%/lua/hold_adopt.lua \
	%D%/lua/hold_best.lua \
	%D%/lua/hold_change.lua \
	%D%/lua/hold_count.lua \
	%D%/lua/held_compact.lua \
	%D%/lua/hold_drop.lua \
	%D%/lua/hold_expire.lua \
	%D%/lua/hold_extend.lua \
	%D%/lua/hold_find.lua \
	%D%/lua/hold_house.lua \
	%D%/lua/hold_list.lua \
	%D%/lua/hold_pay.lua \
	%D%/lua/hold_place.lua \
	%D%/lua/hold_search.lua \
	%D%/lua/hold_slot.lua \
	%D%/lua/hold_unpay.lua \
	%D%/lua/limit_take.lua \
	%D%/lua/log_taken.lua \
	%D%/lua/primary_tell.lua \
	%D%/lua/queue_admit.lua \
	%D%/lua/queue_begin.lua \
	%D%/lua/queue_join.lua \
	%D%/lua/queue_leave.lua \
	%D%/lua/queue_lobby_close.lua \
	%D%/lua/queue_lobby_done.lua \
	%D%/lua/queue_lobby_fill.lua \
	%D%/lua/queue_lobby_look.lua \
	%D%/lua/queue_lobby_read.lua \
	%D%/lua/queue_pick.lua \
	%D%/lua/queue_poll.lua \
	%D%/lua/queue_reserve.lua \
	%D%/lua/queue_spent.lua \
	%D%/lua/seat_begin.lua \
	%D%/lua/seat_clean.lua \
	%D%/lua/seat_count.lua \
	%D%/lua/seat_fill.lua \
	%D%/lua/seat_forget.lua \
	%D%/lua/seat_held.lua \
	%D%/lua/seat_leave.lua \
	%D%/lua/seat_live.lua \
	%D%/lua/seat_mirror.lua \
	%D%/lua/seat_own.lua \
	%D%/lua/seat_retire.lua \
	%D%/lua/seat_rules.lua \
	%D%/lua/seat_set.lua \
	%D%/lua/seat_terms.lua \
	%D%/lua/seat_trim.lua \
	%D%/lua/stock_resize.lua \
	%D%/lua/stock_set.lua \
	%D%/lua/withhold_keep.lua
lua_includes = \
	%D%/lua/due.inc.lua \
	%D%/lua/end.inc.lua \
	%D%/lua/gcra.inc.lua \
	%D%/lua/hoard.inc.lua \
	%D%/lua/hold.inc.lua \
	%D%/lua/leave.inc.lua \
	%D%/lua/line.inc.lua \
	%D%/lua/line_run.inc.lua \
	%D%/lua/lobby.inc.lua \
	%D%/lua/log.inc.lua \
	%D%/lua/move.inc.lua \
	%D%/lua/perf.inc.lua \
	%D%/lua/place.inc.lua \
	%D%/lua/placed.inc.lua \
	%D%/lua/promise.inc.lua \
	%D%/lua/rate.inc.lua \
	%D%/lua/rule.inc.lua \
	%D%/lua/seat.inc.lua \
	%D%/lua/stock.inc.lua \
	%D%/lua/stock_facts.inc.lua \
	%D%/lua/unfree.inc.lua

lua_embed = %D%/lua/embed.sh
EXTRA_DIST += $(lua_embed) $(lua_scripts) $(lua_includes)
BUILT_SOURCES += %D%/script_list.h %D%/script_table.c
CLEANFILES += %D%/script_list.h %D%/script_table.c

%D%/script_list.h: $(lua_embed) $(lua_scripts)
	$(AM_V_GEN)$(MKDIR_P) $(@D)
	$(AM_V_at)$(SHELL) $(srcdir)/$(lua_embed) list '$(srcdir)' \
		$(lua_scripts) > $@.new && mv $@.new $@

%D%/script_table.c: $(lua_embed) $(lua_scripts) $(lua_includes)
	$(AM_V_GEN)$(MKDIR_P) $(@D)
	$(AM_V_at)$(SHELL) $(srcdir)/$(lua_embed) table '$(srcdir)' \
		$(lua_scripts) > $@.new && mv $@.new $@

# The installed folders, in a header and not in flags: objects follow when
# somebody configures anew, and stay when nothing has changed. Few include it: all
# other objects are the same wherever it is installed.
BUILT_SOURCES += %D%/paths.h
CLEANFILES += %D%/paths.h
%D%/paths.h: Makefile
	$(AM_V_at)$(MKDIR_P) $(@D)
	$(AM_V_at)printf '#define %s "%s"\n' SYSCONFDIR '$(sysconfdir)' \
		PKGDATADIR '$(pkgdatadir)' > $@.new
	$(AM_V_at)if cmp -s $@.new $@; then rm -f $@.new; \
		else mv $@.new $@; fi
