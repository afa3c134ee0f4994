/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_notice - what buyers are told by mail arrives, once, in their language
 *
 * A mail server of Debian's on loopback takes it (support/mailer.py), and
 * Python reads it as a mail program would.
 *
 * Layer: tests.  Uses: notice, message, buyer.
 */
#include "admin/move_by.h"
#include "message/dead_letter.h"
#include "notice/mail.h"
#include "notice/notice.h"
#include "notice/notice_work.h"
#include "reservation/transfer.h"

#include "base/clock.h"
#include "tests/support/buyer.h"
#include "tests/support/servers.h"
#include "tests/support/told.h"

#include <sys/prctl.h>

static char folder[] = "/tmp/bo-mail-XXXXXX";
static char port[16] = "0";
static pid_t server;
static struct notice_work *work;
static const struct consumer *notices;
static struct settings as_set; /* as a process that is forked has them */

static const char *
in_folder(const char *name)
{
	return arena_printf(&house.ctx.arena, "%s/%s", folder, name);
}

static int PRINTF_LIKE(1, 2) shell(const char *fmt, ...)
{
	char command[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(command, sizeof(command), fmt, ap);
	va_end(ap);
	return system(command);
}

static void
once(void)
{
	house_start();
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(
	    shell("openssl req -x509 -newkey rsa:2048 -nodes -days 2"
		  " -subj /CN=localhost -addext subjectAltName=DNS:localhost"
		  " -keyout %s/tls.key -out %s/tls.crt 2>/dev/null",
		folder, folder),
	    0);
}

static void
end_all(void)
{
	ck_assert_int_eq(shell("rm -r %s", folder), 0);
	servers_stop();
}

/* ---- the mail server ---- */

static const char *
mailer(void)
{
	const char *src = getenv("SRCDIR");

	return arena_printf(&house.ctx.arena, "%s/tests/support/mailer.py",
	    src != NULL ? src : "..");
}

/* At the port it had before, if any. */
static void
server_begin(void)
{
	const int64_t until_us = clock_mono_us() + INT64_C(60000000);
	const char *program = mailer();
	pid_t parent = getpid();
	FILE *f = NULL;

	unlink(in_folder("smtp-port"));
	server = fork();
	if (server == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() == parent)
			execl("/usr/bin/python3", "python3", program, "serve",
			    folder, port, (char *)NULL);
		_exit(127);
	}
	while (f == NULL && clock_mono_us() < until_us) {
		usleep(10000);
		f = fopen(in_folder("smtp-port"), "r");
	}
	ck_assert_ptr_nonnull(f);
	ck_assert_ptr_nonnull(fgets(port, sizeof(port), f));
	fclose(f);
	snprintf(house.ctx.set.mail_url, sizeof(house.ctx.set.mail_url),
	    "smtp://localhost:%s", port);
}

static void
server_end(void)
{
	kill(server, SIGKILL);
	ck_assert_int_eq(waitpid(server, NULL, 0), server);
}

static void
server_refuses(const char *words)
{
	ck_assert_int_eq(shell("echo '%s' >%s/refuse", words, folder), 0);
}

/* ---- a house that tells ---- */

static void
set(char *field, const char *value)
{
	strcpy(field, value);
}

static void
open_house(void)
{
	struct settings *s;

	house_open();
	buyer_behind();
	house_run("TRUNCATE notices, notice_wishes, called_off");
	notices = told_alone("notices");
	s = &house.ctx.set;
	set(s->public_url, "https://tickets.example");
	set(s->mail_from, "box@tickets.example");
	set(s->mail_from_name, "별빛 극장");
	set(s->mail_ca_file, in_folder("tls.crt"));
	set(s->mail_templates,
	    arena_printf(&house.ctx.arena, "%s/conf/mail", getenv("SRCDIR")));
	ck_assert_int_eq(shell("rm -f %s/mail-* %s/refuse", folder, folder), 0);
	server_begin();
	as_set = house.ctx.set;
	work = notice_work_open();
	clock_fake(clock_ms());
}

static void
close_house(void)
{
	clock_fake(-1);
	notice_work_close(work);
	server_end();
	house_close();
}

