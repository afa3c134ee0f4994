# worker: boxoffice-worker, the jobs that belong to no request.
sbin_PROGRAMS += boxoffice-worker
# All but main.c, for the tests as well.
worker_parts = \
	%D%/job_admit.c \
	%D%/job_adopt.c \
	%D%/job_audit.c \
	%D%/job_called_off.c \
	%D%/job_count_logs.c \
	%D%/job_expiry.c \
	%D%/job_export.c \
	%D%/job_gauges.c \
	%D%/job_house.c \
	%D%/job_mail.c \
	%D%/job_maps.c \
	%D%/job_pay.c \
	%D%/job_persist.c \
	%D%/job_purge.c \
	%D%/job_rebuild.c \
	%D%/job_relay.c \
	%D%/job_reconcile.c \
	%D%/job_reconcile_pay.c \
	%D%/job_webhook.c \
	%D%/jobs.c %D%/jobs.h \
	%D%/run.c %D%/run.h \
	%D%/stats.c %D%/stats.h
boxoffice_worker_SOURCES = $(worker_parts) %D%/main.c
boxoffice_worker_LDADD = $(LAYER_DOMAIN) $(PROVIDER_LAYERS) \
	$(LAYER_STORE) $(LAYER_BASE) $(PROVIDER_LIBS) $(DOMAIN_LIBS) \
	$(STORE_LIBS) $(BASE_LIBS)
