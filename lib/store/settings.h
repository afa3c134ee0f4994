/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * settings - everything a sysadmin can set, in one struct and one table
 *
 * The struct holds no pointers: the master publishes a checked generation of
 * it as bytes. settings.c has the table (see base/conf.h); a new setting is
 * one field here and one row there.
 *
 * Layer: store.  Uses: base.
 */
#ifndef STORE_SETTINGS_H
#define STORE_SETTINGS_H

#include "base/conf.h"
#include "store/rate.h"

enum hold_durability { HOLDS_BEHIND, HOLDS_SYNC, HOLDS_REDIS };
enum export_send { EXPORT_SEND_PIECES, EXPORT_SEND_NGINX, EXPORT_SEND_APACHE };
enum totp_required { TOTP_REQUIRED_OFF, TOTP_REQUIRED_STAFF };
enum redis_down { REDIS_DOWN_REFUSE, REDIS_DOWN_DATABASE, REDIS_DOWN_AUTO };

/* Owners of secrets, who alone read them: who asks providers, who is told by
 * them, and who sends mail. */
#define SETTINGS_PAY CONF_OWNER(0)
#define SETTINGS_HOOKS CONF_OWNER(1)
#define SETTINGS_MAIL CONF_OWNER(2)

struct settings {
	unsigned owner; /* bits of the three above: who has read them */

	/* [general] */
	int log_level;         /* enum log_level */
	char runtime_dir[108]; /* metrics files; "" for none */
	char public_url[256];  /* the pages' origin; never the Host header */
	char allowed_origins[512]; /* of pages elsewhere; blanks between */

	/* [redis] */
	char redis_socket[108]; /* "" means host and port */
	char redis_host[256];
	int64_t redis_port;
	char redis_user[64];
	char redis_password[256];
	int64_t redis_db;
	char redis_sentinels[512]; /* "" for none: else they say where */
	char redis_sentinel_name[64];
	char redis_sentinel_password[256];
	int64_t redis_connect_ms;
	int64_t redis_command_ms;

	/* [postgresql] */
	char primary_dsn[1024];
	char replica_dsn[1024];
	char direct_dsn[1024];
	int db_prepared; /* statements, by name: 0 behind a pooler */
	int64_t db_connect_s;
	int64_t db_statement_ms;
	int64_t db_lock_ms;

	/* [fcgi] */
	int64_t api_workers, pay_workers;
	char api_socket[108], pay_socket[108];
	char socket_group[64];      /* "" leaves it alone */
	char base_path[128];        /* "" or "/tickets": before /api/v1 */
	int64_t worker_deadline_ms; /* one request; then the master kills */
	int64_t worker_max_age_s;   /* retire, with jitter */
	int64_t worker_max_memory_mib;
	int64_t worker_arena_mib;
	int64_t drain_s; /* idle kept connections are closed then */

	/* [token] */
	char token_issuer[64], token_audience[64];
	char token_key[256];           /* "kid:base64url secret" */
	char token_key_previous[256];  /* still accepted; "" for none */
	char token_key_rehearsal[256]; /* "" for none */
	int64_t token_lifetime_s;
	int64_t rehearsal_lifetime_s;
	int64_t refresh_retry_s; /* a turn may be asked for again so long */

	/* [account] */
	int64_t argon2_memory_kib, argon2_passes;
	int totp;           /* enum totp_required */
	char totp_key[256]; /* "" for what names holds */

	/* [sale] */
	char hold_key[256]; /* "" for token_key */
	int64_t hold_seconds, hold_hard_seconds, hold_extend_seconds;
	int64_t seats_per_user; /* default for performances that say nothing */
	int64_t performances_per_user; /* held in at once; 0: no bound */
	int64_t cancel_until_minutes;  /* before the start */
	int64_t transfer_days;         /* an offer lasts */
	int64_t complimentary_seats;   /* of one operator in 24 hours */
	int hold_durability;           /* enum hold_durability */
	int redis_down;                /* enum redis_down */
	int64_t database_holds;        /* at once, of one process tree */
	int64_t database_slow_ms;

	/* [ticket] */
	char ticket_key[256]; /* "" for what names holds */

	/* [pay] */
	int pay_card, pay_mock;    /* 0: not offered */
	char pay_account[64];      /* at the provider; "" for the key's own */
	char pay_return_urls[512]; /* beside public_url; blanks between */
	int64_t pay_deadline_s;
	int pay_unknown; /* 0: an alarm; 1: and it goes back */

