/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/settings.h"

#include "tests/support/servers.h"
#include "tests/support/suite.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET32 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

static struct settings set;
static struct settings_wrong wrong;

static void
given_good_settings(void)
{
	conf_defaults(settings_rows, &set, sizeof(set));
	strcpy(set.token_key, "k1:" SECRET32);
}

static bool
good(void)
{
	return settings_check(&set, &wrong);
}

/* Refused, with a sentence that names the key. */
static bool
refused_for(const char *key)
{
	return !good() && strstr(wrong.text, key) != NULL;
}

START_TEST(the_presets_are_good_but_for_the_token_key)
{
	ck_assert(good());
	set.token_key[0] = '\0';
	ck_assert(refused_for("[token] key "));
}
END_TEST

START_TEST(each_wait_lies_inside_the_next)
{
	set.db_lock_ms = set.redis_command_ms;
	ck_assert(refused_for("command_ms"));
	given_good_settings();
	set.db_statement_ms = set.db_lock_ms;
	ck_assert(refused_for("lock_ms"));
	given_good_settings();
	set.worker_deadline_ms = set.db_statement_ms + 1000;
	ck_assert(refused_for("worker_deadline_ms"));
	set.worker_deadline_ms++;
	ck_assert(good());
}
END_TEST

START_TEST(a_hold_does_not_end_after_its_hard_end)
{
	set.hold_hard_seconds = set.hold_seconds;
	ck_assert(good());
	set.hold_hard_seconds--;
	ck_assert(refused_for("hold_hard_seconds"));
}
END_TEST

START_TEST(a_token_key_is_a_name_and_32_bytes_in_base64url)
{
	static const char *const bad[] = {
		SECRET32,
		":" SECRET32,
		"k:",
		"k",
		"k:short",
		"k:" SECRET32 "=",
		"k:!" SECRET32,
		"k:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg",
		"a-name-that-is-longer-than-32-bytes:" SECRET32,
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		strcpy(set.token_key, bad[i]);
		ck_assert_msg(refused_for("[token] key "), "%s", bad[i]);
		given_good_settings();
		strcpy(set.token_key_previous, bad[i]);
		ck_assert(refused_for("key_previous"));
		given_good_settings();
		strcpy(set.token_key_rehearsal, bad[i]);
		ck_assert(refused_for("key_rehearsal"));
		given_good_settings();
		strcpy(set.hold_key, bad[i]);
		ck_assert(refused_for("hold_key"));
		given_good_settings();
	}
	strcpy(set.token_key, "k:" SECRET32 "AAAA");
	ck_assert(good());
}
END_TEST

START_TEST(no_two_keys_have_one_name)
{
	strcpy(set.hold_key, "k1:" SECRET32);
	strcpy(set.token_key_previous, "k1:" SECRET32);
	ck_assert(refused_for("different"));
	strcpy(set.token_key_previous, "k2:" SECRET32);
	ck_assert(good());
	strcpy(set.token_key_rehearsal, "k2:" SECRET32);
	ck_assert(refused_for("different"));
	strcpy(set.token_key_rehearsal, "k1:" SECRET32);
	ck_assert(refused_for("different"));
	strcpy(set.token_key_rehearsal, "k3:" SECRET32);
	ck_assert(good());
}
END_TEST

START_TEST(the_token_key_is_not_changed_without_a_key_for_holds)
{
	strcpy(set.token_key, "k2:" SECRET32);
	strcpy(set.token_key_previous, "k1:" SECRET32);
	ck_assert(refused_for("[sale] hold_key"));
	strcpy(set.hold_key, set.token_key_previous);
	ck_assert(good());
}
END_TEST

START_TEST(a_dsn_is_set_and_can_be_read)
{
	set.primary_dsn[0] = '\0';
	ck_assert(refused_for("primary_dsn"));
	strcpy(set.primary_dsn, "hots=a");
	ck_assert(refused_for("primary_dsn"));
	ck_assert_ptr_nonnull(strstr(wrong.text, "hots"));
	given_good_settings();
	strcpy(set.replica_dsn, "hots=a");
	ck_assert(refused_for("replica_dsn"));
	given_good_settings();
	strcpy(set.direct_dsn, "hots=a");
	ck_assert(refused_for("direct_dsn"));
}
END_TEST

START_TEST(who_prepares_nothing_names_a_way_past_the_pooler)
{
	set.db_prepared = 0;
	ck_assert(refused_for("prepared = off needs direct_dsn"));
	strcpy(set.direct_dsn, "host=a");
	ck_assert(good());
}
END_TEST

