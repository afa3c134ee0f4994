/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/conf.h"
#include "tests/support/suite.h"

#include <errno.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

struct values {
	char socket[16];
	int64_t port;
	char password[32];
	bool durable;
	int mode;
	int64_t hold_s;
};

static const char *const modes[] = { "refuse", "database", "auto", NULL };

#define AT(field) \
	.offset = offsetof(struct values, field), \
	.size = sizeof(((struct values *)0)->field)

static const struct conf_row rows[] = {
	{ "redis", "socket", CONF_STRING, AT(socket), "/run/r",
	    .flags = CONF_STORE, .help = "Where Redis listens." },
	{ "redis", "port", CONF_INT, AT(port), "6379", 1, 65535,
	    .flags = CONF_RELOAD | CONF_STORE, .help = "Its TCP port." },
	{ "redis", "password", CONF_STRING, AT(password), "",
	    .flags = CONF_RELOAD | CONF_SECRET, .help = "'Its' pass\\word." },
	{ "sale", "durable", CONF_BOOL, AT(durable), "no", .flags = CONF_RELOAD,
	    .help = "Whether holds are written to the journal "
		    "before they are answered, which costs a commit each." },
	{ "sale", "mode", CONF_ENUM, AT(mode), "database", .words = modes,
	    .flags = CONF_RELOAD, .help = "What happens without Redis." },
	{ "sale", "hold_s", CONF_INT, AT(hold_s), "300", -10, 3600, "s",
	    .flags = CONF_RELOAD, .help = "How long. 'Tis all." },
	{ .key = NULL },
};

static char folder[] = "/tmp/bo-conf-XXXXXX";
static struct values values;
static struct conf_error error;
static struct conf_place places[ARRAY_LEN(rows)];

