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
#include "store/db.h"

#include <stdio.h>

#define AT(field) \
	.offset = offsetof(struct settings, field), \
	.size = sizeof(((struct settings *)0)->field)
#define TEXT(in, name, field, value, flag, say) \
	{ .section = in, .key = name, .type = CONF_STRING, AT(field), \
	  .preset = value, .flags = flag, .help = say }
#define NUMBER(in, name, field, value, low, high, of, flag, say) \
	{ .section = in, .key = name, .type = CONF_INT, AT(field), \
	  .preset = value, .min = low, .max = high, .unit = of, \
	  .flags = flag, .help = say }
#define WORD(in, name, field, value, list, flag, say) \
	{ .section = in, .key = name, .type = CONF_ENUM, AT(field), \
	  .preset = value, .words = list, .flags = flag, .help = say }

/* What a change asks for: a restart, nothing, new connections. */
#define FIXED 0
#define LIVE CONF_RELOAD
#define CONN (CONF_RELOAD | CONF_STORE)

/* Each in the order of its enum. */
static const char *const log_levels[] = {
	"error", "warn", "info", "debug", NULL
};
static const char *const durabilities[] = { "behind", "sync", "redis", NULL };
static const char *const downs[] = { "refuse", "database", "auto", NULL };

const struct conf_row settings_rows[] = {
	WORD("general", "log_level", log_level, "info", log_levels, LIVE,
	    "The least important lines that are logged."),
	TEXT("general", "runtime_dir", runtime_dir, "/run/boxoffice", FIXED,
	    "Folder of the metrics files; empty for none."),
	TEXT("general", "public_url", public_url, "", LIVE,
	    "Where buyers find the service, as https://host; used wherever "
	    "an absolute URL is written."),

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
	NUMBER("redis", "connect_ms", redis_connect_ms, "100", 1, 10000, "ms",
	    CONN, "Longest wait for a connection to Redis."),
	NUMBER("redis", "command_ms", redis_command_ms, "100", 1, 10000, "ms",
	    CONN, "Longest wait for an answer of Redis."),

	TEXT("postgresql", "primary_dsn", primary_dsn,
	    "host=/run/postgresql dbname=boxoffice", CONN | CONF_SECRET,
	    "libpq connection string of the primary; with several hosts the "
	    "one that accepts writes is taken."),
	TEXT("postgresql", "replica_dsn", replica_dsn, "", CONN | CONF_SECRET,
	    "The same for reads, where a standby is preferred; empty to look "
	    "for one among the hosts of primary_dsn."),
	NUMBER("postgresql", "connect_s", db_connect_s, "2", 2, 60, "s", CONN,
	    "Longest wait for a connection to one host."),
	NUMBER("postgresql", "statement_ms", db_statement_ms, "3000", 10,
	    600000, "ms", CONN, "Longest run of one statement."),
	NUMBER("postgresql", "lock_ms", db_lock_ms, "500", 5, 600000, "ms",
	    CONN, "Longest wait for one lock, and for another worker that"
	    " writes for several."),

	NUMBER("fcgi", "api_workers", api_workers, "16", 1, 512, NULL, FIXED,
	    "Worker processes of the pool api."),
	NUMBER("fcgi", "pay_workers", pay_workers, "8", 1, 512, NULL, FIXED,
	    "Worker processes of the pool pay."),
	TEXT("fcgi", "api_socket", api_socket, "/run/boxoffice/api.sock",
	    FIXED, "Socket of the pool api, where nobody hands one over."),
	TEXT("fcgi", "pay_socket", pay_socket, "/run/boxoffice/pay.sock",
	    FIXED, "Socket of the pool pay, where nobody hands one over."),
	TEXT("fcgi", "socket_group", socket_group, "www-data", FIXED,
	    "Group that may use those sockets; empty leaves it alone."),
	TEXT("fcgi", "base_path", base_path, "", LIVE,
	    "What stands before /api/v1 in the URL, as /tickets; empty for "
	    "nothing."),
	NUMBER("fcgi", "worker_deadline_ms", worker_deadline_ms, "12000",
	    1000, 600000, "ms", LIVE,
	    "A worker busy with one request for longer is replaced."),
	NUMBER("fcgi", "worker_max_age_s", worker_max_age_s, "3600", 10,
	    604800, "s", LIVE, "A worker older than that retires."),
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
	    LIVE, "A used refresh token that comes back within that is a "
	    "request repeated, later a theft; at least the web server's "
	    "time-out and 5 s."),

	NUMBER("account", "argon2_memory_kib", argon2_memory_kib, "19456",
	    8192, 1048576, "KiB", LIVE,
	    "Memory of one password hash (Argon2id)."),
	NUMBER("account", "argon2_passes", argon2_passes, "2", 1, 20, NULL,
	    LIVE, "Passes of one password hash (Argon2id)."),

	TEXT("sale", "hold_key", hold_key, "", LIVE | CONF_SECRET,
	    "What an Idempotency-Key of a hold is turned into the hold's "
	    "token with, as KID:SECRET; empty for the token key. Once "
	    "changed, a hold asked for again is another hold."),
	NUMBER("sale", "hold_seconds", hold_seconds, "300", 10, 3600, "s",
	    LIVE, "How long seats are held, where the performance does not "
	    "say."),
	NUMBER("sale", "hold_hard_seconds", hold_hard_seconds, "900", 10,
	    14400, "s", LIVE, "A hold cannot be extended past this."),
	NUMBER("sale", "hold_extend_seconds", hold_extend_seconds, "120", 1,
	    3600, "s", LIVE, "What one extension adds."),
	NUMBER("sale", "seats_per_user", seats_per_user, "8", 1, 20, NULL,
	    LIVE, "Seats of one buyer, where the performance does not say."),
	NUMBER("sale", "performances_per_user", performances_per_user, "3", 0,
	    1000, NULL, LIVE, "In so many performances one buyer may hold "
	    "seats at the same time; 0 for any number."),
	NUMBER("sale", "cancel_until_minutes", cancel_until_minutes, "30", 0,
	    43200, "min", LIVE, "Seats can be given back until so long before "
	    "the start."),
	WORD("sale", "hold_durability", hold_durability, "behind", durabilities,
	    LIVE, "When the journal learns of a hold: behind the answer, "
	    "before it (sync), or never (redis)."),
	WORD("sale", "redis_down", redis_down, "refuse", downs, LIVE,
	    "What buyers get while Redis is away: a refusal, holds in the "
	    "database, or whichever the load allows (auto)."),
	NUMBER("sale", "database_holds", database_holds, "4", 1, 512, NULL,
	    LIVE, "Workers of one pool that make holds in the database at "
	    "the same time; others are refused meanwhile."),
	NUMBER("sale", "database_slow_ms", database_slow_ms, "200", 10,
	    10000, "ms", LIVE, "With redis_down = auto, a hold in the "
	    "database that takes longer says that the load is too high."),

	NUMBER("retention", "holds_days", holds_days, "30", 2, 3650, "d",
	    LIVE, "Holds that nobody paid are kept in the database for so "
	    "long."),
	NUMBER("retention", "refused_hours", refused_hours, "4", 1, 48, "h",
	    LIVE, "An Idempotency-Key whose answer was a refusal is known "
	    "for so long; one of an effect for 48 hours."),

	NUMBER("worker", "expiry_period_ms", expiry_period_ms, "500", 50,
	    60000, "ms", LIVE, "How often lapsed holds are looked for."),
	{ .key = NULL }
};

