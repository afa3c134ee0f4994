# tests/unit: one program per module of base, http and domain; no servers.
UNIT_BASE = tests/support/libsupport.a $(LAYER_BASE) $(CHECK_LIBS) $(BASE_LIBS)

if HAVE_CHECK
unit_base_tests = \
	%D%/test_address %D%/test_arena %D%/test_board %D%/test_cells \
	%D%/test_clock %D%/test_combine \
	%D%/test_conf %D%/test_crypto %D%/test_csv \
	%D%/test_fault %D%/test_gzip %D%/test_log %D%/test_mem %D%/test_memo %D%/test_metrics \
	%D%/test_net \
	%D%/test_notify %D%/test_permits %D%/test_rand %D%/test_seal %D%/test_shelf \
	%D%/test_span \
	%D%/test_strbuf %D%/test_utf8
check_PROGRAMS += $(unit_base_tests)
TESTS += $(unit_base_tests)

tests_unit_test_address_LDADD = $(UNIT_BASE)
tests_unit_test_arena_LDADD = $(UNIT_BASE)
tests_unit_test_board_LDADD = $(UNIT_BASE)
tests_unit_test_cells_LDADD = $(UNIT_BASE)
tests_unit_test_clock_LDADD = $(UNIT_BASE)
tests_unit_test_combine_LDADD = $(UNIT_BASE)
tests_unit_test_conf_LDADD = $(UNIT_BASE)
tests_unit_test_crypto_LDADD = $(UNIT_BASE)
tests_unit_test_csv_LDADD = $(UNIT_BASE)
tests_unit_test_fault_LDADD = $(UNIT_BASE)
tests_unit_test_gzip_LDADD = $(UNIT_BASE)
tests_unit_test_log_LDADD = $(UNIT_BASE)
tests_unit_test_mem_LDADD = $(UNIT_BASE)
tests_unit_test_memo_LDADD = $(UNIT_BASE)
tests_unit_test_metrics_LDADD = $(UNIT_BASE)
tests_unit_test_net_LDADD = $(UNIT_BASE)
tests_unit_test_notify_LDADD = $(UNIT_BASE)
tests_unit_test_permits_LDADD = $(UNIT_BASE)
tests_unit_test_rand_LDADD = $(UNIT_BASE)
tests_unit_test_seal_LDADD = $(UNIT_BASE)
tests_unit_test_shelf_LDADD = $(UNIT_BASE)
tests_unit_test_span_LDADD = $(UNIT_BASE)
tests_unit_test_strbuf_LDADD = $(UNIT_BASE)
tests_unit_test_utf8_LDADD = $(UNIT_BASE)
endif

# lib/http
UNIT_HTTP = $(LAYER_HTTP) $(LAYER_BASE) $(CHECK_LIBS) $(HTTP_LIBS) $(BASE_LIBS)

if HAVE_CHECK
unit_http_tests = \
	%D%/test_form %D%/test_json %D%/test_page %D%/test_problem %D%/test_req \
	%D%/test_router
check_PROGRAMS += $(unit_http_tests)
TESTS += $(unit_http_tests)

tests_unit_test_form_LDADD = $(UNIT_HTTP)
tests_unit_test_json_LDADD = $(UNIT_HTTP)
tests_unit_test_page_LDADD = $(UNIT_HTTP)
tests_unit_test_problem_LDADD = $(UNIT_HTTP)
tests_unit_test_req_LDADD = $(UNIT_HTTP)
tests_unit_test_router_LDADD = $(UNIT_HTTP)
endif

# lib/store: what needs no server
UNIT_STORE = tests/support/libsupport.a $(LAYER_STORE) $(LAYER_BASE) \
	$(CHECK_LIBS) $(STORE_LIBS) $(BASE_LIBS)

if HAVE_CHECK
unit_store_tests = %D%/test_breaker
check_PROGRAMS += $(unit_store_tests)
TESTS += $(unit_store_tests)

tests_unit_test_breaker_LDADD = $(UNIT_STORE)
endif

# lib/account: what needs no server
UNIT_ACCOUNT = tests/support/libsupport.a $(LAYER_DOMAIN) $(LAYER_STORE) \
	$(LAYER_BASE) $(CHECK_LIBS) $(DOMAIN_LIBS) $(STORE_LIBS) $(BASE_LIBS)

if HAVE_CHECK
unit_account_tests = %D%/test_fold %D%/test_image %D%/test_token
check_PROGRAMS += $(unit_account_tests)
TESTS += $(unit_account_tests)

