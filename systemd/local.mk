# systemd: units, the user and the runtime folder. --with-systemdsystemunitdir
# says where units go; installing enables nothing.
sysusersdir = $(prefix)/lib/sysusers.d
tmpfilesdir = $(prefix)/lib/tmpfiles.d

nodist_systemdsystemunit_DATA = \
	%D%/boxoffice-fcgi@.service \
	%D%/boxoffice-fcgi@.socket \
	%D%/boxoffice-feedd.service \
	%D%/boxoffice-feedd.socket \
	%D%/boxoffice-migrate.service \
	%D%/boxoffice-worker.service \
	%D%/boxoffice-worker-messages.service \
	%D%/boxoffice-worker-pay.service
dist_sysusers_DATA = %D%/sysusers.d/boxoffice.conf
nodist_tmpfiles_DATA = %D%/tmpfiles.d/boxoffice.conf

SUBSTITUTED += $(nodist_systemdsystemunit_DATA) $(nodist_tmpfiles_DATA)
EXTRA_DIST += \
	%D%/boxoffice-fcgi@.service.in \
	%D%/boxoffice-fcgi@.socket.in \
	%D%/boxoffice-feedd.service.in \
	%D%/boxoffice-feedd.socket.in \
	%D%/boxoffice-migrate.service.in \
	%D%/boxoffice-worker.service.in \
	%D%/boxoffice-worker-messages.service.in \
	%D%/boxoffice-worker-pay.service.in \
	%D%/tmpfiles.d/boxoffice.conf.in
%D%/boxoffice-fcgi@.service: %D%/boxoffice-fcgi@.service.in
%D%/boxoffice-fcgi@.socket: %D%/boxoffice-fcgi@.socket.in
%D%/boxoffice-feedd.service: %D%/boxoffice-feedd.service.in
%D%/boxoffice-feedd.socket: %D%/boxoffice-feedd.socket.in
%D%/boxoffice-migrate.service: %D%/boxoffice-migrate.service.in
%D%/boxoffice-worker.service: %D%/boxoffice-worker.service.in
%D%/tmpfiles.d/boxoffice.conf: %D%/tmpfiles.d/boxoffice.conf.in
%D%/boxoffice-worker-pay.service: %D%/boxoffice-worker-pay.service.in
%D%/boxoffice-worker-messages.service: %D%/boxoffice-worker-messages.service.in

# What runs goes over to the programs that were installed.
dist_sbin_SCRIPTS = %D%/boxoffice-upgrade
