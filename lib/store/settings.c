/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * settings - everything a sysadmin can set, in one struct and one table
 *
 * The presets suit one host with Debian's own Redis and PostgreSQL; only the
 * token key has none, since a key everybody knows is worse than none.
 *
 * Layer: store.  Uses: base, db (whether a DSN can be read).
 */
#include "store/settings.h"

#include "base/crypto.h"
#include "base/net.h"
#include "store/db.h"
#include "store/sentinel.h"

#include <stdio.h>

#define AT(field) \
	.offset = offsetof(struct settings, field), \
	.size = sizeof(((struct settings *)0)->field)
#define TEXT(in, name, field, value, flag, say) \
	{ \
		.section = in, .key = name, .type = CONF_STRING, AT(field), \
		.preset = value, .flags = flag, .help = say \
	}
#define NUMBER(in, name, field, value, low, high, of, flag, say) \
	{ \
		.section = in, .key = name, .type = CONF_INT, AT(field), \
		.preset = value, .min = low, .max = high, .unit = of, \
		.flags = flag, .help = say \
	}
#define WORD(in, name, field, value, list, flag, say) \
	{ \
		.section = in, .key = name, .type = CONF_ENUM, AT(field), \
		.preset = value, .words = list, .flags = flag, .help = say \
	}

#define RATE(name, field, value, say) \
	TEXT("limits", name, field, value, LIVE, say)

/* What a change asks for: a restart, nothing, new connections. */
#define FIXED 0
#define LIVE CONF_RELOAD
#define CONN (CONF_RELOAD | CONF_STORE)

/* Each in the order of its enum. */
static const char *const log_levels[] = { "error", "warn", "info", "debug",
	NULL };
static const char *const durabilities[] = { "behind", "sync", "redis", NULL };
static const char *const cards[] = { "off", "stripe", NULL };
static const char *const switches[] = { "off", "on", NULL };
static const char *const unknowns[] = { "alarm", "refund", NULL };
static const char *const downs[] = { "refuse", "database", "auto", NULL };

static const char *const totps[] = { "off", "staff", NULL };
static const char *const senders[] = { "pieces", "nginx", "apache", NULL };
static const char *const starttls[] = { "off", "required", NULL };
static const char *const languages[] = { "ko", "en", NULL };