static size_t
sent_by(struct notice_work *by)
{
	size_t n, sum = 0;
	int r;

	do {
		r = notice_work_round(&house.ctx, by, &n);
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
		"SELECT count(*) FROM notices WHERE status = '%s'", status),
	    0);
}

static void
given(const char *name, const char *change)
{
	house_run(arena_printf(&house.ctx.arena,
	    "UPDATE users SET %s WHERE id = %lld", change,
	    (long long)house_user(name)));
}

static void
given_wish(const char *name, bool mail, enum lang lang)
{
	const struct notice_wish wish = { mail, lang };

	ck_assert_int_eq(notice_wish_set(&house.ctx, house_user(name), &wish),
	    0);
}

static void
bought_by(const char *name, const char *seats)
{
	ck_assert_int_eq(place(name, seats), HOLD_OK);
	ck_assert_int_eq(pay_key(name, hold.token, seats), PURCHASE_OK);
	given(name, "email = 'ann@buyer.example', name = '안 <b>Ann</b>'");
	told_to(notices);
}

static const char *
number_of(void)
{
	struct db_rows rows;
	SQL(test_number,
	    "SELECT number FROM reservations"
	    " ORDER BY id DESC LIMIT 1");

	ck_assert_int_eq(db_run(house.ctx.primary, &house.ctx.arena,
			     &sql_test_number, 0, NULL, &rows),
	    0);
	return db_cell(&rows, 0, 0).p;
}