/* Each wait lies inside the next, or the outer one ends a request whose
 * inner one would have told why. The database client gives a statement a
 * second more than the server does. */
static const char *
check_waits(const struct settings *set)
{
	if (set->redis_command_ms >= set->db_lock_ms)
		return "[redis] command_ms must be less than "
		    "[postgresql] lock_ms";
	if (set->db_lock_ms >= set->db_statement_ms)
		return "[postgresql] lock_ms must be less than statement_ms";
	if (set->db_statement_ms + DB_GRACE_MS >= set->worker_deadline_ms)
		return "[fcgi] worker_deadline_ms must be more than "
		    "[postgresql] statement_ms and a second";
	if (set->hold_seconds > set->hold_hard_seconds)
		return "[sale] hold_hard_seconds must not be less than "
		    "hold_seconds";
	return NULL;
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

/* Two keys of one kid would leave it open which of them signed. */
static const char *
check_keys(const struct settings *set)
{
	struct span main, previous = SPAN_NONE, rehearsal = SPAN_NONE;

	if (set->token_key[0] == '\0')
		return "[token] key is not set";
	if (!check_key(set->token_key, &main))
		return "[token] key must be KID:SECRET, the secret 32 bytes "
		    "or more in base64url";
	if (set->token_key_previous[0] != '\0' &&
	    !check_key(set->token_key_previous, &previous))
		return "[token] key_previous must be KID:SECRET, the secret "
		    "32 bytes or more in base64url";
	if (set->token_key_rehearsal[0] != '\0' &&
	    !check_key(set->token_key_rehearsal, &rehearsal))
		return "[token] key_rehearsal must be KID:SECRET, the secret "
		    "32 bytes or more in base64url";
	if (span_eq(main, previous) || span_eq(main, rehearsal) ||
	    (span_is(previous) && span_eq(previous, rehearsal)))
		return "[token] key, key_previous and key_rehearsal need "
		    "different key ids";
	return NULL;
}

/* What names holds must not change along with the token key. */
static const char *
check_hold_key(const struct settings *set)
{
	struct span kid;

	if (set->hold_key[0] != '\0' && !check_key(set->hold_key, &kid))
		return "[sale] hold_key must be KID:SECRET, the secret 32 "
		    "bytes or more in base64url";
	if (set->hold_key[0] == '\0' && set->token_key_previous[0] != '\0')
		return "[sale] hold_key must be set where [token] key is "
		    "changed: to what key was, where it was empty so far";
	return NULL;
}

static const char *
check_paths(const struct settings *set)
{
	size_t len = strlen(set->base_path);

	if (len > 0 && (set->base_path[0] != '/' ||
	    set->base_path[len - 1] == '/'))
		return "[fcgi] base_path must begin with / and not end with "
		    "it";
	if (set->redis_socket[0] == '\0' && set->redis_host[0] == '\0')
		return "[redis] socket or host must be set";
	if (strcmp(set->api_socket, set->pay_socket) == 0)
		return "[fcgi] api_socket and pay_socket must differ";
	return NULL;
}

/* One DSN; why libpq refuses it goes behind the key's name. */
static bool
check_dsn(const char *key, const char *dsn, char *error, size_t error_len)
{
	char why[128];

	if (db_dsn_ok(dsn, why, sizeof(why)))
		return true;
	snprintf(error, error_len, "[postgresql] %s: %s", key, why);
	return false;
}

bool
settings_check(const struct settings *set, char *error, size_t error_len)
{
	const char *why = check_waits(set);

	if (why == NULL)
		why = check_keys(set);
	if (why == NULL)
		why = check_hold_key(set);
	if (why == NULL)
		why = check_paths(set);
	if (why == NULL && set->primary_dsn[0] == '\0')
		why = "[postgresql] primary_dsn is not set";
	if (why != NULL) {
		snprintf(error, error_len, "%s", why);
		return false;
	}
	return check_dsn("primary_dsn", set->primary_dsn, error, error_len) &&
	    check_dsn("replica_dsn", set->replica_dsn, error, error_len);
}

int
settings_read(const char *path, struct settings *set,
    struct conf_error *error)
{
	struct settings read;
	int r;

	r = conf_read(settings_rows, path, &read, sizeof(read), error);
	if (r != 0)
		return r;
	if (!settings_check(&read, error->text, sizeof(error->text))) {
		snprintf(error->file, sizeof(error->file), "%s", path);
		error->line = 0;
		return 1;
	}
	*set = read;
	return 0;
}