const struct conf_row settings_rows[] = {
	WORD("general", "log_level", log_level, "info", log_levels, LIVE,
	    "The least important lines that are logged."),
	TEXT("general", "runtime_dir", runtime_dir, "/run/boxoffice", FIXED,
	    "Folder of the metrics files; empty for none."),
	TEXT("general", "public_url", public_url, "", LIVE,
	    "Where buyers find the service, as https://host: only pages "
	    "from there keep their sessions in a cookie, and read a feed "
	    "of another host."),
	TEXT("general", "allowed_origins", allowed_origins, "", LIVE,
	    "Other sites whose pages may use the API with their buyers' "
	    "tokens, as https://host, blanks between; what is public any "
	    "page may read."),

	TEXT("redis", "socket", redis_socket, "", CONN,
	    "Unix socket of Redis; empty to use host and port."),
	TEXT("redis", "host", redis_host, "127.0.0.1", CONN,
	    "Host of Redis; the connection is not encrypted."),
	NUMBER("redis", "port", redis_port, "6379", 1, 65535, NULL, CONN,
	    "TCP port of Redis."),
	TEXT("redis", "user", redis_user, "", CONN,
	    "ACL user to log in as; empty for the default user. It needs "
	    "+info, for a restart of Redis is told by its run id."),
	TEXT("redis", "password", redis_password, "", CONN | CONF_SECRET,
	    "Password of that user; empty for none."),
	NUMBER("redis", "db", redis_db, "0", 0, 1023, NULL, CONN,
	    "Number of the Redis database."),
	TEXT("redis", "sentinels", redis_sentinels, "", CONN,
	    "Sentinels that say which Redis is the master, as HOST:PORT, blanks "
	    "between: then socket, host and port are not asked. What most of "
	    "them name is believed."),
	TEXT("redis", "sentinel_name", redis_sentinel_name, "boxoffice", CONN,
	    "What the sentinels call that master."),
	TEXT("redis", "sentinel_password", redis_sentinel_password, "",
	    CONN | CONF_SECRET, "Password of the sentinels; empty for none."),
	NUMBER("redis", "connect_ms", redis_connect_ms, "100", 1, 10000, "ms",
	    CONN, "Longest wait for a connection to Redis."),
	NUMBER("redis", "command_ms", redis_command_ms, "100", 1, 10000, "ms",
	    CONN, "Longest wait for an answer of Redis."),

	TEXT("postgresql", "primary_dsn", primary_dsn,
	    "host=/run/postgresql dbname=boxoffice", CONN | CONF_SECRET,
	    "libpq connection string of the primary; with several hosts the "
	    "one that accepts writes is taken."),
	TEXT("postgresql", "replica_dsn", replica_dsn, "", CONN | CONF_SECRET,
	    "The same for reads, where a standby is preferred, of several the "
	    "one that has replayed most; empty to look for them among the "
	    "hosts of primary_dsn."),
	TEXT("postgresql", "direct_dsn", direct_dsn, "", CONN | CONF_SECRET,
	    "Where primary_dsn leads to a pooler: the primary past it, for "
	    "boxoffice-worker, which listens, and boxofficectl migrate; empty "
	    "for primary_dsn."),
	WORD("postgresql", "prepared", db_prepared, "on", switches, CONN,
	    "Whether statements are prepared by name, which is of a session; "
	    "off behind a pooler whose server connections belong to "
	    "transactions. That needs direct_dsn."),
	NUMBER("postgresql", "connect_s", db_connect_s, "2", 2, 60, "s", CONN,
	    "Longest wait for a connection to one host."),
	NUMBER("postgresql", "statement_ms", db_statement_ms, "3000", 10,
	    600000, "ms", CONN, "Longest run of one statement."),
	NUMBER("postgresql", "lock_ms", db_lock_ms, "500", 5, 600000, "ms",
	    CONN,
	    "Longest wait for one lock, and for another worker that"
	    " writes for several."),

	NUMBER("fcgi", "api_workers", api_workers, "16", 1, 512, NULL, FIXED,
	    "Worker processes of the pool api."),
	NUMBER("fcgi", "pay_workers", pay_workers, "8", 1, 512, NULL, FIXED,
	    "Worker processes of the pool pay."),
	TEXT("fcgi", "api_socket", api_socket, "/run/boxoffice/api.sock", FIXED,
	    "Socket of the pool api, where nobody hands one over."),
	TEXT("fcgi", "pay_socket", pay_socket, "/run/boxoffice/pay.sock", FIXED,
	    "Socket of the pool pay, where nobody hands one over."),
	TEXT("fcgi", "socket_group", socket_group, "www-data", FIXED,
	    "Group that may use those sockets; empty leaves it alone."),
	TEXT("fcgi", "base_path", base_path, "", LIVE,
	    "What stands before /api/v1 in the URL, as /tickets; empty for "
	    "nothing."),
	NUMBER("fcgi", "worker_deadline_ms", worker_deadline_ms, "12000", 1000,
	    600000, "ms", LIVE,
	    "A worker busy with one request for longer is replaced."),
	NUMBER("fcgi", "worker_max_age_s", worker_max_age_s, "3600", 10, 604800,
	    "s", LIVE, "A worker older than that retires."),
	NUMBER("fcgi", "worker_max_memory_mib", worker_max_memory_mib, "256",
	    32, 65536, "MiB", LIVE, "A worker bigger than that retires."),
	NUMBER("fcgi", "worker_arena_mib", worker_arena_mib, "64", 8, 4096,
	    "MiB", FIXED, "Most memory one request may use."),
	NUMBER("fcgi", "drain_s", drain_s, "15", 1, 600, "s", LIVE,
	    "When draining, idle connections are closed after that."),

	TEXT("token", "issuer", token_issuer, "boxoffice", LIVE,
	    "Issuer (iss) of access tokens."),
	TEXT("token", "audience", token_audience, "boxoffice", LIVE,
	    "Audience (aud) of access tokens."),
	TEXT("token", "key", token_key, "", LIVE | CONF_SECRET,
	    "Key of access tokens, as KID:SECRET; the secret is at least 32 "
	    "random bytes in base64url."),
	TEXT("token", "key_previous", token_key_previous, "",
	    LIVE | CONF_SECRET,
	    "The key before, still accepted; empty for none."),
	TEXT("token", "key_rehearsal", token_key_rehearsal, "",
	    LIVE | CONF_SECRET,
	    "Key of long-lived tokens for load rehearsals; empty for none, "
	    "as on any system that sells."),
	NUMBER("token", "lifetime_s", token_lifetime_s, "900", 60, 86400, "s",
	    LIVE, "Life of an access token."),
	NUMBER("token", "rehearsal_lifetime_s", rehearsal_lifetime_s, "86400",
	    60, 604800, "s", LIVE, "Life of a rehearsal token."),
	NUMBER("token", "refresh_retry_s", refresh_retry_s, "20", 5, 300, "s",
	    LIVE,
	    "A used refresh token that comes back within that is a "
	    "request repeated, later a theft; at least the web server's "
	    "time-out and 5 s."),

	NUMBER("account", "argon2_memory_kib", argon2_memory_kib, "19456", 8192,
	    1048576, "KiB", LIVE, "Memory of one password hash (Argon2id)."),
	NUMBER("account", "argon2_passes", argon2_passes, "2", 1, 20, NULL,
	    LIVE, "Passes of one password hash (Argon2id)."),
	WORD("account", "totp", totp, "off", totps, LIVE,
	    "Whose login needs a code of an app beside the password: of "
	    "those who have one (off), or of all that are not USER (staff), "
	    "who are users like others until they have one."),
	TEXT("account", "totp_key", totp_key, "", LIVE | CONF_SECRET,
	    "What the secrets of those codes are made of, as KID:SECRET; "
	    "empty for [sale] hold_key. Once changed, everybody who has "
	    "one needs another."),

	TEXT("sale", "hold_key", hold_key, "", LIVE | CONF_SECRET,
	    "What an Idempotency-Key of a hold is turned into the hold's "
	    "token with, as KID:SECRET; empty for the token key. Once "
	    "changed, a hold asked for again is another hold."),
	NUMBER("sale", "hold_seconds", hold_seconds, "300", 10, 3600, "s", LIVE,
	    "How long seats are held, where the performance does not "
	    "say."),
	NUMBER("sale", "hold_hard_seconds", hold_hard_seconds, "900", 10, 14400,
	    "s", LIVE, "A hold cannot be extended past this."),
	NUMBER("sale", "hold_extend_seconds", hold_extend_seconds, "120", 1,
	    3600, "s", LIVE, "What one extension adds."),
	NUMBER("sale", "seats_per_user", seats_per_user, "8", 1, 20, NULL, LIVE,
	    "Seats of one buyer, where the performance does not say."),
	NUMBER("sale", "performances_per_user", performances_per_user, "3", 0,
	    1000, NULL, LIVE,
	    "In so many performances one buyer may hold "
	    "seats at the same time; 0 for any number."),
	NUMBER("sale", "cancel_until_minutes", cancel_until_minutes, "30", 0,
	    43200, "min", LIVE,
	    "Seats can be given back until so long before the start, where "
	    "the performance has no policy of its own."),
	NUMBER("sale", "transfer_days", transfer_days, "3", 1, 30, "d", LIVE,
	    "Who is offered a reservation may accept it for so long, and not "
	    "after the start."),
	NUMBER("sale", "complimentary_seats", complimentary_seats, "20", 0,
	    1000000, NULL, LIVE,
	    "At a counter one operator may give away so many seats in 24 "
	    "hours."),
	WORD("sale", "hold_durability", hold_durability, "behind", durabilities,
	    LIVE,
	    "When the journal learns of a hold: behind the answer, "
	    "before it (sync), or never (redis)."),
	WORD("sale", "redis_down", redis_down, "refuse", downs, LIVE,
	    "What buyers get while Redis is away: a refusal, holds in the "
	    "database, or whichever the load allows (auto)."),
	NUMBER("sale", "database_holds", database_holds, "4", 1, 512, NULL,
	    LIVE,
	    "Workers of one pool that make holds in the database at "
	    "the same time; others are refused meanwhile."),
	NUMBER("sale", "database_slow_ms", database_slow_ms, "200", 10, 10000,
	    "ms", LIVE,
	    "With redis_down = auto, a hold in the "
	    "database that takes longer says that the load is too high."),

	TEXT("ticket", "key", ticket_key, "", LIVE | CONF_SECRET,
	    "What tickets are signed with, as KID:SECRET; empty for [sale] "
	    "hold_key. Once changed, gates refuse every ticket that was "
	    "printed or kept before."),

	WORD("pay", "card", pay_card, "off", cards, LIVE,
	    "Who takes cards: nobody, or Stripe by what [stripe] says."),
	WORD("pay", "mock", pay_mock, "off", switches, LIVE,
	    "Whether mock is a way to pay: it takes no money, for "
	    "demonstrations."),
	TEXT("pay", "account", pay_account, "", LIVE,
	    "The account at the provider that payments are made to; empty for "
	    "that of the key."),
	TEXT("pay", "return_urls", pay_return_urls, "", LIVE,
	    "Where banks may send buyers back to beside [general] public_url, "
	    "blanks between: https://host/path, or an app's own scheme "
	    "(app.example.shop:/paid). What is below one of them may be asked "
	    "for, too."),
	NUMBER("pay", "deadline_s", pay_deadline_s, "900", 60, 86400, "s", LIVE,
	    "A payment that asks a provider is given up after that; all "
	    "attempts for a hold, so long after its hard end."),
	WORD("pay", "unknown_capture", pay_unknown, "alarm", unknowns, LIVE,
	    "What becomes of money that a provider took by a name of ours and of "
	    "which nothing is known here, as after a restore: an alarm, or an "
	    "alarm and it goes back. Refund only where nobody else uses the "
	    "account."),

	RATE("hold", limit_hold, "60/60 burst 30",
	    "Holds of one user in one performance, placed or changed: so many "
	    "in so many seconds, as 600/60 or 600/60 burst 100; off for any "
	    "number."),
	NUMBER("limits", "hoard_budget", hoard_budget, "3600", 0,
	    HOARD_BUDGET_MAX, NULL, LIVE,
	    "Who holds and gives back seats of a performance, so many times so "
	    "many seconds in ten minutes, holds no more of them in these; 0 "
	    "for any number."),
	RATE("login", limit_login, "60/60",
	    "Logins of one address; IPv6 addresses count by their first 64 "
	    "bits."),
	RATE("signup", limit_signup, "30/600", "New users of one address."),
	RATE("session", limit_session, "600/60 burst 200",
	    "Sessions refreshed and ended from one address; a carrier's "
	    "may be that of thousands."),
	RATE("logs", limit_logs, "300/60",
	    "Log entries of clients of one address."),
	RATE("pay", limit_pay, "60/60 burst 20",
	    "Payments of one user, repeated ones too; each host counts by "
	    "itself."),
	RATE("write", limit_write, "60/60 burst 30",
	    "Cancellations and other writes of one user."),
	RATE("queue", limit_queue, "60/60 burst 20",
	    "How often one user goes into lines and out of them; each host "
	    "counts by itself."),
	RATE("poll", limit_poll, "300/60 burst 100",
	    "How often one user asks for his place in lines; each host "
	    "counts by itself."),

	TEXT("feed", "url", feed_url, "", LIVE,
	    "Where readers find the live changes of seats, as performances "
	    "tell it: / where this web server passes them to "
	    "boxoffice-feedd, https://host where another does, empty for "
	    "nowhere: they ask again and again."),
	TEXT("feed", "socket", feed_socket, "/run/boxoffice/feed.sock", FIXED,
	    "Socket of boxoffice-feedd, where nobody hands one over; "
	    "its group is [fcgi] socket_group."),
	TEXT("feed", "redis_user", feed_redis_user, "", LIVE,
	    "ACL user of boxoffice-feedd, which only reads; empty for the "
	    "one in [redis]."),
	TEXT("feed", "redis_password", feed_redis_password, "",
	    LIVE | CONF_SECRET, "Password of that user."),
	NUMBER("feed", "readers", feed_readers, "20000", 1, 1000000, NULL, LIVE,
	    "Readers at the same time; each is a file descriptor."),
	NUMBER("feed", "readers_per_performance", feed_readers_per_performance,
	    "20000", 1, 1000000, NULL, LIVE, "Of them, for one performance."),
	NUMBER("feed", "readers_per_address", feed_readers_per_address, "100",
	    1, 1000000, NULL, LIVE, "Of them, from one address."),
	NUMBER("feed", "heartbeat_s", feed_heartbeat_s, "15", 1, 300, "s", LIVE,
	    "A reader who was told nothing for so long is told the "
	    "version."),
	NUMBER("feed", "slow_s", feed_slow_s, "30", 1, 600, "s", LIVE,
	    "A reader who takes nothing of what he is sent for so long is "
	    "closed."),

	TEXT("stripe", "url", stripe_url, "https://api.stripe.com", LIVE,
	    "Where card payments are made, as https://host."),
	TEXT("stripe", "key", stripe_key, "", LIVE | CONF_SECRET | SETTINGS_PAY,
	    "Secret API key of the account, read by boxoffice-worker --jobs "
	    "pay alone."),
	TEXT("stripe", "public_key", stripe_public_key, "", LIVE,
	    "Publishable API key of the account, which pages are told."),
	TEXT("stripe", "script", stripe_script, "https://js.stripe.com/v3/",
	    LIVE,
	    "The script with which pages ask for a card, as https://host/path "
	    "or /path; its host has to be in the pages' "
	    "Content-Security-Policy."),
	TEXT("stripe", "ca_file", stripe_ca_file, "", LIVE,
	    "Who vouches for that host, as PEM; empty for whom the system "
	    "trusts."),
	TEXT("stripe", "webhook_secret", stripe_webhook_secret, "",
	    LIVE | CONF_SECRET | SETTINGS_HOOKS,
	    "What Stripe signs with what it tells by itself, read by "
	    "boxoffice-fcgi alone; without one nothing is believed."),

	NUMBER("retention", "holds_days", holds_days, "30", 2, 3650, "d", LIVE,
	    "Holds that nobody paid are kept in the database for so "
	    "long."),
	NUMBER("retention", "refused_hours", refused_hours, "4", 1, 48, "h",
	    LIVE,
	    "An Idempotency-Key whose answer was a refusal is known "
	    "for so long; one of an effect for 48 hours."),

	NUMBER("retention", "outbox_days", outbox_days, "30", 2, 3650, "d",
	    LIVE,
	    "What was told to others is kept for so many days, "
	    "longer where it was not taken."),
	NUMBER("retention", "statistics_days", statistics_days, "3650", 30,
	    36500, "d", LIVE,
	    "Figures of sales, and of what clients told of, are kept for so "
	    "many days."),

	NUMBER("messages", "again_s", messages_again_s, "60", 1, 3600, "s",
	    LIVE,
	    "What was sent and not taken is sent again after so long, "
	    "then after twice that, and so on."),

	TEXT("mail", "url", mail_url, "", LIVE,
	    "The mail server, as smtp://HOST:587; empty to send no mail."),
	WORD("mail", "starttls", mail_starttls, "required", starttls, LIVE,
	    "Whether the mail server must encrypt; off is for one on this "
	    "host."),
	TEXT("mail", "user", mail_user, "", LIVE,
	    "Who logs in there; empty for nobody."),
	TEXT("mail", "password", mail_password, "",
	    LIVE | CONF_SECRET | SETTINGS_MAIL,
	    "Password of that user, read by boxoffice-worker --jobs messages "
	    "alone."),
	TEXT("mail", "ca_file", mail_ca_file, "", LIVE,
	    "Who vouches for the mail server, as PEM; empty for whom the "
	    "system trusts."),
	TEXT("mail", "from", mail_from, "", LIVE,
	    "The address that mail is sent from."),
	TEXT("mail", "from_name", mail_from_name, "", LIVE,
	    "The house's name, in mails."),
	TEXT("mail", "templates", mail_templates, "", LIVE,
	    "Folder of templates that are used instead of the ones that were "
	    "installed; empty for none."),
	WORD("mail", "language", mail_language, "ko", languages, LIVE,
	    "Language of mails to buyers who have chosen none."),
	NUMBER("mail", "per_hour", mail_per_hour, "20", 1, 10000, NULL, LIVE,
	    "Mails to one buyer within an hour; more of them wait."),
	NUMBER("mail", "give_up_hours", mail_give_up_hours, "24", 1, 240, "h",
	    LIVE, "A mail that nobody takes is given up after that."),

	TEXT("export", "dir", export_dir, "/var/lib/boxoffice/exports", LIVE,
	    "Folder of tables that operators have asked for, for a day each; "
	    "several hosts share it."),
	WORD("export", "send", export_send, "pieces", senders, LIVE,
	    "Who sends such a file: the web server, told by nginx's "
	    "X-Accel-Redirect or Apache's X-Sendfile, or we, a MiB at a "
	    "time."),

	TEXT("webhook", "key", webhook_key, "", LIVE | CONF_SECRET,
	    "What the secrets of webhooks are made from, as KID:SECRET; empty "
	    "for no webhooks. Once changed, each of them needs a new secret."),
	TEXT("webhook", "nets", webhook_nets, "", LIVE,
	    "Nets of this house that webhooks may lead to beside public "
	    "addresses, as 10.1.2.0/24 fd12::/16, blanks between."),
	TEXT("webhook", "ca_file", webhook_ca_file, "", LIVE,
	    "Who vouches for those who are told, as PEM; empty for whom the "
	    "system trusts."),

	NUMBER("worker", "expiry_period_ms", expiry_period_ms, "500", 50, 60000,
	    "ms", LIVE, "How often lapsed holds are looked for."),
	{ .key = NULL }
};