START_TEST(a_base_path_begins_with_a_slash_and_does_not_end_with_one)
{
	strcpy(set.base_path, "/tickets");
	ck_assert(good());
	strcpy(set.base_path, "tickets");
	ck_assert(refused_for("base_path"));
	strcpy(set.base_path, "/tickets/");
	ck_assert(refused_for("base_path"));
	strcpy(set.base_path, "/");
	ck_assert(refused_for("base_path"));
}
END_TEST

START_TEST(sentinels_are_a_list_of_hosts_and_have_a_name_for_the_master)
{
	strcpy(set.redis_sentinels, "192.0.2.1:26379 [::1]:26379");
	ck_assert(good());
	strcpy(set.redis_sentinels, "192.0.2.1");
	ck_assert(refused_for("[redis] sentinels"));
	strcpy(set.redis_sentinels, "192.0.2.1:26379");
	set.redis_sentinel_name[0] = '\0';
	ck_assert(refused_for("sentinel_name"));
}
END_TEST

START_TEST(the_pools_do_not_share_a_socket)
{
	strcpy(set.pay_socket, set.api_socket);
	ck_assert(refused_for("pay_socket"));
}
END_TEST

START_TEST(secrets_are_marked_so)
{
	static const char *const secrets[] = {
		"password",
		"primary_dsn",
		"replica_dsn",
		"direct_dsn",
		"key",
		"key_previous",
		"key_rehearsal",
		"hold_key",
		"redis_password",
		"sentinel_password",
		"totp_key",
		"webhook_secret",
	};

	for (const struct conf_row *row = settings_rows; row->key != NULL;
	     row++) {
		bool secret = false;

		for (size_t i = 0; i < ARRAY_LEN(secrets); i++)
			secret |= strcmp(row->key, secrets[i]) == 0;
		ck_assert_msg(secret == ((row->flags & CONF_SECRET) != 0), "%s",
		    row->key);
	}
}
END_TEST

START_TEST(what_names_a_server_reopens_the_stores)
{
	for (const struct conf_row *row = settings_rows; row->key != NULL;
	     row++)
		ck_assert_msg(((row->flags & CONF_STORE) != 0)
			== (strcmp(row->section, "redis") == 0
			    || strcmp(row->section, "postgresql") == 0),
		    "%s", row->key);
}
END_TEST

START_TEST(every_field_has_one_row)
{
	struct settings seen;
	size_t n = 0, len = 0;

	memset(&seen, 0, sizeof(seen));
	for (const struct conf_row *row = settings_rows; row->key != NULL;
	     row++, n++) {
		char *p = (char *)&seen + row->offset;

		for (size_t i = 0; i < row->size; i++)
			ck_assert_msg(p[i] == 0, "%s", row->key);
		memset(p, 1, row->size);
		len += row->size;
	}
	/* what no row covers is padding */
	ck_assert_uint_ge(n, 40);
	ck_assert_uint_lt(sizeof(seen) - len, 64);
}
END_TEST