static void
given_a_folder(void)
{
	char drop_ins[64];

	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(drop_ins, sizeof(drop_ins), "%s/conf.d", folder);
	ck_assert_int_eq(mkdir(drop_ins, 0700), 0);
	conf_defaults(rows, &values, sizeof(values));
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static void
remove_it(void)
{
	nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static const char *
path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void
given_bytes(const char *name, struct span text)
{
	FILE *file = fopen(path_of(name), "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(text.p, 1, text.len, file), text.len);
	ck_assert_int_eq(fclose(file), 0);
}

static void
given_file(const char *name, const char *text)
{
	given_bytes(name, span_str(text));
}

static int
read_it(void)
{
	return conf_read(rows, path_of("main.conf"), 0, &values, sizeof(values),
	    places, &error);
}

static int
read_text(const char *text)
{
	given_file("main.conf", text);
	return read_it();
}

/* The text must be refused in that line of main.conf with exactly want. */
static void
refused_at(int line, const char *want)
{
	struct values before = values;

	ck_assert_int_eq(read_it(), 1);
	ck_assert_str_eq(error.file, path_of("main.conf"));
	ck_assert_str_eq(error.text, want);
	ck_assert_int_eq(error.line, line);
	ck_assert_mem_eq(&values, &before, sizeof(values));
}

static void
refused(const char *text, int line, const char *want)
{
	given_file("main.conf", text);
	refused_at(line, want);
}

START_TEST(the_defaults_are_what_the_table_says)
{
	ck_assert_str_eq(values.socket, "/run/r");
	ck_assert_int_eq(values.port, 6379);
	ck_assert_str_eq(values.password, "");
	ck_assert(!values.durable);
	ck_assert_int_eq(values.mode, 1);
	ck_assert_int_eq(values.hold_s, 300);
}
END_TEST

START_TEST(an_empty_file_leaves_the_defaults)
{
	struct values before = values;

	memset(&values, 'x', sizeof(values));
	ck_assert_int_eq(read_text(""), 0);
	ck_assert_mem_eq(&values, &before, sizeof(values));
}
END_TEST

START_TEST(every_type_is_read)
{
	ck_assert_int_eq(read_text("# a comment\n"
				   "; another = one\n"
				   "\n"
				   "[redis]\n"
				   "socket = /tmp/a b\n"
				   "\t port=\t1234  \n"
				   "password = a=b # c\n"
				   "  [ sale ]  \n"
				   "durable = yes\n"
				   "mode = auto\n"
				   "hold_s = -10"),
	    0);
	ck_assert_str_eq(values.socket, "/tmp/a b");
	ck_assert_int_eq(values.port, 1234);
	ck_assert_str_eq(values.password, "a=b # c");
	ck_assert(values.durable);
	ck_assert_int_eq(values.mode, 2);
	ck_assert_int_eq(values.hold_s, -10);
}
END_TEST

START_TEST(yes_and_no_have_three_words_each)
{
	static const char *const words[] = { "no", "yes", "false", "true",
		"off", "on" };
	char text[64];

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		snprintf(text, sizeof(text), "[sale]\ndurable = %s\n",
		    words[i]);
		ck_assert_int_eq(read_text(text), 0);
		ck_assert_int_eq(values.durable, i % 2);
	}
}
END_TEST

START_TEST(a_string_fills_its_field_but_for_the_nul)
{
	ck_assert_int_eq(read_text("[redis]\nsocket = 123456789012345\n"), 0);
	ck_assert_str_eq(values.socket, "123456789012345");
	refused("[redis]\nsocket = 1234567890123456\n", 2,
	    "socket must be at most 15 bytes long, not "
	    "\"1234567890123456\"");
}
END_TEST

START_TEST(a_value_may_be_set_empty)
{
	ck_assert_int_eq(read_text("[redis]\nsocket =\n"), 0);
	ck_assert_str_eq(values.socket, "");
}
END_TEST

START_TEST(an_unknown_section_is_refused_with_those_there_are)
{
	refused("\n[reddis]\n", 2,
	    "unknown section [reddis]; there are [redis] [sale]");
}
END_TEST

START_TEST(an_unknown_key_is_refused_with_those_there_are)
{
	refused("[redis]\nprot = 1\n", 2,
	    "unknown key prot; [redis] has socket port password");
}
END_TEST

START_TEST(a_key_in_the_wrong_section_is_sent_to_its_own)
{
	refused("[redis]\nport = 1\nmode = auto\n", 3,
	    "mode belongs into [sale], not into [redis]");
}
END_TEST

START_TEST(a_doubled_key_names_the_line_of_the_first)
{
	refused("[redis]\nport = 1\n[sale]\n[redis]\nport = 1\n", 5,
	    "port is already set in line 2; keep one of them");
}
END_TEST

START_TEST(a_key_before_any_section_is_refused)
{
	refused("port = 1\n", 1, "a [section] must come before the first key");
}
END_TEST

START_TEST(a_line_of_no_known_form_is_refused)
{
	static const char want[] =
	    "a line must be \"key = value\", "
	    "\"[section]\" or begin with # or ;";

	refused("[redis]\nport 1\n", 2, want);
	refused("[redis]\n= 1\n", 2, want);
	refused("[redis\n", 1, "a section must be written [name]");
	refused("[\n", 1, "a section must be written [name]");
	refused("[]\n", 1, "unknown section []; there are [redis] [sale]");
}
END_TEST

START_TEST(a_number_out_of_range_is_refused_with_range_and_unit)
{
	static const char *const words[] = { "3601", "-11", "1s", "", "0x10",
		"9223372036854775808" };
	char text[64], want[128];

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		snprintf(text, sizeof(text), "[sale]\nhold_s = %s\n", words[i]);
		snprintf(want, sizeof(want),
		    "hold_s must be a whole number "
		    "from -10 to 3600 in s, not \"%s\"",
		    words[i]);
		refused(text, 2, want);
	}
	refused("[redis]\nport = 0\n", 2,
	    "port must be a whole number from "
	    "1 to 65535, not \"0\"");
}
END_TEST

START_TEST(a_word_that_is_none_is_refused_with_the_words)
{
	refused("[sale]\nmode = Auto\n", 2,
	    "mode must be one of refuse, "
	    "database, auto, not \"Auto\"");
	refused("[sale]\ndurable = 1\n", 2,
	    "durable must be yes or no (or "
	    "true, false, on, off), not \"1\"");
}
END_TEST

START_TEST(what_is_no_plain_text_is_refused)
{
	refused("[redis]\r\n", 1,
	    "control character 0x0D; the file must be "
	    "plain text with Unix line ends");
	refused("[redis]\nsocket = \xFF\n", 2, "the line must be UTF-8");
	given_bytes("main.conf", SPAN_LIT("[redis]\nsocket = a\0b\n"));
	refused_at(2,
	    "control character 0x00; the file must be plain text "
	    "with Unix line ends");
}
END_TEST

START_TEST(a_file_too_long_is_refused_as_a_whole)
{
	static char text[KIB(64) + 1];

	memset(text, '\n', sizeof(text));
	given_bytes("main.conf", (struct span){ text, KIB(64) });
	ck_assert_int_eq(read_it(), 0);
	given_bytes("main.conf", (struct span){ text, sizeof(text) });
	refused_at(0, "must not be longer than 65536 bytes");
}
END_TEST

START_TEST(a_missing_file_is_a_fault_that_says_which)
{
	struct values before = values;

	ck_assert_int_eq(read_it(), -ENOENT);
	ck_assert_str_eq(error.file, path_of("main.conf"));
	ck_assert_str_eq(error.text,
	    "cannot be read: No such file or "
	    "directory");
	ck_assert_int_eq(error.line, 0);
	ck_assert_mem_eq(&values, &before, sizeof(values));
}
END_TEST

START_TEST(a_folder_is_no_file)
{
	ck_assert_int_eq(mkdir(path_of("main.conf"), 0700), 0);
	ck_assert_int_eq(read_it(), -EISDIR);
}
END_TEST

START_TEST(drop_ins_win_in_the_order_of_their_names)
{
	given_file("conf.d/90-last.conf", "[sale]\nhold_s = 90\n");
	given_file("conf.d/10-first.conf",
	    "[sale]\nhold_s = 10\nmode = refuse\n");
	given_file("conf.d/Z.conf", "[redis]\nport = 2\n");
	given_file("conf.d/a.conf", "[redis]\nport = 3\n");
	ck_assert_int_eq(read_text("[sale]\nhold_s = 1\nmode = auto\n"
				   "durable = on\n"),
	    0);
	ck_assert_int_eq(values.hold_s, 90);
	ck_assert_int_eq(values.mode, 0);
	ck_assert(values.durable);
	ck_assert_int_eq(values.port, 3);
}
END_TEST

START_TEST(only_conf_files_that_are_not_hidden_drop_in)
{
	given_file("conf.d/a.conf.bak", "broken");
	given_file("conf.d/.a.conf", "broken");
	given_file("conf.d/.conf", "broken");
	given_file("conf.d/README", "broken");
	ck_assert_int_eq(read_text(""), 0);
}
END_TEST

START_TEST(a_broken_drop_in_is_named_with_its_line)
{
	given_file("conf.d/a.conf", "[sale]\n\nhold_s = x\n");
	ck_assert_int_eq(read_text(""), 1);
	ck_assert_str_eq(error.file, path_of("conf.d/a.conf"));
	ck_assert_int_eq(error.line, 3);
	ck_assert_int_eq(values.hold_s, 300);
}
END_TEST

START_TEST(what_does_not_fit_is_placed_where_it_was_set_last)
{
	given_file("conf.d/a.conf", "[redis]\nport = 2\n");
	given_file("conf.d/b.conf", "\n[redis]\nport = 3\n");
	ck_assert_int_eq(read_text("[redis]\nport = 1\n[sale]\nhold_s = 5\n"),
	    0);
	conf_blame(places, path_of("main.conf"), 1, 5, &error);
	ck_assert_str_eq(error.file, path_of("conf.d/b.conf"));
	ck_assert_int_eq(error.line, 3);
	conf_blame(places, path_of("main.conf"), 0, 5, &error);
	ck_assert_str_eq(error.file, path_of("main.conf"));
	ck_assert_int_eq(error.line, 4);
}
END_TEST

START_TEST(what_was_never_set_is_placed_in_the_file_as_a_whole)
{
	char sentence[CONF_SENTENCE_SIZE];

	ck_assert_int_eq(read_text("[redis]\nport = 1\n"), 0);
	conf_blame(places, "main.conf", 0, 5, &error);
	strcpy(error.text, "wrong");
	ck_assert_str_eq(conf_sentence(&error, sentence), "main.conf: wrong");
	conf_blame(places, "main.conf", 0, 1, &error);
	error.file[0] = 'x';
	ck_assert_ptr_nonnull(
	    strstr(conf_sentence(&error, sentence), "main.conf:2: wrong"));
}
END_TEST

START_TEST(a_drop_in_that_cannot_be_read_is_refused)
{
	ck_assert_int_eq(mkdir(path_of("conf.d/a.conf"), 0700), 0);
	ck_assert_int_eq(read_text(""), 1);
	ck_assert_str_eq(error.file, path_of("conf.d/a.conf"));
	ck_assert_str_eq(error.text, "cannot be read: Is a directory");
	ck_assert_int_eq(error.line, 0);
}
END_TEST

START_TEST(a_missing_drop_in_folder_is_fine_and_a_file_there_is_not)
{
	ck_assert_int_eq(rmdir(path_of("conf.d")), 0);
	ck_assert_int_eq(read_text("[sale]\nhold_s = 5\n"), 0);
	ck_assert_int_eq(values.hold_s, 5);
	given_file("conf.d", "");
	ck_assert_int_eq(read_it(), 1);
	ck_assert_str_eq(error.file, path_of("conf.d"));
	ck_assert_str_eq(error.text, "cannot be read: Not a directory");
}
END_TEST

START_TEST(a_path_without_a_folder_looks_beside_it)
{
	ck_assert_int_eq(chdir(folder), 0);
	given_file("conf.d/a.conf", "[sale]\nhold_s = 7\n");
	given_file("main.conf", "");
	ck_assert_int_eq(conf_read(rows, "main.conf", 0, &values,
			     sizeof(values), places, &error),
	    0);
	ck_assert_int_eq(values.hold_s, 7);
	ck_assert_int_eq(chdir("/"), 0);
}
END_TEST

START_TEST(a_secret_is_read_from_the_first_line_of_a_file)
{
	char text[256];

	given_file("secret", "  s3cret \nnot this\n");
	snprintf(text, sizeof(text), "[redis]\npassword = file:%s\n",
	    path_of("secret"));
	ck_assert_int_eq(read_text(text), 0);
	ck_assert_str_eq(values.password, "s3cret");
}
END_TEST

START_TEST(a_secret_is_read_from_the_credentials_of_the_service)
{
	given_file("redis-password", "cr3dential");
	setenv("CREDENTIALS_DIRECTORY", folder, 1);
	ck_assert_int_eq(
	    read_text("[redis]\npassword = credential:redis-password\n"), 0);
	ck_assert_str_eq(values.password, "cr3dential");
}
END_TEST

START_TEST(only_a_secret_is_looked_up_elsewhere)
{
	ck_assert_int_eq(read_text("[redis]\nsocket = file:/x\n"), 0);
	ck_assert_str_eq(values.socket, "file:/x");
}
END_TEST

START_TEST(a_secret_that_cannot_be_found_is_refused)
{
	unsetenv("CREDENTIALS_DIRECTORY");
	refused("[redis]\npassword = file:secret\n", 2,
	    "file: needs an absolute path behind it");
	refused("[redis]\npassword = file:/no/such\n", 2,
	    "the secret file "
	    "/no/such cannot be read: No such file or directory");
	refused("[redis]\npassword = credential:x\n", 2,
	    "credential: needs "
	    "$CREDENTIALS_DIRECTORY, which systemd sets for LoadCredential=");
	refused("[redis]\npassword = credential:../x\n", 2,
	    "credential: needs a plain file name behind it");
	refused("[redis]\npassword = credential:\n", 2,
	    "credential: needs a plain file name behind it");
	refused("[redis]\npassword = credential:..\n", 2,
	    "credential: needs a plain file name behind it");
}
END_TEST

START_TEST(a_secret_file_without_a_secret_is_refused)
{
	char text[256], want[256];
	static const struct span broken[] = { SPAN_LIT(""),
		SPAN_LIT("\nsecond\n"), SPAN_LIT("a\0b"), SPAN_LIT("\xFF") };

	snprintf(want, sizeof(want),
	    "the first line of %s must be the "
	    "secret, as text",
	    path_of("secret"));
	snprintf(text, sizeof(text), "[redis]\npassword = file:%s\n",
	    path_of("secret"));
	for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
		given_bytes("secret", broken[i]);
		refused(text, 2, want);
	}
}
END_TEST