#define FIELD(field) offsetof(struct settings, field)

static bool refuse(struct settings_wrong *wrong, size_t a, size_t b,
    const char *fmt, ...) PRINTF_LIKE(4, 5);

/* Returns false, so that it can be passed up. */
static bool
refuse(struct settings_wrong *wrong, size_t a, size_t b, const char *fmt, ...)
{
	va_list ap;

	wrong->a = a;
	wrong->b = b;
	va_start(ap, fmt);
	vsnprintf(wrong->text, sizeof(wrong->text), fmt, ap);
	va_end(ap);
	return false;
}

/* Each wait lies inside the next, or the outer one ends a request whose
 * inner one would have told why. The database client gives a statement a
 * second more than the server does. */
static bool
check_waits(const struct settings *set, struct settings_wrong *wrong)
{
	if (set->redis_command_ms >= set->db_lock_ms)
		return refuse(wrong, FIELD(redis_command_ms), FIELD(db_lock_ms),
		    "[redis] command_ms must be less than "
		    "[postgresql] lock_ms");
	if (set->db_lock_ms >= set->db_statement_ms)
		return refuse(wrong, FIELD(db_lock_ms), FIELD(db_statement_ms),
		    "[postgresql] lock_ms must be "
		    "less than statement_ms");
	if (set->db_statement_ms + DB_GRACE_MS >= set->worker_deadline_ms)
		return refuse(wrong, FIELD(db_statement_ms),
		    FIELD(worker_deadline_ms),
		    "[fcgi] worker_deadline_ms "
		    "must be more than [postgresql] statement_ms and a "
		    "second");
	if (set->hold_seconds > set->hold_hard_seconds)
		return refuse(wrong, FIELD(hold_seconds),
		    FIELD(hold_hard_seconds),
		    "[sale] hold_hard_seconds must "
		    "not be less than hold_seconds");
	return true;
}