	/* [limits]: rates (rate.h) */
	char limit_hold[RATE_TEXT_MAX];
	int64_t hoard_budget; /* 0: any number */
	char limit_login[RATE_TEXT_MAX], limit_signup[RATE_TEXT_MAX];
	char limit_session[RATE_TEXT_MAX], limit_logs[RATE_TEXT_MAX];
	char limit_pay[RATE_TEXT_MAX], limit_write[RATE_TEXT_MAX];
	char limit_queue[RATE_TEXT_MAX], limit_poll[RATE_TEXT_MAX];

	/* [feed] */
	char feed_url[256]; /* "" none, "/" here, or elsewhere */
	char feed_socket[108];
	char feed_redis_user[64]; /* "" for that of [redis] */
	char feed_redis_password[256];
	int64_t feed_readers, feed_readers_per_performance;
	int64_t feed_readers_per_address;
	int64_t feed_heartbeat_s, feed_slow_s;

	/* [stripe] */
	char stripe_url[256], stripe_key[256], stripe_ca_file[256];
	char stripe_webhook_secret[128];
	char stripe_public_key[256], stripe_script[256]; /* for pages */

	/* [retention] */
	int64_t holds_days, refused_hours, outbox_days;
	int64_t statistics_days;

	/* [messages] */
	int64_t messages_again_s;

	/* [mail] */
	char mail_url[256]; /* "": no mail is sent */
	int mail_starttls;  /* 0: in clear */
	char mail_user[128], mail_password[256];
	char mail_ca_file[256];
	char mail_from[256], mail_from_name[128];
	char mail_templates[256]; /* the house's own; "" for none */
	int mail_language;        /* enum lang */
	int64_t mail_per_hour;    /* to one buyer */
	int64_t mail_give_up_hours;

	/* [export] */
	char export_dir[256];
	int export_send; /* enum export_send */

	/* [webhook] */
	char webhook_key[256];  /* "kid:base64url secret"; "": no webhooks */
	char webhook_nets[512]; /* struct nets, that may be reached too */
	char webhook_ca_file[256];

	/* [worker] */
	int64_t expiry_period_ms;
};

/* A worker shows at least this often that it lives, but while it serves. */
#define WORKER_BEAT_MS 1000
/* What the master may take to look, kill and be obeyed. */
#define MASTER_LOOKS_MS 1000

/* A worker that was silent for so long is stuck: the master kills it. */
static inline int64_t
settings_stuck_ms(const struct settings *set)
{
	return set->worker_deadline_ms + WORKER_BEAT_MS;
}

/* What a handler began so long ago it does not do any more. */
static inline int64_t
settings_gone_ms(const struct settings *set)
{
	return settings_stuck_ms(set) + MASTER_LOOKS_MS;
}

/* What names of holds and places in lines are made with: a key of its own, so
 * that a change of the token key is none of theirs. */
static inline struct span
settings_naming_key(const struct settings *set)
{
	return span_str(set->hold_key[0] != '\0' ? set->hold_key
						 : set->token_key);
}

/* What tickets are signed with: each performance's key comes of it. */
static inline struct span
settings_ticket_key(const struct settings *set)
{
	return set->ticket_key[0] != '\0' ? span_str(set->ticket_key)
					  : settings_naming_key(set);
}

/* What the secrets of second factors come of. */
static inline struct span
settings_totp_key(const struct settings *set)
{
	return set->totp_key[0] != '\0' ? span_str(set->totp_key)
					: settings_naming_key(set);
}

extern const struct conf_row settings_rows[];

/* What no single row can say: the keys that do not fit, and why. */
struct settings_wrong {
	size_t a, b;    /* offsets in struct settings; may be
	                 * the same */
	char text[256]; /* a sentence that names the keys */
};

/*
 * Whether the values fit each other: each time-out lies inside the next
 * (redis_command < db_lock < db_statement < worker_deadline), keys and URL
 * well formed, a DSN set, hard end not before the end.
 *
 * out:     wrong  written on false
 */
bool settings_check(const struct settings *set,
    struct settings_wrong *wrong) MUST_CHECK;
/*
 * Read and check path (conf_read and settings_check). A mistake is placed
 * where the newer of its keys was set, in path or in a file of conf.d.
 *
 * in:      set->owner  stays as it is
 * returns: 0; 1 refused, error written; < 0 -errno, error written
 */
int settings_read(const char *path, struct settings *set,
    struct conf_error *error) MUST_CHECK;
/*
 * The same for who runs with old already: settings that need a restart stay
 * old's, and the new ones must fit those too.
 *
 * out:     set    written on 0
 *          fixed  the first changed row that waits for a restart, or NULL
 */
int settings_read_again(const char *path, const struct settings *old,
    struct settings *set, const struct conf_row **fixed,
    struct conf_error *error) MUST_CHECK;

#endif