START_TEST(a_refused_secret_is_not_shown)
{
	refused("[redis]\npassword = 12345678901234567890123456789012\n", 2,
	    "password must be at most 31 bytes long");
}
END_TEST

static const char *
written_by(void (*write_it)(FILE *out))
{
	static char text[8192];
	FILE *file = fmemopen(text, sizeof(text), "w");

	write_it(file);
	fclose(file);
	return text;
}

static void
print_values(FILE *out)
{
	conf_print(rows, &values, out);
}

static void
print_sample(FILE *out)
{
	conf_sample(rows, out);
}

static void
print_man(FILE *out)
{
	conf_man(rows, out);
}

START_TEST(print_shows_what_is_in_force_with_secrets_masked)
{
	ck_assert_int_eq(read_text("[redis]\npassword = s3cret\n[sale]\n"
				   "durable = on\n"),
	    0);
	ck_assert_str_eq(written_by(print_values),
	    "redis.socket = /run/r\n"
	    "redis.port = 6379\n"
	    "redis.password = ***\n"
	    "sale.durable = yes\n"
	    "sale.mode = database\n"
	    "sale.hold_s = 300\n");
}
END_TEST

START_TEST(print_shows_that_a_secret_is_not_set)
{
	ck_assert_ptr_nonnull(
	    strstr(written_by(print_values), "redis.password = \n"));
}
END_TEST