/* "kid:base64url of 32 bytes or more"; out is the kid. */
static bool
check_key(const char *text, struct span *kid)
{
	struct arena a;
	struct span secret = span_str(text);
	bool ok;

	*kid = span_cut(&secret, ':');
	if (kid->len < 1 || kid->len > 32 || !span_is(secret))
		return false;
	arena_init(&a, KIB(16));
	secret = crypto_unbase64url(&a, secret);
	ok = span_is(secret) && secret.len >= 32;
	if (ok)
		crypto_wipe((char *)secret.p, secret.len);
	arena_fini(&a);
	return ok;
}

/* A key by itself, its name in messages, and whether it may be empty. */
static const struct key_row {
	size_t at;
	const char *name;
	bool optional;
} key_rows[] = {
	{ FIELD(token_key), "[token] key", false },
	{ FIELD(token_key_previous), "[token] key_previous", true },
	{ FIELD(token_key_rehearsal), "[token] key_rehearsal", true },
	{ FIELD(hold_key), "[sale] hold_key", true },
	{ FIELD(totp_key), "[account] totp_key", true },
	{ FIELD(ticket_key), "[ticket] key", true },
	{ FIELD(webhook_key), "[webhook] key", true },
};
#define N_TOKEN_KEYS 3

static bool
check_one_key(const struct settings *set, const struct key_row *row,
    struct span *kid, struct settings_wrong *wrong)
{
	const char *text = (const char *)set + row->at;