START_TEST(a_public_url_is_a_scheme_and_a_host)
{
	static const char *const good_urls[] = { "", "https://a.example",
		"http://127.0.0.1:8080", "https://a.example/tickets" };
	static const char *const bad[] = { "a.example", "//a.example",
		"ftp://a.example", "https://", "https:///x",
		"https://a.example?x", "https://a.example/#x",
		"https://a b.example", "https:/a.example" };

	for (size_t i = 0; i < ARRAY_LEN(good_urls); i++) {
		strcpy(set.public_url, good_urls[i]);
		ck_assert_msg(good(), "%s", good_urls[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		strcpy(set.public_url, bad[i]);
		ck_assert_msg(refused_for("public_url"), "%s", bad[i]);
	}
}
END_TEST

START_TEST(an_allowed_origin_is_a_scheme_and_a_host_alone)
{
	static const char *const good_lists[] = { "", "https://a.example",
		"https://a.example http://b.example:8080" };
	static const char *const bad[] = { "*", "a.example",
		"https://a.example/", "https://a.example/tickets",
		"https://a.example, https://b.example",
		"https://a.example  https://b.example" };

	for (size_t i = 0; i < ARRAY_LEN(good_lists); i++) {
		strcpy(set.allowed_origins, good_lists[i]);
		ck_assert_msg(good(), "%s", good_lists[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		strcpy(set.allowed_origins, bad[i]);
		ck_assert_msg(refused_for("allowed_origins"), "%s", bad[i]);
	}
}
END_TEST

static char folder[64];

static void
put_file(const char *name, const char *text)
{
	char path[128];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	out = fopen(path, "w");
	ck_assert_ptr_nonnull(out);
	fputs(text, out);
	ck_assert_int_eq(fclose(out), 0);
}

/* A folder of the test's own with a configuration file and a drop-in. */
static const char *
given_files(const char *text, const char *drop_in)
{
	static char path[80];

	strcpy(folder, "/tmp/bo-settings-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/conf.d", folder);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/main.conf", folder);
	put_file("main.conf", text);
	put_file("conf.d/a.conf", drop_in);
	return path;
}

static void
remove_files(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -r '%s'", folder);
	ck_assert_int_eq(system(command), 0);
}

START_TEST(a_file_is_read_and_checked_in_one_call)
{
	struct conf_error err;
	const char *path = given_files(
	    "[token]\nkey = k:" SECRET32
	    "\n[sale]\nhold_seconds = 60\nredis_down = auto\n",
	    "");

	ck_assert_int_eq(settings_read(path, &set, &err), 0);
	ck_assert_int_eq(set.hold_seconds, 60);
	ck_assert_int_eq(set.redis_down, REDIS_DOWN_AUTO);
	remove_files();
}
END_TEST

START_TEST(a_refused_file_leaves_the_settings_alone)
{
	struct conf_error err;
	const char *path = given_files(
	    "[token]\nkey = k:" SECRET32
	    "\n[sale]\nhold_seconds = 60\nhold_hard_seconds = 30\n",
	    "");

	ck_assert_int_eq(settings_read(path, &set, &err), 1);
	ck_assert_str_eq(err.file, path);
	ck_assert_int_eq(err.line, 5);
	ck_assert_ptr_nonnull(strstr(err.text, "hold_hard_seconds"));
	ck_assert_int_eq(set.hold_seconds, 300);
	put_file("main.conf", "[sale]\nhold_seconds = 5\n");
	ck_assert_int_eq(settings_read(path, &set, &err), 1);
	ck_assert_int_eq(err.line, 2);
	remove_files();
	ck_assert_int_eq(settings_read(path, &set, &err), -ENOENT);
}
END_TEST

/* Each mistake stands in line 3 of the drop-in, over a good main file. */
START_TEST(every_mistake_is_placed_in_the_drop_in_that_made_it)
{
	static const char *const mistakes[] = {
		"[redis]\n\ncommand_ms = 500\n",
		"[postgresql]\n\nlock_ms = 3000\n",
		"[postgresql]\n\nlock_ms = 100\n",
		"[postgresql]\n\nstatement_ms = 11000\n",
		"[fcgi]\n\nworker_deadline_ms = 4000\n",
		"[sale]\n\nhold_seconds = 901\n",
		"[sale]\n\nhold_hard_seconds = 299\n",
		"[token]\n\nkey =\n",
		"[token]\n\nkey = k:short\n",
		"[token]\n\nkey = file:/nonexistent/key\n",
		"[token]\n\nkey = credential:token_key\n",
		"[token]\n\nkey_previous = k:short\n",
		"[token]\n\nkey_previous = k2:" SECRET32 "\n",
		"[token]\n\nkey_rehearsal = k:short\n",
		"[token]\n\nkey_rehearsal = k:" SECRET32 "\n",
		"[sale]\n\nhold_key = k:short\n",
		"[fcgi]\n\nbase_path = tickets\n",
		"[fcgi]\n\napi_socket = /run/boxoffice/pay.sock\n",
		"[redis]\n\nhost =\n",
		"[general]\n\npublic_url = a.example\n",
		"[general]\n\nallowed_origins = *\n",
		"[pay]\n\nreturn_urls = http://a.example\n",
		"[pay]\n\nreturn_urls = javascript:/x\n",
		"[pay]\n\nreturn_urls = https://a.example/?x\n",
		"[pay]\n\ncard = stripe\n",
		"[stripe]\n\nscript = http://a.example/\n",
		"[postgresql]\n\nprimary_dsn =\n",
		"[postgresql]\n\nprimary_dsn = hots=a\n",
		"[postgresql]\n\nreplica_dsn = hots=a\n",
		"[postgresql]\n\nprepared = off\n",
	};
	struct conf_error err;
	const char *path = given_files(
	    "[redis]\nsocket =\n[token]\n"
	    "key = k:" SECRET32 "\n",
	    "");
	char drop_in[128];

	unsetenv("CREDENTIALS_DIRECTORY");
	ck_assert_int_eq(settings_read(path, &set, &err), 0);
	snprintf(drop_in, sizeof(drop_in), "%s/conf.d/a.conf", folder);
	for (size_t i = 0; i < ARRAY_LEN(mistakes); i++) {
		put_file("conf.d/a.conf", mistakes[i]);
		ck_assert_int_eq(settings_read(path, &set, &err), 1);
		ck_assert_msg(err.line == 3 && strcmp(err.file, drop_in) == 0,
		    "%s: %s:%d", mistakes[i], err.file, err.line);
	}
	remove_files();
}
END_TEST

/* Who does not ask Stripe neither has its key nor misses it. */
START_TEST(cards_need_an_address_to_come_back_to_and_a_key_for_who_asks)
{
	struct conf_error err;
	const char *path = given_files("[token]\nkey = k:" SECRET32
				       "\n[general]\n"
				       "public_url = https://a.example\n"
				       "[pay]\ncard = stripe\nreturn_urls = "
				       "https://b.example/x shop.example:/x\n",
	    "");

	ck_assert_int_eq(settings_read(path, &set, &err), 0);
	set.owner = SETTINGS_PAY;
	ck_assert_int_eq(settings_read(path, &set, &err), 1);
	ck_assert_ptr_nonnull(strstr(err.text, "[stripe] key"));
	put_file("conf.d/a.conf",
	    "[stripe]\nkey = sk\nwebhook_secret = file:/nonexistent\n");
	ck_assert_int_eq(settings_read(path, &set, &err), 0);
	ck_assert_str_eq(set.stripe_key, "sk");
	ck_assert_str_eq(set.stripe_webhook_secret, "");
	set.owner = SETTINGS_HOOKS;
	ck_assert_int_eq(settings_read(path, &set, &err), 1);
	remove_files();
}
END_TEST

START_TEST(what_is_set_nowhere_is_placed_in_the_main_file_as_a_whole)
{
	struct conf_error err;
	const char *path = given_files("", "[sale]\nhold_seconds = 60\n");

	ck_assert_int_eq(settings_read(path, &set, &err), 1);
	ck_assert_str_eq(err.text, "[token] key is not set");
	ck_assert_str_eq(err.file, path);
	ck_assert_int_eq(err.line, 0);
	remove_files();
}
END_TEST

START_TEST(a_new_value_has_to_fit_those_that_wait_for_a_restart)
{
	const struct conf_row *fixed;
	struct conf_error err;
	struct settings next = set;
	const char *path = given_files("[token]\nkey = k:" SECRET32 "\n",
	    "[fcgi]\napi_workers = 3\n[sale]\nhold_seconds = 60\n");

	ck_assert_int_eq(settings_read_again(path, &set, &next, &fixed, &err),
	    0);
	ck_assert_str_eq(fixed->key, "api_workers");
	ck_assert_int_eq(next.hold_seconds, 60);
	ck_assert_int_eq(next.api_workers, set.api_workers);
	/* the running one's own socket is the preset of the other */
	strcpy(set.api_socket, set.pay_socket);
	ck_assert_int_eq(settings_read_again(path, &set, &next, &fixed, &err),
	    1);
	ck_assert_ptr_nonnull(strstr(err.text, "api_socket"));
	remove_files();
}
END_TEST

SUITE("settings")
{
	FIXTURE(given_good_settings, NULL);
	TEST(the_presets_are_good_but_for_the_token_key);
	TEST(each_wait_lies_inside_the_next);
	TEST(a_hold_does_not_end_after_its_hard_end);
	TEST(a_token_key_is_a_name_and_32_bytes_in_base64url);
	TEST(no_two_keys_have_one_name);
	TEST(the_token_key_is_not_changed_without_a_key_for_holds);
	TEST(a_dsn_is_set_and_can_be_read);
	TEST(who_prepares_nothing_names_a_way_past_the_pooler);
	TEST(a_base_path_begins_with_a_slash_and_does_not_end_with_one);
	TEST(sentinels_are_a_list_of_hosts_and_have_a_name_for_the_master);
	TEST(the_pools_do_not_share_a_socket);
	TEST(a_public_url_is_a_scheme_and_a_host);
	TEST(an_allowed_origin_is_a_scheme_and_a_host_alone);
	TEST(secrets_are_marked_so);
	TEST(what_names_a_server_reopens_the_stores);
	TEST(every_field_has_one_row);
	TEST(a_file_is_read_and_checked_in_one_call);
	TEST(a_refused_file_leaves_the_settings_alone);
	TEST(every_mistake_is_placed_in_the_drop_in_that_made_it);
	TEST(cards_need_an_address_to_come_back_to_and_a_key_for_who_asks);
	TEST(what_is_set_nowhere_is_placed_in_the_main_file_as_a_whole);
	TEST(a_new_value_has_to_fit_those_that_wait_for_a_restart);
}
