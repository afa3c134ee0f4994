# conf: what a sysadmin copies to the web server, Redis and PostgreSQL. All of
# it is installed as examples; nothing of it is enabled by installing.
examplesdir = $(docdir)/examples

nginxexdir = $(examplesdir)/nginx
nginxexsnippetsdir = $(nginxexdir)/snippets
apacheexdir = $(examplesdir)/apache
redisexdir = $(examplesdir)/redis
postgresqlexdir = $(examplesdir)/postgresql
haproxyexdir = $(examplesdir)/haproxy
prometheusexdir = $(examplesdir)/prometheus
grafanaexdir = $(examplesdir)/grafana

dist_examples_DATA = %D%/boxoffice.conf
dist_nginxex_DATA = \
	%D%/nginx/boxoffice-addresses.conf \
	%D%/nginx/boxoffice-balancer.conf \
	%D%/nginx/boxoffice-behind.conf \
	%D%/nginx/boxoffice-site.conf
nodist_nginxex_DATA = \
	%D%/nginx/boxoffice-http.conf
dist_nginxexsnippets_DATA = \
	%D%/nginx/snippets/boxoffice-fastcgi.conf \
	%D%/nginx/snippets/boxoffice-tls.conf
nodist_nginxexsnippets_DATA = \
	%D%/nginx/snippets/boxoffice.conf
dist_apacheex_DATA = \
	%D%/apache/boxoffice-site.conf
nodist_apacheex_DATA = \
	%D%/apache/boxoffice-proxy-fcgi.conf \
	%D%/apache/boxoffice-fcgid.conf
dist_redisex_DATA = \
	%D%/redis/boxoffice.conf \
	%D%/redis/boxoffice.acl \
	%D%/redis/boxoffice-replicated.conf \
	%D%/redis/boxoffice-replicated.acl \
	%D%/redis/sentinel.conf
dist_postgresqlex_DATA = \
	%D%/postgresql/boxoffice.conf \
	%D%/postgresql/boxoffice-archive.conf \
	%D%/postgresql/boxoffice-failover \
	%D%/postgresql/pgbouncer.ini
dist_haproxyex_DATA = \
	%D%/haproxy/boxoffice.cfg
dist_prometheusex_DATA = \
	%D%/prometheus/boxoffice.rules.yml \
	%D%/prometheus/boxoffice-scrape.yml
dist_grafanaex_DATA = \
	%D%/grafana/boxoffice-programs.json \
	%D%/grafana/boxoffice-sale.json \
	%D%/grafana/boxoffice-stores.json

# Files that name installed folders, made from FILE.in.
SUBSTITUTED = \
	$(nodist_nginxex_DATA) \
	$(nodist_nginxexsnippets_DATA) \
	$(nodist_apacheex_DATA)
EXTRA_DIST += \
	%D%/containers/Containerfile %D%/containers/boxoffice-sample.conf \
	%D%/containers/compose.yml %D%/containers/nginx.conf \
	%D%/nginx/boxoffice-http.conf.in \
	%D%/nginx/snippets/boxoffice.conf.in \
	%D%/apache/boxoffice-proxy-fcgi.conf.in \
	%D%/apache/boxoffice-fcgid.conf.in
%D%/nginx/boxoffice-http.conf: %D%/nginx/boxoffice-http.conf.in
%D%/nginx/snippets/boxoffice.conf: %D%/nginx/snippets/boxoffice.conf.in
%D%/apache/boxoffice-proxy-fcgi.conf: %D%/apache/boxoffice-proxy-fcgi.conf.in
%D%/apache/boxoffice-fcgid.conf: %D%/apache/boxoffice-fcgid.conf.in

# The catalog that quickstart loads, and its posters, drawn of the SVG files by
# web/browser/posters.mjs.
demodir = $(pkgdatadir)/demo
dist_demo_DATA = %D%/demo/demo.json
posters = \
	%D%/demo/posters/aurora-surf %D%/demo/posters/glass-tide \
	%D%/demo/posters/lighthouse-letters \
	%D%/demo/posters/moonlight-mechanic %D%/demo/posters/twelfth-stop \
	%D%/demo/posters/whale-postman %D%/demo/posters/winter-overture \
	%D%/demo/posters/winter-sentences
postersdir = $(demodir)/posters
dist_posters_DATA = $(posters:=.webp)
EXTRA_DIST += $(posters:=.svg)

bashcompletiondir = $(datarootdir)/bash-completion/completions
dist_bashcompletion_DATA = %D%/bash-completion/boxofficectl

# The settings themselves, with a folder for more of them; an administrator's
# are never overwritten, nor removed unless they are as they came.
settingsdir = $(sysconfdir)/boxoffice
install-settings:
	$(AM_V_at)$(MKDIR_P) '$(DESTDIR)$(settingsdir)/conf.d'
	$(AM_V_at)test -e '$(DESTDIR)$(settingsdir)/boxoffice.conf' || \
		$(INSTALL) -m 640 '$(srcdir)/conf/boxoffice.conf' \
			'$(DESTDIR)$(settingsdir)/boxoffice.conf'
uninstall-settings:
	$(AM_V_at)cd '$(DESTDIR)$(settingsdir)' 2>/dev/null || exit 0; \
		! cmp -s '$(abs_srcdir)/conf/boxoffice.conf' boxoffice.conf || \
			rm -f boxoffice.conf; \
		rmdir conf.d 2>/dev/null; cd .. && rmdir boxoffice 2>/dev/null; :
install-data-hook: install-settings
uninstall-hook: uninstall-settings
.PHONY: install-settings uninstall-settings

# The words of mails; a house's own are in the folder that [mail] templates names.
maildir = $(pkgdatadir)/mail
dist_mail_DATA = \
	%D%/mail/another-time.en %D%/mail/another-time.ko \
	%D%/mail/called-off.en %D%/mail/called-off.ko \
	%D%/mail/confirmed.en %D%/mail/confirmed.ko \
	%D%/mail/given-back.en %D%/mail/given-back.ko \
	%D%/mail/lost.en %D%/mail/lost.ko \
	%D%/mail/moved.en %D%/mail/moved.ko \
	%D%/mail/offered.en %D%/mail/offered.ko \
	%D%/mail/passed-on.en %D%/mail/passed-on.ko \
	%D%/mail/received.en %D%/mail/received.ko \
	%D%/mail/refunded.en %D%/mail/refunded.ko
