# The parts of ./quickstart, one subject each; it reads them.
EXTRA_DIST += \
	%D%/build.sh \
	%D%/demo.sh \
	%D%/packages.sh \
	%D%/page.sh \
	%D%/paysim.sh \
	%D%/performance.sql \
	%D%/place.sh \
	%D%/postgresql.sh \
	%D%/process.sh \
	%D%/programs.sh \
	%D%/redis.sh \
	%D%/say.sh \
	%D%/web.sh
