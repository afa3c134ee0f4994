/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_webhook - who asked to be told over HTTPS is told, by a signature, and
 * leads nobody into the house's own network
 *
 * A server in Python keeps what it is told (support/hooks.py) and checks the
 * signatures by itself. Names are resolved by this program, as a name server of
 * somebody else's would.
 *
 * Layer: tests.  Uses: webhook, message, house.
 */
#include "webhook/delivery.h"
#include "webhook/webhook.h"
#include "webhook/webhook_sign.h"
#include "webhook/webhook_work.h"

#include "base/clock.h"
#include "tests/support/buyer.h"
#include "tests/support/servers.h"
#include "tests/support/told.h"

#include <dlfcn.h>
#include <netdb.h>
#include <sys/prctl.h>
#include <time.h>

#define KEY "hooks:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
#define OTHER_KEY "hooks:BBECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
/* Where the server may be reached. */
#define ALLOWED "127.0.0.2"

static const struct audit_by by = { .os_user = SPAN_LIT("root"),
	.reason = SPAN_LIT("tried") };
static char folder[] = "/tmp/bo-hooks-XXXXXX";
static char port[16];
static pid_t server;
static struct webhook_work *work;
static const struct consumer *told_by;
static struct settings as_set; /* as a process that is forked has them */
static const char *leads_to = ALLOWED;

/* ---- the name server ---- */

typedef int resolve_fn(const char *node, const char *service,
    const struct addrinfo *hints, struct addrinfo **out);

/* Instead of the C library's: curl's threads ask here. */
int
getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
    struct addrinfo **out)
{
	resolve_fn *real;