tests_unit_test_fold_LDADD = $(UNIT_ACCOUNT)
tests_unit_test_image_LDADD = $(UNIT_ACCOUNT)
tests_unit_test_token_LDADD = $(UNIT_ACCOUNT)
endif

# lib/hold: what needs no server
if HAVE_CHECK
unit_hold_tests = %D%/test_hold_gate
check_PROGRAMS += $(unit_hold_tests)
TESTS += $(unit_hold_tests)

tests_unit_test_hold_gate_LDADD = $(UNIT_ACCOUNT)
endif

# fcgi-app
UNIT_FCGI = tests/support/libsupport.a fcgi-app/libfcgiapp.a $(PAYING_LAYERS) \
	$(FCGI_LIBS) $(CHECK_LIBS)

if HAVE_CHECK
unit_fcgi_tests = \
	%D%/test_dispatch %D%/test_generation %D%/test_html %D%/test_m %D%/test_params %D%/test_slots \
	%D%/test_ticket
check_PROGRAMS += $(unit_fcgi_tests)
TESTS += $(unit_fcgi_tests)

tests_unit_test_dispatch_LDADD = $(UNIT_FCGI)
tests_unit_test_generation_LDADD = $(UNIT_FCGI)
tests_unit_test_html_LDADD = $(UNIT_FCGI)
tests_unit_test_m_LDADD = $(UNIT_FCGI)
tests_unit_test_params_LDADD = $(UNIT_FCGI)
tests_unit_test_slots_LDADD = $(UNIT_FCGI)
tests_unit_test_ticket_LDADD = $(UNIT_FCGI)
endif

# lib/catalog, lib/admin: what needs no server
if HAVE_CHECK
unit_catalog_tests = \
	%D%/test_client_log_mask %D%/test_plan %D%/test_pretix_plan
check_PROGRAMS += $(unit_catalog_tests)
TESTS += $(unit_catalog_tests)

tests_unit_test_client_log_mask_LDADD = $(LAYER_DOMAIN) $(LAYER_BASE) \
	$(CHECK_LIBS) $(BASE_LIBS)
tests_unit_test_pretix_plan_LDADD = $(ALL_LAYERS) $(CHECK_LIBS)
tests_unit_test_plan_LDADD = $(LAYER_DOMAIN) $(LAYER_BASE) $(CHECK_LIBS) \
	$(BASE_LIBS)
endif

# lib/seat, lib/payment: what needs no server
if HAVE_CHECK
unit_purchase_tests = \
	%D%/test_hold_record %D%/test_seat_best %D%/test_seat_rule
check_PROGRAMS += $(unit_purchase_tests)
TESTS += $(unit_purchase_tests)

tests_unit_test_seat_rule_LDADD = $(LAYER_DOMAIN) $(LAYER_BASE) \
	$(CHECK_LIBS) $(BASE_LIBS)
tests_unit_test_hold_record_LDADD = $(LAYER_DOMAIN) $(LAYER_STORE) \
	$(LAYER_BASE) $(CHECK_LIBS) $(DOMAIN_LIBS) $(STORE_LIBS) $(BASE_LIBS)
tests_unit_test_seat_best_LDADD = $(LAYER_DOMAIN) $(LAYER_STORE) \
	$(LAYER_BASE) $(CHECK_LIBS) $(DOMAIN_LIBS) $(STORE_LIBS) $(BASE_LIBS)
endif

# ctl, by the program itself
if HAVE_CHECK
check_PROGRAMS += %D%/test_top
TESTS += %D%/test_top

tests_unit_test_top_LDADD = $(UNIT_BASE)
endif

# feedd
if HAVE_CHECK
check_PROGRAMS += %D%/test_feed
TESTS += %D%/test_feed

tests_unit_test_feed_LDADD = feedd/libfeedd.a $(ALL_LAYERS) $(LIBEVENT_LIBS) \
	$(CHECK_LIBS)
endif

# lib/outside, lib/provider: against tests/paysim
if HAVE_CHECK
check_PROGRAMS += %D%/test_stripe
TESTS += %D%/test_stripe

tests_unit_test_stripe_LDADD = tests/support/libsupport.a $(LAYER_PROVIDER) \
	$(LAYER_OUTSIDE) $(LAYER_HTTP) $(LAYER_STORE) $(LAYER_BASE) \
	$(CHECK_LIBS) $(OUTSIDE_LIBS) $(HTTP_LIBS) $(STORE_LIBS) $(BASE_LIBS)
endif