	*kid = SPAN_NONE;
	if (text[0] == '\0')
		return row->optional
		    || refuse(wrong, row->at, row->at, "%s is not set",
			row->name);
	return check_key(text, kid)
	    || refuse(wrong, row->at, row->at,
		"%s must be KID:SECRET, the secret 32 bytes or more in base64url",
		row->name);
}

/* Two keys of one kid would leave it open which of them signed. */
static bool
check_keys(const struct settings *set, struct settings_wrong *wrong)
{
	struct span kids[ARRAY_LEN(key_rows)];

	for (size_t i = 0; i < ARRAY_LEN(key_rows); i++)
		if (!check_one_key(set, &key_rows[i], &kids[i], wrong))
			return false;
	for (size_t i = 1; i < N_TOKEN_KEYS; i++)
		for (size_t k = 0; k < i; k++)
			if (span_is(kids[i]) && span_eq(kids[i], kids[k]))
				return refuse(wrong, key_rows[k].at,
				    key_rows[i].at,
				    "[token] key, "
				    "key_previous and key_rehearsal need "
				    "different key ids");
	return true;
}

/* What names holds must not change along with the token key. */
static bool
check_hold_key(const struct settings *set, struct settings_wrong *wrong)
{
	if (set->hold_key[0] != '\0' || set->token_key_previous[0] == '\0')
		return true;
	return refuse(wrong, FIELD(hold_key), FIELD(token_key_previous),
	    "[sale] hold_key must be set where [token] key is changed: to "
	    "what key was, where it was empty so far");
}