START_TEST(the_sample_says_all_about_each_setting)
{
	const char *text = written_by(print_sample);

	ck_assert_ptr_nonnull(strstr(text,
	    "\n[redis]\n\n"
	    "# Where Redis listens.\n"
	    "# Default: /run/r; needs a restart.\n"
	    "#socket = /run/r\n\n"
	    "# Its TCP port.\n"
	    "# Default: 6379; from 1 to 65535; taken over by a reload.\n"
	    "#port = 6379\n"));
	ck_assert_ptr_nonnull(strstr(text,
	    "# Default: none; may be file:/path or credential:NAME; taken "
	    "over by a reload.\n#password =\n"));
	ck_assert_ptr_nonnull(strstr(text,
	    "# Whether holds are written to the journal before they are "
	    "answered, which\n# costs a commit each.\n"
	    "# Default: no; yes or no; taken over by a reload.\n"));
	ck_assert_ptr_nonnull(strstr(text,
	    "# Default: database; one of refuse, database, auto; taken over "
	    "by a reload.\n"));
	ck_assert_ptr_nonnull(strstr(text,
	    "# Default: 300 s; from -10 to 3600; taken over by a reload.\n"
	    "#hold_s = 300\n"));
}
END_TEST

START_TEST(the_sample_is_a_valid_file_even_uncommented)
{
	struct values before = values;
	const char *text = written_by(print_sample);
	FILE *file;

	ck_assert_int_eq(read_text(text), 0);
	ck_assert_mem_eq(&values, &before, sizeof(values));
	file = fopen(path_of("main.conf"), "w");
	for (; *text != '\0'; text++)
		if (*text != '#' || text[1] == ' ')
			fputc(*text, file);
	fclose(file);
	ck_assert_int_eq(read_it(), 0);
	ck_assert_mem_eq(&values, &before, sizeof(values));
}
END_TEST

