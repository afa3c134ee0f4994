# man: one page a program, and boxoffice.conf(5), which comes from the table
# of settings.
dist_man_MANS += %D%/boxoffice-fcgi.8
dist_man_MANS += %D%/boxoffice-feedd.8
dist_man_MANS += %D%/boxoffice-upgrade.8
dist_man_MANS += %D%/boxofficectl.8
dist_man_MANS += %D%/boxoffice.conf.5
EXTRA_DIST += %D%/boxoffice.conf.5.in

# Write anew what is made from the table, into the source tree: both files
# are committed, and tests/lint/settings.sh compares them with the table.
settings_doc = tests/support/settings_doc
docs: $(BUILT_SOURCES)
	$(AM_V_at)$(MAKE) $(AM_MAKEFLAGS) $(settings_doc)
	$(AM_V_GEN)$(settings_doc) sample \
		> $(srcdir)/conf/boxoffice.conf.new
	$(AM_V_at)mv $(srcdir)/conf/boxoffice.conf.new \
		$(srcdir)/conf/boxoffice.conf
	$(AM_V_GEN)$(settings_doc) man < $(srcdir)/%D%/boxoffice.conf.5.in \
		> $(srcdir)/%D%/boxoffice.conf.5.new
	$(AM_V_at)mv $(srcdir)/%D%/boxoffice.conf.5.new \
		$(srcdir)/%D%/boxoffice.conf.5
.PHONY: docs
dist_man_MANS += %D%/boxoffice-worker.8