/* "http://host" or "https://host", and maybe a path: nothing that would make
 * another URL of it when a path is put behind. */
static bool
is_url(struct span url)
{
	static const struct span schemes[] = { SPAN_LIT("https://"),
		SPAN_LIT("http://") };

	for (size_t i = 0; i < url.len; i++)
		if (strchr(" \t\"<>\\?#", url.p[i]) != NULL)
			return false;
	for (size_t i = 0; i < ARRAY_LEN(schemes); i++)
		if (span_starts(url, schemes[i]) && url.len > schemes[i].len
		    && url.p[schemes[i].len] != '/')
			return true;
	return false;
}

/* Just as a browser names it. */
static bool
are_origins(struct span rest)
{
	while (rest.len > 0) {
		struct span origin = span_cut(&rest, ' '), host = origin;

		(void)span_cut(&host, '/');
		(void)span_cut(&host, '/');
		if (!is_url(origin) || memchr(host.p, '/', host.len) != NULL
		    || memchr(host.p, ',', host.len) != NULL)
			return false;
	}
	return true;
}

/* "https://host..." or a scheme of somebody's own domain in reverse, as
 * app.example.shop:/paid (RFC 8252, 7.1): of the others many are not for us to
 * send people to. */
static bool
is_return_url(struct span url)
{
	struct span rest = url, scheme = span_cut(&rest, ':');

	for (size_t i = 0; i < url.len; i++)
		if (strchr("\t\"<>\\?#,", url.p[i]) != NULL)
			return false;
	if (span_starts(url, SPAN_LIT("https://")))
		return is_url(url);
	return rest.len > 0 && rest.p[0] == '/'
	    && memchr(scheme.p, '.', scheme.len) != NULL
	    && memchr(scheme.p, '/', scheme.len) == NULL;
}