START_TEST(the_man_page_lists_every_section_and_key)
{
	const char *text = written_by(print_man);

	ck_assert_ptr_eq(strstr(text,
			     ".Ss [redis]\\&\n.Bl -tag -width Ds\n"
			     ".It Cm socket\nWhere Redis listens.\n"
			     "Default: /run/r; needs a restart.\n"),
	    text);
	ck_assert_ptr_nonnull(strstr(text, "\n\\&'Its' pass\\eword.\n"));
	ck_assert_ptr_nonnull(strstr(text, "\nHow long.\n\\&'Tis all.\n"));
	ck_assert_ptr_nonnull(strstr(text, ".El\n.Ss [sale]\\&\n"));
	ck_assert_str_eq(text + strlen(text) - 4, ".El\n");
}
END_TEST

START_TEST(equal_generations_have_no_difference)
{
	struct values other = values;
	const struct conf_row *fixed = rows;

	ck_assert_uint_eq(conf_diff(rows, &values, &other, &fixed), 0);
	ck_assert_ptr_null(fixed);
}
END_TEST

START_TEST(a_difference_tells_its_flags_and_the_first_fixed_row)
{
	struct values other = values;
	const struct conf_row *fixed;

	other.hold_s++;
	ck_assert_uint_eq(conf_diff(rows, &values, &other, &fixed),
	    CONF_RELOAD);
	ck_assert_ptr_null(fixed);
	other.port++;
	ck_assert_uint_eq(conf_diff(rows, &values, &other, &fixed),
	    CONF_RELOAD | CONF_STORE);
	ck_assert_ptr_null(fixed);
	strcpy(other.socket, "/other");
	ck_assert_uint_eq(conf_diff(rows, &values, &other, &fixed),
	    CONF_RELOAD | CONF_STORE);
	ck_assert_ptr_eq(fixed, &rows[0]);
}
END_TEST