	*(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
	if (node != NULL && strcmp(node, "hook.example") == 0)
		node = leads_to;
	return real(node, service, hints, out);
}

/* ---- the server ---- */

static const char *
in_folder(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static int PRINTF_LIKE(1, 2) shell(const char *fmt, ...)
{
	char command[2048];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(command, sizeof(command), fmt, ap);
	va_end(ap);
	return system(command);
}

static const char *
program(void)
{
	static char path[512];
	const char *src = getenv("SRCDIR");

	snprintf(path, sizeof(path), "%s/tests/support/hooks.py",
	    src != NULL ? src : "..");
	return path;
}

static void
server_begin(void)
{
	const int64_t until_us = clock_mono_us() + INT64_C(60000000);
	const char *script = program();
	pid_t parent = getpid();
	FILE *f = NULL;

	server = fork();
	if (server == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() == parent)
			execl("/usr/bin/python3", "python3", script, "serve",
			    folder, "0", (char *)NULL);
		_exit(127);
	}
	while (f == NULL && clock_mono_us() < until_us) {
		usleep(10000);
		f = fopen(in_folder("hooks-port"), "r");
	}
	ck_assert_ptr_nonnull(f);
	ck_assert_ptr_nonnull(fgets(port, sizeof(port), f));
	fclose(f);
}

static void
once(void)
{
	house_start();
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(
	    shell("openssl req -x509 -newkey rsa:2048 -nodes -days 2"
		  " -subj /CN=hook.example -addext subjectAltName="
		  "DNS:hook.example,DNS:localhost,IP:127.0.0.1,IP:" ALLOWED
		  " -keyout %s/tls.key -out %s/tls.crt 2>/dev/null",
		folder, folder),
	    0);
	server_begin();
}

static void
end_all(void)
{
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	ck_assert_int_eq(shell("rm -r %s", folder), 0);
	servers_stop();
}

static void
server_answers(const char *words)
{
	ck_assert_int_eq(shell("printf '%s' >%s/answer", words, folder), 0);
}

static int
n_hooks(void)
{
	int n = 0;

	while (access(in_folder(arena_printf(&house.ctx.arena, "hook-%d", n)),
		   F_OK)
	    == 0)
		n++;
	return n;
}

static const char *
hook(int nth)
{
	static char text[16384];
	FILE *f = fopen(
	    in_folder(arena_printf(&house.ctx.arena, "hook-%d", nth)), "r");
	size_t n;

	ck_assert_ptr_nonnull(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

static const char *
webhook_id(int nth)
{
	const char *at = strstr(hook(nth), "webhook-id: ");

	ck_assert_ptr_nonnull(at);
	return arena_printf(&house.ctx.arena, "%.36s",
	    at + strlen("webhook-id: "));
}

#define SAYS(text, part) \
	ck_assert_msg(strstr((text), (part)) != NULL, "no \"%s\" in %s", \
	    (part), (text))

/* ---- a house that tells ---- */

static void
open_house(void)
{
	struct settings *s;

	house_open();
	house_run("TRUNCATE webhooks CASCADE");
	told_by = told_alone("webhooks");
	s = &house.ctx.set;
	strcpy(s->webhook_key, KEY);
	strcpy(s->webhook_nets, ALLOWED);
	strcpy(s->webhook_ca_file, in_folder("tls.crt"));
	ck_assert_int_eq(shell("rm -f %s/hook-* %s/answer %s/go %s/accepted",
			     folder, folder, folder, folder),
	    0);
	leads_to = ALLOWED;
	as_set = *s;
	work = webhook_work_open();
	clock_fake(clock_ms());
}

static void
close_house(void)
{
	clock_fake(-1);
	webhook_work_close(work);
	house_close();
}

static const char *secret;

/* What a webhook at a place of the server is told. returns: its id */
static int64_t
given_at(const char *host, const char *path)
{
	const struct webhook_ask ask = {
		.url = span_str(arena_printf(&house.ctx.arena,
		    "https://%s:%s%s", host, port, path)),
		.enabled = -1,
	};
	int64_t id;

	ck_assert_int_eq(webhook_make(&house.ctx, &ask, &by, &id, &secret),
	    WEBHOOK_OK);
	return id;
}

static int64_t
given(void)
{
	return given_at("hook.example", "/told");
}

/* n things happened. */
static void
happened_as(const char *kind, int n)
{
	house_run(arena_printf(&house.ctx.arena,
	    "INSERT INTO outbox (aggregate, aggregate_id, kind, payload)"
	    " SELECT 'reservation', 'N' || g, '%s', '{\"performance_id\": 7,"
	    " \"user_id\": 3, \"amount\": 1000}'"
	    " FROM generate_series(1, %d) AS g",
	    kind, n));
	told_to(told_by);
}

static void
happened(int n)
{
	happened_as("reservation.confirmed", n);
}

static size_t
sent_by(struct webhook_work *one)
{
	size_t n, sum = 0;
	int r;

	do {
		r = webhook_work_round(&house.ctx, one, &n);
		sum += n;
	} while (r > 0);
	ck_assert_int_eq(r, 0);
	return sum;
}

static size_t
sent(void)
{
	return sent_by(work);
}

static void
later(int64_t s)
{
	clock_fake_add(s * MS_PER_S);
	house.ctx.now_ms = clock_ms();
}

static int64_t
count(const char *status)
{
	return house_count(
	    arena_printf(&house.ctx.arena,
		"SELECT count(*) FROM deliveries WHERE status = '%s'", status),
	    0);
}

static int64_t
any_delivery(void)
{
	return house_count("SELECT max(id) FROM deliveries", 0);
}

static bool
enabled(int64_t id)
{
	struct webhook webhook;

	ck_assert_int_eq(webhook_find(&house.ctx, id, &webhook), WEBHOOK_OK);
	return webhook.enabled;
}

/* What the last try said. */
static const char *
last_error(void)
{
	struct db_rows row, tries;

	ck_assert_int_eq(
	    delivery_find(&house.ctx, any_delivery(), &row, &tries),
	    DELIVERY_OK);
	return db_cell(&row, 0, DELIVERY_ERROR).p;
}

/* ---- tests ---- */

/* The example of the documents of those who wrote the standard. */
START_TEST(a_signature_is_the_standards)
{
	static const uint8_t bytes[] = { 0x31, 0xf2, 0x90, 0xf6, 0xbf, 0x06,
		0x29, 0x8a, 0xab, 0x4f, 0x08, 0xd4, 0x3c, 0x3f, 0x08, 0x2c,
		0xf6, 0x48, 0xa3, 0x62, 0xda, 0x2d, 0xa4, 0xb0 };

	ck_assert_str_eq(crypto_base64(&house.ctx.arena, bytes, sizeof(bytes)),
	    "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
	ck_assert_str_eq(
	    webhook_signature(&house.ctx.arena,
		(struct span){ (const char *)bytes, sizeof(bytes) },
		SPAN_LIT("msg_p5jXN8AQM9LWM0D4loKWxJek"), 1614265330,
		SPAN_LIT("{\"test\": 2432232314}")),
	    "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}
END_TEST

START_TEST(what_happens_is_told_once_and_signed)
{
	given();
	happened(1);
	ck_assert_uint_eq(sent(), 1);
	ck_assert_uint_eq(sent(), 0);
	ck_assert_int_eq(n_hooks(), 1);
	SAYS(hook(0), ALLOWED "\n/told\n");
	SAYS(hook(0), "content-type: application/json\n");
	SAYS(hook(0),
	    "\n\n{\"type\" : \"reservation.confirmed\", \"timestamp\" : \"");
	SAYS(hook(0), "\"data\" : {\"id\" : \"N1\", \"performance_id\" : 7, ");
	/* Whose it is and what it cost is asked for. */
	ck_assert_ptr_null(strstr(hook(0), "amount"));
	ck_assert_ptr_null(strstr(hook(0), "user_id"));
	ck_assert_int_eq(shell("/usr/bin/python3 %s check %s 0 %s", program(),
			     folder, secret),
	    0);
	ck_assert_int_eq(count("sent"), 1);
}
END_TEST

START_TEST(each_hears_what_it_asked_for_from_then_on)
{
	const struct span kinds[] = { SPAN_LIT("payment.refunded") };
	const struct webhook_ask ask = { .kinds = kinds,
		.n_kinds = 1,
		.enabled = -1 };
	int64_t id;

	happened(1);
	id = given();
	ck_assert_int_eq(webhook_change(&house.ctx, id, &ask, &by), WEBHOOK_OK);
	happened(1);
	ck_assert_uint_eq(sent(), 0);
	happened_as("payment.refunded", 1);
	ck_assert_uint_eq(sent(), 1);
	ck_assert_int_eq(webhook_change(&house.ctx, id,
			     &(struct webhook_ask){ .enabled = 0 }, &by),
	    WEBHOOK_OK);
	happened_as("payment.refunded", 1);
	ck_assert_uint_eq(sent(), 0);
	ck_assert_int_eq(count("waiting"), 0);
}
END_TEST

START_TEST(what_may_be_asked_for_is_what_the_consumer_hears)
{
	struct strbuf b;

	strbuf_init(&b, &house.ctx.arena, 256);
	for (size_t i = 0; webhook_kinds[i] != NULL; i++)
		strbuf_printf(&b, "%c%s", i == 0 ? '{' : ',', webhook_kinds[i]);
	strbuf_char(&b, '}');
	ck_assert_str_eq(strbuf_get(&b).p, told_by->kinds);
}
END_TEST

START_TEST(two_secrets_sign_while_both_live)
{
	int64_t id = given();
	const char *first = secret;

	ck_assert_int_eq(webhook_rotate(&house.ctx, id, 24, &by, &secret),
	    WEBHOOK_OK);
	ck_assert_str_ne(first, secret);
	happened(1);
	ck_assert_uint_eq(sent(), 1);
	ck_assert_int_eq(shell("/usr/bin/python3 %s check %s 0 %s %s",
			     program(), folder, first, secret),
	    0);
	later(24 * 3600 + 1);
	happened(1);
	ck_assert_uint_eq(sent(), 1);
	ck_assert_ptr_null(strstr(hook(1), "= v1,"));
	/* At once, where the one before is known to others. */
	ck_assert_int_eq(webhook_rotate(&house.ctx, id, 0, &by, &secret),
	    WEBHOOK_OK);
	clock_fake(-1);
	happened(1);
	ck_assert_uint_eq(sent(), 1);
	ck_assert_int_eq(shell("/usr/bin/python3 %s check %s 2 %s", program(),
			     folder, secret),
	    0);
}
END_TEST

START_TEST(another_key_needs_other_secrets)
{
	int64_t id = given();

	strcpy(house.ctx.set.webhook_key, OTHER_KEY);
	happened(1);
	ck_assert_uint_eq(sent(), 0);
	SAYS(last_error(), "[webhook] key is another");
	ck_assert_int_eq(webhook_rotate(&house.ctx, id, 24, &by, &secret),
	    WEBHOOK_OK);
	later(7);
	ck_assert_uint_eq(sent(), 1);
	ck_assert_int_eq(shell("/usr/bin/python3 %s check %s 0 %s", program(),
			     folder, secret),
	    0);
}
END_TEST

START_TEST(who_fails_is_told_again_for_three_days)
{
	int tries = 1;

	given();
	server_answers("500");
	happened(1);
	ck_assert_uint_eq(sent(), 0);
	later(3);
	ck_assert_uint_eq(sent(), 0);
	ck_assert_int_eq(n_hooks(), 1);
	for (int hour = 0; hour < 76 && count("waiting") > 0; hour++) {
		later(3600);
		ck_assert_uint_eq(sent(), 0);
	}
	tries = n_hooks();
	ck_assert_int_ge(tries, 8);
	ck_assert_int_le(tries, 15);
	for (int i = 1; i < tries; i++)
		ck_assert_str_eq(webhook_id(i), webhook_id(0));
	ck_assert_int_eq(count("failed"), 1);
	ck_assert_int_eq(house_count("SELECT count(*) FROM delivery_tries", 0),
	    tries);
	SAYS(last_error(), "It answered 500");
	/* An operator has it told once more. */
	server_answers("200");
	ck_assert_int_eq(delivery_replay(&house.ctx, any_delivery(), &by),
	    DELIVERY_OK);
	ck_assert_int_eq(delivery_replay(&house.ctx, any_delivery(), &by),
	    DELIVERY_E_WAITING);
	ck_assert_uint_eq(sent(), 1);
	ck_assert_str_eq(webhook_id(tries), webhook_id(0));
	ck_assert_int_eq(delivery_replay(&house.ctx, 999999999, &by),
	    DELIVERY_E_NONE);
}
END_TEST

START_TEST(who_is_gone_is_disabled)
{
	int64_t id = given();

	server_answers("410");
	happened(2);
	ck_assert_uint_eq(sent(), 0);
	ck_assert(!enabled(id));
	ck_assert_int_ge(count("failed"), 1);
	ck_assert_int_eq(house_count("SELECT count(*) FROM webhooks"
				     " WHERE why = 'It answered 410'",
			     0),
	    1);
	ck_assert_int_eq(delivery_replay(&house.ctx,
			     house_count("SELECT max(id) FROM deliveries"
					 " WHERE status = 'failed'",
				 0),
			     &by),
	    DELIVERY_E_DISABLED);
	server_answers("204");
	ck_assert_int_eq(webhook_change(&house.ctx, id,
			     &(struct webhook_ask){ .enabled = 1 }, &by),
	    WEBHOOK_OK);
	happened(1);
	ck_assert_uint_eq(sent(), 1);
}
END_TEST

START_TEST(who_asks_to_be_left_alone_is)
{
	char date[64];
	time_t at = (time_t)(clock_ms() / MS_PER_S + 3600);
	struct tm tm;

	gmtime_r(&at, &tm);
	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &tm);
	given();
	server_answers(_i == 0 ? "429\\nRetry-After: 3600"
			       : arena_printf(&house.ctx.arena,
				   "503\\nRetry-After: %s", date));
	happened(1);
	ck_assert_uint_eq(sent(), 0);
	ck_assert_int_eq(n_hooks(), 1);
	server_answers("204");
	/* All that is for it waits, and nobody else's. */
	happened(1);
	given_at(ALLOWED, "/other");
	happened(1);
	ck_assert_uint_eq(sent(), 1);
	SAYS(hook(1), "\n/other\n");
	later(3590);
	ck_assert_uint_eq(sent(), 0);
	later(15);
	ck_assert_uint_eq(sent(), 3);
}
END_TEST

START_TEST(nobody_is_sent_on_or_through_others)
{
	setenv("https_proxy", "http://127.0.0.1:9", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:9", 1);
	given();
	server_answers("307\\nLocation: https://" ALLOWED "/other");
	happened(1);
	ck_assert_uint_eq(sent(), 0);
	ck_assert_int_eq(n_hooks(), 1);
	SAYS(last_error(), "It answered 307");
	server_answers("204");
	later(7);
	ck_assert_uint_eq(sent(), 1);
	unsetenv("https_proxy");
	unsetenv("ALL_PROXY");
}
END_TEST

/* By number in all spellings, by names, of both families. */
static const char *const kept_away[] = { "127.0.0.1", "127.1", "2130706433",
	"0x7f000001", "0177.0.0.1", "0.0.0.0", "0", "10.0.0.1", "100.64.0.1",
	"169.254.169.254", "172.16.0.1", "192.168.0.1", "168.63.129.16",
	"198.18.0.1", "224.0.0.1", "255.255.255.255", "[::1]", "[::]",
	"[::ffff:127.0.0.1]", "[::ffff:127.0.0.2]", "[::127.0.0.1]",
	"[64:ff9b::7f00:1]", "[64:ff9b:1::a00:1]", "[2002:7f00:1::]",
	"[fe80::1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]", "localhost",
	"any.localhost", "hook.example" };

START_TEST(no_address_of_the_house_is_reached)
{
	struct db_rows rows;
	SQL(test_reached,
	    "SELECT w.url FROM webhooks AS w JOIN deliveries AS d"
	    " ON d.webhook_id = w.id LEFT JOIN delivery_tries AS t"
	    " ON t.delivery_id = d.id WHERE t.error IS DISTINCT FROM"
	    " 'It is at an address that may not be reached'");

	leads_to = "127.0.0.1";
	for (size_t i = 0; i < ARRAY_LEN(kept_away); i++)
		given_at(kept_away[i], "/");
	happened(1);
	ck_assert_uint_eq(sent(), 0);
	ck_assert_int_eq(house_count("SELECT count(*) FROM delivery_tries", 0),
	    ARRAY_LEN(kept_away));
	ck_assert_int_eq(db_run(house.ctx.primary, &house.ctx.arena,
			     &sql_test_reached, 0, NULL, &rows),
	    0);
	for (size_t i = 0; i < rows.n_rows; i++)
		ck_abort_msg("%s", db_cell(&rows, i, 0).p);
	ck_assert_int_ne(access(in_folder("accepted"), F_OK), 0);
}
END_TEST

/* The name led to an address that may be reached, and then does not. */
START_TEST(a_name_that_leads_elsewhere_meanwhile_is_not_followed)
{
	struct webhook_work *next = webhook_work_open();

	given();
	happened(1);
	ck_assert_uint_eq(sent(), 1);
	leads_to = "127.0.0.1";
	happened(1);
	ck_assert_uint_eq(sent_by(next), 0);
	ck_assert_str_eq(last_error(),
	    "It is at an address that may not be reached");
	ck_assert_int_eq(shell("! grep -q 127.0.0.1 %s/accepted", folder), 0);
	leads_to = ALLOWED;
	webhook_work_close(next);
	next = webhook_work_open();
	later(7);
	ck_assert_uint_eq(sent_by(next), 1);
	webhook_work_close(next);
}
END_TEST

START_TEST(who_is_slow_delays_no_other)
{
	size_t n, sum = 0;

	given_at(ALLOWED, "/slow");
	given();
	happened(20);
	while (sum < 20) {
		ck_assert_int_ge(webhook_work_round(&house.ctx, work, &n), 0);
		sum += n;
	}
	/* All of the one are told while the other has answered nothing. */
	ck_assert_int_eq(count("sent"), 20);
	ck_assert_int_eq(n_hooks(), 20 + WEBHOOK_WORK_EACH);
	ck_assert_int_eq(shell("touch %s/go", folder), 0);
	ck_assert_uint_eq(sent(), 20);
}
END_TEST

START_TEST(what_is_wrong_is_refused)
{
	static const char *const urls[] = { "http://a.example/", "https://",
		"https:///a", "https://?a", "https://u@a.example/",
		"https://a.example/#b", "https://a.example/ b",
		"https://\xc3\xa9.example/", "ftp://a.example/", "" };
	const struct span kinds[] = { SPAN_LIT("holds.changed") };
	struct webhook_ask ask = { .enabled = -1 };
	int64_t id;

	for (size_t i = 0; i < ARRAY_LEN(urls); i++) {
		ask.url = span_str(urls[i]);
		ck_assert_int_eq(
		    webhook_make(&house.ctx, &ask, &by, &id, &secret),
		    WEBHOOK_E_URL);
	}
	ask.url = SPAN_LIT("https://a.example?b");
	ask.kinds = kinds;
	ask.n_kinds = 1;
	ck_assert_int_eq(webhook_make(&house.ctx, &ask, &by, &id, &secret),
	    WEBHOOK_E_KINDS);
	ask.n_kinds = 0;
	ck_assert_int_eq(webhook_make(&house.ctx, &ask, &by, &id, &secret),
	    WEBHOOK_E_KINDS);
	ask.kinds = NULL;
	ask.note = SPAN_LIT("a\nb");
	ck_assert_int_eq(webhook_make(&house.ctx, &ask, &by, &id, &secret),
	    WEBHOOK_E_NOTE);
	ask.note = SPAN_NONE;
	house.ctx.set.webhook_key[0] = '\0';
	ck_assert_int_eq(webhook_make(&house.ctx, &ask, &by, &id, &secret),
	    WEBHOOK_E_OFF);
	ck_assert_int_eq(house_count("SELECT count(*) FROM webhooks", 0), 0);
	ck_assert_int_eq(webhook_drop(&house.ctx, 999999999, &by),
	    WEBHOOK_E_NONE);
	ck_assert_int_eq(webhook_change(&house.ctx, 999999999,
			     &(struct webhook_ask){ .enabled = 1 }, &by),
	    WEBHOOK_E_NONE);
}
END_TEST

START_TEST(what_was_told_is_known_for_a_month)
{
	size_t n;

	given();
	happened(1);
	ck_assert_uint_eq(sent(), 1);
	later(29 * 86400);
	ck_assert_int_eq(delivery_purge(&house.ctx, 10, &n), 0);
	ck_assert_uint_eq(n, 0);
	later(2 * 86400);
	ck_assert_int_eq(delivery_purge(&house.ctx, 10, &n), 0);
	ck_assert_uint_eq(n, 1);
	ck_assert_int_eq(house_count("SELECT count(*) FROM delivery_tries", 0),
	    0);
}
END_TEST

#ifdef FAULTS
static void
send_in_another_process(void)
{
	house.ctx.set = as_set;
	sent_by(webhook_work_open());
}

START_TEST(killed_behind_the_answer_it_tells_the_same_once_more)
{
	given();
	happened(1);
	buyer_crash("crash:webhook.before_end:1", send_in_another_process);
	ck_assert_int_eq(n_hooks(), 1);
	ck_assert_uint_eq(sent(), 0);
	later(31);
	ck_assert_uint_eq(sent(), 1);
	ck_assert_int_eq(n_hooks(), 2);
	ck_assert_str_eq(webhook_id(1), webhook_id(0));
}
END_TEST

START_TEST(killed_before_it_tells_it_is_told_once)
{
	given();
	happened(1);
	buyer_crash("crash:webhook.after_take:1", send_in_another_process);
	later(31);
	ck_assert_uint_eq(sent(), 1);
	ck_assert_int_eq(n_hooks(), 1);
}
END_TEST
#endif

SUITE("webhook")
{
	FIXTURE_ONCE(once, end_all);
	FIXTURE(open_house, close_house);
	TEST(a_signature_is_the_standards);
	TEST(what_happens_is_told_once_and_signed);
	TEST(each_hears_what_it_asked_for_from_then_on);
	TEST(what_may_be_asked_for_is_what_the_consumer_hears);
	TEST(two_secrets_sign_while_both_live);
	TEST(another_key_needs_other_secrets);
	TEST(who_fails_is_told_again_for_three_days);
	TEST(who_is_gone_is_disabled);
	TEST_LOOP(who_asks_to_be_left_alone_is, 2);
	TEST(nobody_is_sent_on_or_through_others);
	TEST(no_address_of_the_house_is_reached);
	TEST(a_name_that_leads_elsewhere_meanwhile_is_not_followed);
	TEST(who_is_slow_delays_no_other);
	TEST(what_is_wrong_is_refused);
	TEST(what_was_told_is_known_for_a_month);
#ifdef FAULTS
	TEST(killed_behind_the_answer_it_tells_the_same_once_more);
	TEST(killed_before_it_tells_it_is_told_once);
#endif
}