static bool
check_pay(const struct settings *set, struct settings_wrong *wrong)
{
	struct span rest = span_str(set->pay_return_urls);

	while (rest.len > 0)
		if (!is_return_url(span_cut(&rest, ' ')))
			return refuse(wrong, FIELD(pay_return_urls),
			    FIELD(pay_return_urls),
			    "[pay] return_urls must be like https://HOST/PATH "
			    "app.example.shop:/PATH");
	if (set->stripe_script[0] != '/'
	    && !span_starts(span_str(set->stripe_script), SPAN_LIT("https://")))
		return refuse(wrong, FIELD(stripe_script), FIELD(stripe_script),
		    "[stripe] script must be https://HOST/PATH or /PATH");
	if (set->pay_card == 0)
		return true;
	if (set->public_url[0] == '\0')
		return refuse(wrong, FIELD(pay_card), FIELD(public_url),
		    "[general] public_url must be set where cards are taken: "
		    "banks send buyers back to it");
	return (set->owner & SETTINGS_PAY) == 0 || set->stripe_key[0] != '\0'
	    || refuse(wrong, FIELD(pay_card), FIELD(stripe_key),
		"[stripe] key must be set where [pay] card = stripe");
}

static bool
check_paths(const struct settings *set, struct settings_wrong *wrong)
{
	size_t len = strlen(set->base_path);

	if (len > 0
	    && (set->base_path[0] != '/' || set->base_path[len - 1] == '/'))
		return refuse(wrong, FIELD(base_path), FIELD(base_path),
		    "[fcgi] base_path must begin with / and not end with it");
	if (set->redis_socket[0] == '\0' && set->redis_host[0] == '\0')
		return refuse(wrong, FIELD(redis_socket), FIELD(redis_host),
		    "[redis] socket or host must be set");
	if (sentinel_is_used(set) && !sentinel_list_ok(set->redis_sentinels))
		return refuse(wrong, FIELD(redis_sentinels),
		    FIELD(redis_sentinels),
		    "[redis] sentinels must be at most %d of HOST:PORT",
		    SENTINELS_MAX);
	if (sentinel_is_used(set) && set->redis_sentinel_name[0] == '\0')
		return refuse(wrong, FIELD(redis_sentinels),
		    FIELD(redis_sentinel_name),
		    "[redis] sentinel_name must be set where sentinels is");
	if (strcmp(set->api_socket, set->pay_socket) == 0)
		return refuse(wrong, FIELD(api_socket), FIELD(pay_socket),
		    "[fcgi] api_socket and pay_socket must differ");
	if (set->public_url[0] != '\0' && !is_url(span_str(set->public_url)))
		return refuse(wrong, FIELD(public_url), FIELD(public_url),
		    "[general] public_url must be https://HOST or "
		    "https://HOST/PATH");
	if (!are_origins(span_str(set->allowed_origins)))
		return refuse(wrong, FIELD(allowed_origins),
		    FIELD(allowed_origins),
		    "[general] allowed_origins must be like https://HOST "
		    "https://HOST:PORT");
	if (set->feed_url[0] != '\0' && strcmp(set->feed_url, "/") != 0
	    && !is_url(span_str(set->feed_url)))
		return refuse(wrong, FIELD(feed_url), FIELD(feed_url),
		    "[feed] url must be / or https://HOST or "
		    "https://HOST/PATH");
	return true;
}

/* Whoever is told by mail is told from somewhere, and by links that lead
 * back. */
static bool
check_mail(const struct settings *set, struct settings_wrong *wrong)
{
	if (set->mail_url[0] == '\0')
		return true;
	if (!span_starts(span_str(set->mail_url), SPAN_LIT("smtp://")))
		return refuse(wrong, FIELD(mail_url), FIELD(mail_url),
		    "[mail] url must be smtp://HOST or smtp://HOST:PORT");
	if (set->mail_from[0] == '\0')
		return refuse(wrong, FIELD(mail_url), FIELD(mail_from),
		    "[mail] from must be set where url is");
	if (set->public_url[0] == '\0')
		return refuse(wrong, FIELD(mail_url), FIELD(public_url),
		    "[general] public_url must be set where [mail] url is");
	return true;
}