START_TEST(a_shorter_string_leaves_nothing_of_the_longer_one)
{
	struct values other;
	const struct conf_row *fixed;

	ck_assert_int_eq(read_text("[redis]\nsocket = /a/long/one\n"), 0);
	given_file("conf.d/b.conf", "[redis]\nsocket = /run/r\n");
	ck_assert_int_eq(read_it(), 0);
	conf_defaults(rows, &other, sizeof(other));
	ck_assert_uint_eq(conf_diff(rows, &values, &other, &fixed), 0);
}
END_TEST

START_TEST(only_what_can_be_reloaded_is_taken_over)
{
	struct values other;

	ck_assert_int_eq(read_text("[redis]\nsocket = /new\nport = 7\n"
				   "[sale]\nmode = auto\n"),
	    0);
	conf_defaults(rows, &other, sizeof(other));
	conf_take_reloadable(rows, &other, &values);
	ck_assert_str_eq(other.socket, "/run/r");
	ck_assert_int_eq(other.port, 7);
	ck_assert_int_eq(other.mode, 2);
}
END_TEST

/* Nobody else opens its file, or minds what it is. */
START_TEST(a_secret_that_has_an_owner_is_read_by_him_alone)
{
	static const struct conf_row table[] = {
		{ "pay", "key", CONF_STRING, AT(password), "none",
		    .flags = CONF_SECRET | CONF_OWNER(1), .help = "A key." },
		{ .key = NULL },
	};

	given_file("main.conf", "[pay]\nkey = file:/no/such\n");
	for (unsigned who = 0; who <= CONF_OWNER(0); who += CONF_OWNER(0)) {
		ck_assert_int_eq(conf_read(table, path_of("main.conf"), who,
				     &values, sizeof(values), places, &error),
		    0);
		ck_assert_str_eq(values.password, "none");
	}
	ck_assert_int_eq(conf_read(table, path_of("main.conf"), CONF_OWNER(1),
			     &values, sizeof(values), places, &error),
	    1);
	given_file("main.conf", "[pay]\nkey = s3cret\n");
	ck_assert_int_eq(conf_read(table, path_of("main.conf"), CONF_OWNERS,
			     &values, sizeof(values), places, &error),
	    0);
	ck_assert_str_eq(values.password, "s3cret");
}
END_TEST

