# web: the page. npm builds it into dist/ (make page), which a tarball carries:
# installing needs no node. Where it was not built, plain/ is installed, which
# says that the API is here.
webdir = $(pkgdatadir)/web
EXTRA_DIST += \
	%D%/LICENSES.md %D%/browser %D%/build.sh %D%/index.html \
	%D%/operator.html %D%/package-lock.json %D%/package.json %D%/plain \
	%D%/public %D%/src %D%/sw.js %D%/tsconfig.json %D%/vite.config.ts

# Into the checkout, out of a folder beside it: node_modules stays there.
page:
	$(AM_V_GEN)'$(srcdir)/web/build.sh' '$(abs_builddir)/page' \
		'$(abs_srcdir)/web/dist'
.PHONY: page

dist-page:
	$(AM_V_at)test ! -d '$(srcdir)/web/dist' || \
		cp -pR '$(srcdir)/web/dist' '$(distdir)/web/'
dist-hook: dist-page
.PHONY: dist-page

page_built = from='$(srcdir)/web/dist'; \
	test -e "$$from/index.html" || from='$(srcdir)/web/plain'

install-page:
	$(AM_V_at)$(page_built); to='$(DESTDIR)$(webdir)'; \
	$(MKDIR_P) "$$to"; (cd "$$from" && find . -type f) | \
	while read -r file; do \
		$(MKDIR_P) "$$to/$$(dirname "$$file")" && \
		$(INSTALL_DATA) "$$from/$$file" "$$to/$$file" || exit; \
	done
# assets/ is ours, those of other builds among them.
uninstall-page:
	$(AM_V_at)$(page_built); to='$(DESTDIR)$(webdir)'; \
	rm -rf "$$to/assets"; (cd "$$from" && find . -type f) | \
	while read -r file; do rm -f "$$to/$$file"; done
install-data-local: install-page
uninstall-local: uninstall-page
.PHONY: install-page uninstall-page