static bool
check_webhook(const struct settings *set, struct settings_wrong *wrong)
{
	struct nets nets;

	return nets_read(span_str(set->webhook_nets), &nets)
	    || refuse(wrong, FIELD(webhook_nets), FIELD(webhook_nets),
		"[webhook] nets must be like 10.1.2.0/24 fd12::/16, at most %d",
		NETS_MAX);
}

/* One DSN; why libpq refuses it goes behind the key's name. */
static bool
check_dsn(const char *key, const struct settings *set, size_t at,
    struct settings_wrong *wrong)
{
	char why[128];

	return db_dsn_ok((const char *)set + at, why, sizeof(why))
	    || refuse(wrong, at, at, "[postgresql] %s: %s", key, why);
}

static bool
check_dsns(const struct settings *set, struct settings_wrong *wrong)
{
	if (set->primary_dsn[0] == '\0')
		return refuse(wrong, FIELD(primary_dsn), FIELD(primary_dsn),
		    "[postgresql] primary_dsn is not set");
	if (!set->db_prepared && set->direct_dsn[0] == '\0')
		return refuse(wrong, FIELD(db_prepared), FIELD(direct_dsn),
		    "[postgresql] prepared = off needs direct_dsn");
	return check_dsn("primary_dsn", set, FIELD(primary_dsn), wrong)
	    && check_dsn("replica_dsn", set, FIELD(replica_dsn), wrong)
	    && check_dsn("direct_dsn", set, FIELD(direct_dsn), wrong);
}

/* All of the section are rates. */
static bool
check_rates(const struct settings *set, struct settings_wrong *wrong)
{
	struct rate rate;

	for (const struct conf_row *row = settings_rows; row->key != NULL;
	     row++)
		if (strcmp(row->section, "limits") == 0
		    && row->type == CONF_STRING
		    && !rate_read(span_str((const char *)set + row->offset),
			&rate))
			return refuse(wrong, row->offset, row->offset,
			    "[limits] %s must be like 60/60 or 60/60 burst 20, "
			    "at most %d a second, or off",
			    row->key, RATE_PER_S_MAX);
	if (rate_read(span_str(set->limit_hold), &rate)
	    && rate.window_s > RATE_HOLD_WINDOW_S_MAX)
		return refuse(wrong, FIELD(limit_hold), FIELD(limit_hold),
		    "[limits] hold must be a rate in at most %d seconds",
		    RATE_HOLD_WINDOW_S_MAX);
	return true;
}

bool
settings_check(const struct settings *set, struct settings_wrong *wrong)
{
	return check_waits(set, wrong) && check_keys(set, wrong)
	    && check_hold_key(set, wrong) && check_paths(set, wrong)
	    && check_pay(set, wrong) && check_mail(set, wrong)
	    && check_webhook(set, wrong) && check_dsns(set, wrong)
	    && check_rates(set, wrong);
}

#define N_ROWS ARRAY_LEN(settings_rows)

static size_t
row_of(size_t offset)
{
	size_t i = 0;

	while (settings_rows[i].offset != offset)
		i++;
	return i;
}

/* settings_check, and whose fault it is. returns: 0; 1 error written */
static int
check_placed(const struct settings *set, const struct conf_place *places,
    const char *path, struct conf_error *error)
{
	struct settings_wrong wrong;

	if (settings_check(set, &wrong))
		return 0;
	conf_blame(places, path, row_of(wrong.a), row_of(wrong.b), error);
	snprintf(error->text, sizeof(error->text), "%s", wrong.text);
	return 1;
}

static int
read_placed(const char *path, struct settings *set,
    struct conf_place places[N_ROWS], struct conf_error *error)
{
	struct settings read;
	int r;

	r = conf_read(settings_rows, path, set->owner, &read, sizeof(read),
	    places, error);
	read.owner = set->owner;
	if (r == 0)
		r = check_placed(&read, places, path, error);
	if (r == 0)
		*set = read;
	return r;
}

int
settings_read(const char *path, struct settings *set, struct conf_error *error)
{
	struct conf_place places[N_ROWS];

	return read_placed(path, set, places, error);
}

int
settings_read_again(const char *path, const struct settings *old,
    struct settings *set, const struct conf_row **fixed,
    struct conf_error *error)
{
	struct conf_place places[N_ROWS];
	struct settings fresh = { .owner = old->owner }, next = *old;
	int r;

	r = read_placed(path, &fresh, places, error);
	if (r != 0)
		return r;
	(void)conf_diff(settings_rows, old, &fresh, fixed);
	conf_take_reloadable(settings_rows, &next, &fresh);
	/* New values beside old ones that wait may not fit each other. */
	r = check_placed(&next, places, path, error);
	if (r == 0)
		*set = next;
	return r;
}