static const struct conf_row bad_rows[] = {
	{ "a", "b", CONF_INT, AT(port), "65536", 1, 65535 },
	{ "a", "b", CONF_BOOL, AT(durable), "" },
	{ "a", "b", CONF_ENUM, AT(mode), "never", .words = modes },
	{ "a", "b", CONF_STRING, AT(socket), "1234567890123456" },
	{ "a", "b", CONF_INT, AT(mode), "1", 1, 2 },
	{ "a", "b", CONF_ENUM, AT(port), "auto", .words = modes },
	{ "a", "b", CONF_STRING, sizeof(struct values) - 4, 8, "" },
	{ "a", "b", CONF_STRING, 0, 0, "" },
};

START_TEST(a_row_that_does_not_fit_itself_aborts)
{
	const struct conf_row table[] = { bad_rows[_i], { .key = NULL } };

	conf_defaults(table, &values, sizeof(values));
}
END_TEST

SUITE("conf")
{
	FIXTURE(given_a_folder, remove_it);
	TEST(the_defaults_are_what_the_table_says);
	TEST(an_empty_file_leaves_the_defaults);
	TEST(every_type_is_read);
	TEST(yes_and_no_have_three_words_each);
	TEST(a_string_fills_its_field_but_for_the_nul);
	TEST(a_value_may_be_set_empty);
	TEST(an_unknown_section_is_refused_with_those_there_are);
	TEST(an_unknown_key_is_refused_with_those_there_are);
	TEST(a_key_in_the_wrong_section_is_sent_to_its_own);
	TEST(a_doubled_key_names_the_line_of_the_first);
	TEST(a_key_before_any_section_is_refused);
	TEST(a_line_of_no_known_form_is_refused);
	TEST(a_number_out_of_range_is_refused_with_range_and_unit);
	TEST(a_word_that_is_none_is_refused_with_the_words);
	TEST(what_is_no_plain_text_is_refused);
	TEST(a_file_too_long_is_refused_as_a_whole);
	TEST(a_missing_file_is_a_fault_that_says_which);
	TEST(a_folder_is_no_file);
	TEST(drop_ins_win_in_the_order_of_their_names);
	TEST(only_conf_files_that_are_not_hidden_drop_in);
	TEST(a_broken_drop_in_is_named_with_its_line);
	TEST(what_does_not_fit_is_placed_where_it_was_set_last);
	TEST(what_was_never_set_is_placed_in_the_file_as_a_whole);
	TEST(a_drop_in_that_cannot_be_read_is_refused);
	TEST(a_missing_drop_in_folder_is_fine_and_a_file_there_is_not);
	TEST(a_path_without_a_folder_looks_beside_it);
	TEST(a_secret_is_read_from_the_first_line_of_a_file);
	TEST(a_secret_is_read_from_the_credentials_of_the_service);
	TEST(only_a_secret_is_looked_up_elsewhere);
	TEST(a_secret_that_cannot_be_found_is_refused);
	TEST(a_secret_file_without_a_secret_is_refused);
	TEST(a_refused_secret_is_not_shown);
	TEST(print_shows_what_is_in_force_with_secrets_masked);
	TEST(print_shows_that_a_secret_is_not_set);
	TEST(the_sample_says_all_about_each_setting);
	TEST(the_sample_is_a_valid_file_even_uncommented);
	TEST(the_man_page_lists_every_section_and_key);
	TEST(equal_generations_have_no_difference);
	TEST(a_difference_tells_its_flags_and_the_first_fixed_row);
	TEST(a_shorter_string_leaves_nothing_of_the_longer_one);
	TEST(only_what_can_be_reloaded_is_taken_over);
	TEST(a_secret_that_has_an_owner_is_read_by_him_alone);
	TEST_LOOP_ABORTS(a_row_that_does_not_fit_itself_aborts,
	    ARRAY_LEN(bad_rows));
}