/* What Python reads of the nth that arrived. */
static const char *
mail(int nth)
{
	static char text[65536];
	size_t n;
	FILE *f;

	ck_assert_int_eq(shell("/usr/bin/python3 %s read %s %d >%s/read",
			     mailer(), folder, nth, folder),
	    0);
	f = fopen(in_folder("read"), "r");
	ck_assert_ptr_nonnull(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

static int
n_mails(void)
{
	int n = 0;

	while (access(in_folder(arena_printf(&house.ctx.arena, "mail-%d", n)),
		   F_OK)
	    == 0)
		n++;
	return n;
}

#define SAYS(text, part) \
	ck_assert_msg(strstr((text), (part)) != NULL, "no \"%s\" in %s", \
	    (part), (text))

/* ---- tests ---- */

START_TEST(a_reservation_is_confirmed_in_the_buyers_language)
{
	const char *text, *number;

	given_wish("ann", true, _i == 0 ? LANG_KO : LANG_EN);
	bought_by("ann", "1 2");
	number = number_of();
	ck_assert_uint_eq(sent(), 1);
	ck_assert_uint_eq(sent(), 0);
	ck_assert_int_eq(n_mails(), 1);
	text = mail(0);
	SAYS(text, "From: 별빛 극장 <box@tickets.example>\n");
	SAYS(text, "<ann@buyer.example>\n");
	SAYS(text, "@tickets.example>\nAuto-Submitted: auto-generated\n");
	SAYS(text, "2,000 KRW");
	SAYS(text, number);
	SAYS(text,
	    arena_printf(&house.ctx.arena,
		"https://tickets.example/reservations/%s/tickets", number));
	SAYS(text,
	    arena_printf(&house.ctx.arena,
		"File: %s.ics text/calendar PUBLISH\n"
		"Uid: %s@tickets.example\n",
		number, number));
	SAYS(text, "Status: CONFIRMED\n");
	SAYS(text, _i == 0 ? "예매가 확정되었습니다" : "is confirmed");
	/* A text is a text, and no markup. */
	SAYS(text, "안 <b>Ann</b>");
	SAYS(text, "안 &lt;b&gt;Ann&lt;/b&gt;");
	ck_assert_int_eq(count("sent"), 1);
}
END_TEST

/* All of the last reservation went back, of 2,000. */
static void
given_back_whole(void)
{
	house_run(
	    "INSERT INTO refunds (payment_id, refund_no, amount, currency,"
	    " status, reason) SELECT payment_id, 1, 2000, 'KRW', 'DONE',"
	    " 'cancel' FROM reservations ORDER BY id DESC LIMIT 1");
	house_run(
	    "UPDATE reservations SET status = 'CANCELLED',"
	    " cancelled = '{1,2}' WHERE id ="
	    " (SELECT max(id) FROM reservations)");
}

START_TEST(what_is_given_back_moves_the_entry_of_the_calendar)
{
	const char *text;
	int before, after;

	bought_by("ann", "1 2");
	ck_assert_uint_eq(sent(), 1);
	given_back_whole();
	told_to(notices);
	ck_assert_uint_eq(sent(), 1);
	before = atoi(strstr(mail(0), "Sequence: ") + strlen("Sequence: "));
	text = mail(1);
	after = atoi(strstr(text, "Sequence: ") + strlen("Sequence: "));
	ck_assert_int_gt(after, before);
	SAYS(text, "Status: CANCELLED\n");
	SAYS(text, "예매가 취소되었습니다");
	SAYS(text, "2,000 KRW");
}
END_TEST

START_TEST(who_was_to_come_is_told_that_it_is_called_off)
{
	const char *text;

	given_wish("ann", true, _i == 0 ? LANG_KO : LANG_EN);
	bought_by("ann", "1 2");
	ck_assert_uint_eq(sent(), 1);
	house_run(arena_printf(&house.ctx.arena,
	    "INSERT INTO called_off (performance_id) VALUES (%lld)",
	    (long long)house.performance));
	given_back_whole();
	told_to(notices);
	ck_assert_uint_eq(sent(), 1);
	text = mail(1);
	SAYS(text, _i == 0 ? "공연이 취소되었습니다" : "Called off: ");
	SAYS(text, "2,000 KRW");
	SAYS(text, "Status: CANCELLED\n");
}
END_TEST

START_TEST(who_is_to_come_is_told_of_another_time)
{
	char before[64], sequence[64];
	const char *text;

	bought_by("ann", "1 2");
	bought_by("bob", "3");
	given("bob", "email = 'bob@buyer.example'");
	given_wish("ann", true, _i == 0 ? LANG_KO : LANG_EN);
	ck_assert_uint_eq(sent(), 2);
	snprintf(sequence, sizeof(sequence), "%.20s",
	    strstr(mail(0), "Sequence: "));
	snprintf(before, sizeof(before), "%.50s",
	    strstr(mail(0), "Message-ID: "));
	house_change(
	    "starts_at = starts_at + interval '1 day',"
	    " ends_at = ends_at + interval '1 day'");
	house_terms();
	told_to(notices);
	ck_assert_uint_eq(sent(), 2);
	ck_assert_int_eq(n_mails(), 4);
	text = mail(strstr(mail(2), "<ann@buyer.example>") != NULL ? 2 : 3);
	SAYS(text, _i == 0 ? "공연 일시가 변경되었습니다" : "Another time: ");
	SAYS(text, "Status: CONFIRMED\n");
	ck_assert_ptr_null(strstr(text, before));
	ck_assert_ptr_null(strstr(text, sequence));
	/* Whoever changed something else has told nobody. */
	house_change("max_seats_per_user = 4");
	told_to(notices);
	ck_assert_uint_eq(sent(), 0);
}
END_TEST

static struct span
say_nothing(struct ctx *ctx, void *arg, const struct reservation *r)
{
	(void)ctx;
	(void)arg;
	(void)r;
	return SPAN_LIT("{}");
}

/* An operator moves the last reservation; what the nth mail says of that. */
static const char *
mail_of_move(int64_t from, int64_t to, int nth)
{
	const struct audit_by by = { .os_user = SPAN_LIT("root"),
		.reason = SPAN_LIT("a pillar") };
	const struct move_line line = { from, to, SPAN_NONE };
	struct arena *a = &house.ctx.arena;
	struct move_result result;
	struct idem idem;
	const struct move ask = { .number = span_str(number_of()),
		.lines = &line,
		.n_lines = 1,
		.idem = &idem,
		.debits = true,
		.answer = say_nothing };

	idem_init(&house.ctx, &idem, 0, "POST /move",
	    span_str(arena_printf(a, "m%d-%d", (int)getpid(), nth)),
	    &ask.number, 1);
	house_round();
	ck_assert_int_eq(move_by(&house.ctx, &ask, &by, &result), MOVE_OK);
	told_to(notices);
	ck_assert_uint_eq(sent(), 1);
	return mail(nth);
}

/* In the text and in HTML; NULL: nowhere. */
static void
assert_amount(const char *text, const char *label, const char *amount)
{
	struct arena *a = &house.ctx.arena;

	if (amount == NULL) {
		ck_assert_ptr_null(strstr(text, label));
		return;
	}
	SAYS(text, arena_printf(a, " %s: %s ", label, amount));
	SAYS(text, arena_printf(a, " %s %s ", label, amount));
}

START_TEST(what_a_move_costs_more_or_less_is_told)
{
	static const struct {
		int64_t from, to;
		const char *paid, *back;
	} moves[] = { { 1, 17, "1,500 KRW", NULL }, { 17, 18, NULL, NULL },
		{ 18, 2, NULL, "1,500 KRW" } };
	const char *text;

	given_wish("ann", true, _i == 0 ? LANG_KO : LANG_EN);
	bought_by("ann", "1");
	ck_assert_uint_eq(sent(), 1);
	for (int i = 0; i < (int)ARRAY_LEN(moves); i++) {
		text = mail_of_move(moves[i].from, moves[i].to, i + 1);
		SAYS(text, _i == 0 ? "좌석이 변경되었습니다" : "Other seats: ");
		assert_amount(text,
		    _i == 0 ? "추가 결제 금액" : "Paid in addition",
		    moves[i].paid);
		assert_amount(text, _i == 0 ? "환불 금액" : "Refund",
		    moves[i].back);
		ck_assert_ptr_null(strstr(text, "{{"));
	}
}
END_TEST

START_TEST(a_payment_that_came_to_nothing_and_a_refund_are_told)
{
	given("ann", "email = 'ann@buyer.example'");
	house_run(arena_printf(&house.ctx.arena,
	    "INSERT INTO outbox (aggregate, aggregate_id, kind, payload)"
	    " SELECT 'payment', '7', kind, jsonb_build_object('performance_id',"
	    " %lld, 'user_id', %lld, 'amount', 1250, 'currency', 'USD')"
	    " FROM unnest('{payment.late,payment.refunded}'::text[]) AS kind",
	    (long long)house.performance, (long long)house_user("ann")));
	told_to(notices);
	ck_assert_uint_eq(sent(), 2);
	ck_assert_ptr_nonnull(strstr(mail(0), "12.50 USD"));
	ck_assert_ptr_nonnull(strstr(mail(1), "12.50 USD"));
	ck_assert_ptr_null(strstr(mail(1), "File: "));
}
END_TEST

START_TEST(a_server_that_is_away_for_a_minute_has_it_then)
{
	bought_by("ann", "1");
	server_end();
	ck_assert_uint_eq(sent(), 0);
	ck_assert_int_eq(count("waiting"), 1);
	server_begin();
	ck_assert_uint_eq(sent(), 0);
	later(61);
	ck_assert_uint_eq(sent(), 1);
	ck_assert_int_eq(n_mails(), 1);
}
END_TEST

START_TEST(a_server_that_says_no_is_asked_again_and_then_given_up)
{
	bought_by("ann", "1");
	server_refuses("550 nobody");
	for (int i = 0; i < 5; i++) {
		ck_assert_int_eq(count("failed"), 0);
		ck_assert_uint_eq(sent(), 0);
		later(3601);
	}
	ck_assert_int_eq(count("failed"), 1);
	/* One that says "later" is believed for a day. */
	server_refuses("451 later");
	bought_by("bob", "2");
	for (int i = 0; i < 6; i++) {
		ck_assert_uint_eq(sent(), 0);
		later(3601);
	}
	ck_assert_int_eq(count("failed"), 1);
	later(24 * 3600);
	ck_assert_uint_eq(sent(), 0);
	ck_assert_int_eq(count("failed"), 2);
	ck_assert_int_eq(n_mails(), 0);
}
END_TEST

/* As where mail is first set up for a house that has sold for long. */
START_TEST(what_is_no_news_any_more_is_not_sent)
{
	bought_by("ann", "1");
	bought_by("bob", "2");
	house_run(
	    "UPDATE notices SET at = at - interval '25 h'"
	    " WHERE id = (SELECT min(id) FROM notices)");
	ck_assert_uint_eq(sent(), 1);
	ck_assert_int_eq(count("failed"), 1);
	ck_assert_int_eq(n_mails(), 1);
}
END_TEST

START_TEST(who_wants_none_or_has_no_address_is_told_nothing)
{
	given_wish("ann", false, LANG_KO);
	bought_by("ann", "1");
	bought_by("bob", "2");
	given("bob", "email = ''");
	bought_by("carol", "3");
	given("carol", "disabled = true");
	ck_assert_uint_eq(sent(), 0);
	ck_assert_int_eq(count("skipped"), 3);
}
END_TEST

/* As after a rush of people whom no mail reaches. */
START_TEST(many_who_are_told_nothing_hold_up_nobody)
{
	bought_by("ann", "1");
	bought_by("bob", "2");
	given("ann", "email = ''");
	house_run(arena_printf(&house.ctx.arena,
	    "UPDATE notices SET send_at = now() - interval '1 h';"
	    "INSERT INTO notices (event_id, outbox_id, late, kind, user_id,"
	    " performance_id, about, amount, currency, at)"
	    " SELECT gen_random_uuid(), -n, late, kind, user_id,"
	    " performance_id, about, amount, currency, at"
	    " FROM notices, generate_series(1, 250) AS n WHERE user_id = %lld",
	    (long long)house_user("ann")));
	ck_assert_uint_eq(sent(), 1);
	ck_assert_int_eq(count("skipped"), 251);
}
END_TEST

START_TEST(an_address_that_would_say_more_is_refused)
{
	static const char *const wrong[] = { "a@b\nRCPT TO:<c@d>", "a@b\r",
		"a b@c", "a@b>", "@b", "a@", "a@b@c", "é@b.example", "ab" };

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		ck_assert_msg(!mail_address_ok(span_str(wrong[i])), "%s",
		    wrong[i]);
	ck_assert(mail_address_ok(SPAN_LIT("ann+box@buyer.example")));
	bought_by("ann", "1");
	given("ann", "email = E'ann@buyer.example\\r\\nRCPT TO:<x@y.example>'");
	ck_assert_uint_eq(sent(), 0);
	ck_assert_int_eq(count("failed"), 1);
	ck_assert_int_eq(n_mails(), 0);
}
END_TEST

START_TEST(one_buyer_gets_so_many_within_an_hour)
{
	house.ctx.set.mail_per_hour = 2;
	for (int i = 1; i <= 3; i++) {
		bought_by("ann", arena_printf(&house.ctx.arena, "%d", i));
		ck_assert_uint_eq(sent(), i <= 2 ? 1 : 0);
	}
	later(3601);
	ck_assert_uint_eq(sent(), 1);
}
END_TEST

START_TEST(without_a_mail_server_nothing_is_sent)
{
	house.ctx.set.mail_url[0] = '\0';
	bought_by("ann", "1");
	ck_assert_uint_eq(sent(), 0);
	ck_assert_int_eq(count("waiting"), 1);
}
END_TEST

START_TEST(a_house_has_its_own_words)
{
	ck_assert_int_eq(
	    shell("mkdir %s/own && cp %s/* %s/own && printf 'Yes: {{title}}\\n"
		  "\\nHello {{number}}\\n-- html --\\n<p>{{number}}</p>\\n'"
		  " >%s/own/confirmed.ko",
		folder, house.ctx.set.mail_templates, folder, folder),
	    0);
	set(house.ctx.set.mail_templates, in_folder("own"));
	bought_by("ann", "1");
	ck_assert_uint_eq(sent(), 1);
	SAYS(mail(0), "Subject: Yes: ");
	SAYS(mail(0),
	    arena_printf(&house.ctx.arena, "Text: Hello %s\n", number_of()));
}
END_TEST

static int
read_words(const char *words)
{
	struct template form;
	const char *path;
	FILE *f = fopen(in_folder("lost.en"), "w");

	ck_assert_ptr_nonnull(f);
	fputs(words, f);
	fclose(f);
	return template_read(&house.ctx.arena, folder, NOTICE_LOST, LANG_EN,
	    &form, &path);
}

START_TEST(what_an_operator_has_tried_again_is_late)
{
	static const struct audit_by by = { .os_user = SPAN_LIT("root"),
		.reason = SPAN_LIT("tried") };
	struct span error;

	house_run("ALTER TABLE notices ADD CONSTRAINT test_no CHECK (id < 0)");
	bought_by("ann", "1");
	for (int i = 0; i < 4; i++) {
		house_run("UPDATE outbox SET send_at = to_timestamp(0)");
		told_to(notices);
	}
	house_run("ALTER TABLE notices DROP CONSTRAINT test_no");
	ck_assert_int_eq(dead_letter_retry(&house.ctx,
			     house_count("SELECT max(id) FROM dead_letter"
					 " WHERE dead_at IS NOT NULL",
				 0),
			     &by, &error),
	    DEAD_LETTER_OK);
	ck_assert_int_eq(
	    house_count("SELECT count(*) FROM notices WHERE late", 0), 1);
	ck_assert_uint_eq(sent(), 1);
}
END_TEST

START_TEST(words_that_are_wrong_are_refused)
{
	ck_assert_int_eq(read_words("S\n\nT\n-- html --\nH\n"), TEMPLATE_OK);
	ck_assert_int_eq(read_words("S\n\nT {{name}}\n-- html --\nH\n"),
	    TEMPLATE_OK);
	ck_assert_int_eq(read_words(""), TEMPLATE_E_FORM);
	ck_assert_int_eq(read_words("S\nT\n-- html --\nH\n"), TEMPLATE_E_FORM);
	ck_assert_int_eq(read_words("S\n\nT\n"), TEMPLATE_E_FORM);
	ck_assert_int_eq(read_words("S\n\nT\n-- html --\n"), TEMPLATE_E_FORM);
	ck_assert_int_eq(read_words("S {{nam}}\n\nT\n-- html --\nH\n"),
	    TEMPLATE_E_NAME);
	ck_assert_int_eq(read_words("S\n\nT {{name\n-- html --\nH\n"),
	    TEMPLATE_E_NAME);
	/* A payment has no places, and what else is told no second amount. */
	ck_assert_int_eq(read_words("S\n\nT {{paid}}\n-- html --\nH\n"),
	    TEMPLATE_E_NAME);
	ck_assert_int_eq(read_words("S\n\nT {{places}}\n-- html --\nH\n"),
	    TEMPLATE_E_NAME);
	ck_assert_int_eq(read_words("S\n\nT \xff\n-- html --\nH\n"),
	    TEMPLATE_E_FILE);
	unlink(in_folder("lost.en"));
}
END_TEST

#ifdef FAULTS
static void
send_in_another_process(void)
{
	house.ctx.set = as_set;
	sent_by(notice_work_open());
}

START_TEST(killed_behind_the_servers_word_it_sends_the_same_once_more)
{
	char first[256];

	bought_by("ann", "1");
	buyer_crash("crash:notice.before_sent:1", send_in_another_process);
	ck_assert_int_eq(n_mails(), 1);
	ck_assert_uint_eq(sent(), 0);
	later(31);
	ck_assert_uint_eq(sent(), 1);
	ck_assert_uint_eq(sent(), 0);
	ck_assert_int_eq(n_mails(), 2);
	snprintf(first, sizeof(first), "%.60s",
	    strstr(mail(0), "Message-ID: "));
	SAYS(mail(1), first);
}
END_TEST

START_TEST(killed_before_it_sends_it_is_sent_once)
{
	bought_by("ann", "1");
	buyer_crash("crash:notice.after_take:1", send_in_another_process);
	later(31);
	ck_assert_uint_eq(sent(), 1);
	ck_assert_int_eq(n_mails(), 1);
}
END_TEST
#endif

/* ---- a reservation that goes to another user ---- */

static struct offer offered;

static void
offer_to_bob(void)
{
	given_wish("ann", true, LANG_EN);
	given_wish("bob", true, LANG_EN);
	given("bob", "email = 'bob@buyer.example', name = 'Bob'");
	house_change("transfers = 'on'");
	bought_by("ann", "1 2");
	ck_assert_uint_eq(sent(), 1);
	ck_assert_int_eq(offer_make(&house.ctx, house_user("ann"),
			     span_str(number_of()), house_user("bob"),
			     &offered),
	    OFFER_OK);
	told_to(notices);
}

/* What two mails say, in whatever order they came. */
static const char *
both(int nth)
{
	const char *one = arena_printf(&house.ctx.arena, "%s", mail(nth));

	return arena_printf(&house.ctx.arena, "%s\n%s", one, mail(nth + 1));
}

static void
bob_gives_back(void)
{
	struct cancel_result gave;
	struct idem idem;
	const struct cancel ask = { .user = house_user("bob"),
		.number = span_str(number_of()),
		.idem = &idem,
		.answer = say_nothing };

	idem_init(&house.ctx, &idem, ask.user, "POST /cancel",
	    SPAN_LIT("bob gives back"), &ask.number, 1);
	ck_assert_int_eq(cancel_make(&house.ctx, &ask, &gave), CANCEL_OK);
	told_to(notices);
}

START_TEST(who_passes_on_and_who_gets_it_are_told)
{
	struct transfer ask = { .to = house_user("bob") };
	struct arena *a = &house.ctx.arena;
	const char *text, *link;
	struct span number;

	offer_to_bob();
	ask.token = buyer_token(offered.token);
	link = arena_printf(a, "https://tickets.example/transfers/%s",
	    arena_str(a, ask.token));
	ck_assert_uint_eq(sent(), 1);
	text = mail(1);
	SAYS(text, "<bob@buyer.example>\n");
	SAYS(text, link);
	ck_assert_int_eq(transfer_make(&house.ctx, &ask, &number), OFFER_OK);
	told_to(notices);
	ck_assert_uint_eq(sent(), 2);
	text = both(2);
	SAYS(text, "<bob@buyer.example>\n");
	SAYS(text, "<ann@buyer.example>\n");
	SAYS(text, "Yours now");
	SAYS(text, "Passed on");
	SAYS(text, "Status: CONFIRMED\n");
	bob_gives_back();
	ck_assert_uint_eq(sent(), 2);
	text = both(4);
	SAYS(text, "2,000 KRW for");
	SAYS(text, " Refund: 0 KRW ");
	SAYS(text, "<ann@buyer.example>\n");
	SAYS(text, "<bob@buyer.example>\n");
}
END_TEST

START_TEST(what_is_offered_no_more_is_told_to_nobody)
{
	offer_to_bob();
	ck_assert_int_eq(
	    offer_end(&house.ctx, house_user("ann"), span_str(number_of())),
	    OFFER_OK);
	ck_assert_uint_eq(sent(), 0);
	ck_assert_int_eq(count("skipped"), 1);
}
END_TEST

SUITE("notice")
{
	FIXTURE_ONCE(once, end_all);
	FIXTURE(open_house, close_house);
	TEST_LOOP(a_reservation_is_confirmed_in_the_buyers_language, 2);
	TEST(what_is_given_back_moves_the_entry_of_the_calendar);
	TEST_LOOP(who_was_to_come_is_told_that_it_is_called_off, 2);
	TEST_LOOP(who_is_to_come_is_told_of_another_time, 2);
	TEST_LOOP(what_a_move_costs_more_or_less_is_told, 2);
	TEST(who_passes_on_and_who_gets_it_are_told);
	TEST(what_is_offered_no_more_is_told_to_nobody);
	TEST(a_payment_that_came_to_nothing_and_a_refund_are_told);
	TEST(a_server_that_is_away_for_a_minute_has_it_then);
	TEST(a_server_that_says_no_is_asked_again_and_then_given_up);
	TEST(what_is_no_news_any_more_is_not_sent);
	TEST(who_wants_none_or_has_no_address_is_told_nothing);
	TEST(many_who_are_told_nothing_hold_up_nobody);
	TEST(an_address_that_would_say_more_is_refused);
	TEST(one_buyer_gets_so_many_within_an_hour);
	TEST(without_a_mail_server_nothing_is_sent);
	TEST(a_house_has_its_own_words);
	TEST(what_an_operator_has_tried_again_is_late);
	TEST(words_that_are_wrong_are_refused);
#ifdef FAULTS
	TEST(killed_behind_the_servers_word_it_sends_the_same_once_more);
	TEST(killed_before_it_sends_it_is_sent_once);
#endif
}
