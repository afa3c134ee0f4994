# debian: Debian's packages are made out of a release tarball.
EXTRA_DIST += \
	%D%/boxoffice-doc.install %D%/boxoffice-web.install \
	%D%/boxoffice.install %D%/boxoffice.postinst %D%/boxoffice.postrm \
	%D%/boxoffice.prerm %D%/changelog %D%/control %D%/copyright \
	%D%/not-installed %D%/rules %D%/source/format \
	%D%/source/lintian-overrides %D%/tests/control \
	%D%/tests/sell
