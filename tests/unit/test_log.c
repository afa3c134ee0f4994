/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/clock.h"
#include "base/log.h"
#include "base/utf8.h"
#include "tests/support/suite.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int fds[2]; /* what we read, what stands for stderr */
static char text[KIB(64)];

static void
given_standard_error_is(int fd)
{
	ck_assert_int_eq(dup2(fd, STDERR_FILENO), STDERR_FILENO);
	log_open("boxoffice-test", LOG_INFO);
}

static void
given_a_pipe(void)
{
	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(fcntl(fds[0], F_SETFL, O_NONBLOCK), 0);
	given_standard_error_is(fds[1]);
	clock_fake(INT64_C(1795289400007));
}

/* All that was logged since the last look. */
static const char *
logged(void)
{
	ssize_t n = read(fds[0], text, sizeof(text) - 1);

	text[MAX(n, 0)] = '\0';
	return text;
}

static bool
has(const char *line, const char *part)
{
	return strstr(line, part) != NULL;
}

static void
fill_the_pipe(void)
{
	static const char junk[PIPE_BUF];

	ck_assert_int_eq(fcntl(fds[1], F_SETFL, O_NONBLOCK), 0);
	while (write(fds[1], junk, sizeof(junk)) > 0)
		;
	ck_assert_int_eq(errno, EAGAIN);
	/* The writer before us is a blocking one, as in real life. */
	ck_assert_int_eq(fcntl(fds[1], F_SETFL, 0), 0);
}

START_TEST(a_line_says_when_what_and_by_whom)
{
	char want[256];

	LOG(INFO, "worker-started");
	snprintf(want, sizeof(want),
	    "{\"at\":\"2026-11-21T19:30:00.007Z\","
	    "\"level\":\"info\",\"program\":\"boxoffice-test\",\"pid\":%d,"
	    "\"fact\":\"worker-started\"}\n",
	    getpid());
	ck_assert_str_eq(logged(), want);
}
END_TEST

START_TEST(every_kind_of_field_is_json)
{
	LOG(ERROR, "fact", LSTR("s", "a\"b"), LSTR("none", NULL),
	    LSPAN("p", SPAN_LIT("x\ny")), LSPAN("absent", SPAN_NONE),
	    LINT("i", INT64_MIN), LREAL("r", 0.25), LREAL("nan", NAN),
	    LREAL("inf", INFINITY), LBOOL("t", true), LBOOL("f", false));
	ck_assert(has(logged(), "\"level\":\"error\""));
	ck_assert(has(text,
	    "\"fact\":\"fact\",\"s\":\"a\\\"b\",\"none\":null,"
	    "\"p\":\"x\\ny\",\"absent\":null,\"i\":-9223372036854775808,"
	    "\"r\":0.25,\"nan\":null,\"inf\":null,\"t\":true,\"f\":false}\n"));
}
END_TEST

START_TEST(bad_utf8_is_replaced_and_no_byte_breaks_the_line)
{
	LOG(INFO, "fact", LSTR("v", "a\xFF\n\r\x01z"));
	ck_assert(has(logged(), "\"v\":\"a\uFFFD\\n\\r\\u0001z\""));
	ck_assert_ptr_eq(strchr(text, '\n'), text + strlen(text) - 1);
}
END_TEST

START_TEST(a_long_value_is_cut_at_a_kibibyte)
{
	char value[3 * 700 + 1];

	for (int i = 0; i < 700; i++)
		memcpy(value + 3 * i, "좌", 4);
	LOG(INFO, "fact", LSTR("v", value), LINT("after", 1));
	/* 341 whole characters of three bytes are the most in 1,024. */
	ck_assert_uint_eq(
	    (size_t)(strstr(logged(), "\",\"after\":1}") - strstr(text, "좌")),
	    3 * 341);
}
END_TEST

START_TEST(fields_that_do_not_fit_are_left_out_whole)
{
	char value[1025];

	memset(value, 'v', 1024);
	value[1024] = '\0';
	LOG(INFO, "fact", LSTR("a", value), LSTR("b", value), LSTR("c", value),
	    LSTR("d", value), LINT("e", 5));
	ck_assert_uint_le(strlen(logged()), PIPE_BUF);
	ck_assert(has(text, "\"c\":\"vvv"));
	ck_assert(!has(text, "\"d\":"));
	ck_assert(has(text, "\"e\":5,\"cut\":true}\n"));
}
END_TEST

START_TEST(a_line_of_nothing_but_escapes_still_fits)
{
	char value[1025];

	memset(value, '\x01', 1024);
	value[1024] = '\0';
	LOG(INFO, "fact", LSTR("a", value));
	ck_assert(has(logged(), "\"fact\":\"fact\",\"cut\":true}\n"));
}
END_TEST

START_TEST(what_is_less_important_than_the_level_is_not_written)
{
	LOG(DEBUG, "hidden");
	ck_assert_str_eq(logged(), "");
	log_set_level(LOG_DEBUG);
	LOG(DEBUG, "shown");
	ck_assert(has(logged(), "\"fact\":\"shown\""));
	log_set_level(LOG_ERROR);
	LOG(WARN, "hidden");
	ck_assert_str_eq(logged(), "");
}
END_TEST

START_TEST(the_request_id_is_on_every_line_until_it_is_cleared)
{
	char id[] = "req-1";

	log_set_request(span_str(id));
	id[0] = 'x';
	LOG(INFO, "one", LINT("n", 1));
	ck_assert(has(logged(),
	    "\"fact\":\"one\",\"request_id\":\"req-1\","
	    "\"n\":1}"));
	log_set_request(SPAN_NONE);
	LOG(INFO, "two");
	ck_assert(has(logged(), "\"fact\":\"two\"}"));
}
END_TEST

START_TEST(the_trace_stands_behind_the_request_id)
{
	log_set_request(SPAN_LIT("req-1"));
	log_set_trace(SPAN_LIT("4bf92f3577b34da6a3ce929d0e0e4736"));
	LOG(INFO, "one");
	log_set_trace(SPAN_NONE);
	log_set_request(SPAN_NONE);
	ck_assert(has(logged(),
	    "\"request_id\":\"req-1\","
	    "\"trace_id\":\"4bf92f3577b34da6a3ce929d0e0e4736\"}"));
}
END_TEST

START_TEST(a_long_request_id_is_cut_at_64_bytes)
{
	char id[100];

	memset(id, 'r', sizeof(id));
	log_set_request((struct span){ id, sizeof(id) });
	LOG(INFO, "fact");
	ck_assert_uint_eq(strspn(strstr(logged(), "rr"), "r"), 64);
}
END_TEST

START_TEST(a_full_pipe_drops_the_line_and_does_not_wait)
{
	fill_the_pipe();
	ck_assert_uint_eq(log_n_dropped(), 0);
	LOG(INFO, "lost");
	LOG(INFO, "lost");
	ck_assert_uint_eq(log_n_dropped(), 2);
	while (strlen(logged()) == 0 && read(fds[0], text, sizeof(text)) > 0)
		;
	LOG(INFO, "kept");
	ck_assert(has(logged(), "\"fact\":\"kept\""));
	ck_assert_uint_eq(log_n_dropped(), 2);
}
END_TEST

START_TEST(a_full_socket_drops_the_line_and_does_not_wait)
{
	int pair[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	given_standard_error_is(pair[1]);
	while (log_n_dropped() == 0)
		LOG(INFO, "fact");
	ck_assert_uint_eq(log_n_dropped(), 1);
}
END_TEST

START_TEST(a_closed_pipe_costs_lines_and_nothing_else)
{
	signal(SIGPIPE, SIG_IGN);
	close(fds[0]);
	LOG(INFO, "lost");
	ck_assert_uint_eq(log_n_dropped(), 1);
}
END_TEST

START_TEST(a_file_is_written_as_a_pipe_is)
{
	FILE *file = tmpfile();

	given_standard_error_is(fileno(file));
	LOG(INFO, "one");
	LOG(INFO, "two");
	rewind(file);
	ck_assert_ptr_nonnull(fgets(text, sizeof(text), file));
	ck_assert(has(text, "\"fact\":\"one\"}\n"));
	ck_assert_ptr_nonnull(fgets(text, sizeof(text), file));
	ck_assert(has(text, "\"fact\":\"two\"}\n"));
	ck_assert_uint_eq(log_n_dropped(), 0);
	fclose(file);
}
END_TEST

START_TEST(lines_of_two_processes_never_mix)
{
	static const char a[] = "aaaaaaaa", b[] = "bbbbbbbb";
	char value[1001];
	pid_t pid = fork();
	const char *line = text;

	memset(value, pid == 0 ? 'a' : 'b', 1000);
	value[1000] = '\0';
	for (int i = 0; i < 8; i++)
		LOG(INFO, "fact", LSTR("1", value), LSTR("2", value),
		    LSTR("3", value));
	if (pid == 0)
		_exit(log_n_dropped() == 0 ? 0 : 1);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	logged();
	for (int n = 0; *line != '\0'; n++) {
		char *end = strchr(line, '\n');

		ck_assert_int_lt(n, 16);
		*end = '\0';
		ck_assert_int_eq(line[0], '{');
		ck_assert_int_eq(end[-1], '}');
		ck_assert(has(line, a) != has(line, b));
		line = end + 1;
	}
}
END_TEST

static int
n_lines(const char *lines)
{
	int n = 0;

	while ((lines = strchr(lines, '\n')) != NULL) {
		lines++;
		n++;
	}
	return n;
}

START_TEST(lines_that_are_kept_go_out_together_and_before_any_other)
{
	log_keep();
	ck_assert(!log_is_kept(INT64_MAX));
	LOG(INFO, "first");
	LOG(INFO, "second");
	ck_assert_str_eq(logged(), "");
	ck_assert(log_is_kept(INT64_MAX));
	ck_assert(!log_is_kept(0));
	LOG(WARN, "third");
	ck_assert_int_eq(n_lines(logged()), 3);
	ck_assert(strstr(text, "first") < strstr(text, "second"));
	ck_assert(strstr(text, "second") < strstr(text, "third"));
	LOG(INFO, "fourth");
	log_flush();
	ck_assert(has(logged(), "fourth"));
	ck_assert(!log_is_kept(INT64_MAX));
	log_flush();
	ck_assert_str_eq(logged(), "");
}
END_TEST

START_TEST(no_more_is_kept_than_a_pipe_takes_at_once)
{
	int n = 0;

	log_keep();
	do {
		LOG(INFO, "fact", LINT("n", n));
		n++;
	} while (logged()[0] == '\0');
	ck_assert_uint_le(strlen(text), PIPE_BUF);
	ck_assert_int_eq(n_lines(text), n - 1);
	log_flush();
	ck_assert_int_eq(n_lines(logged()), 1);
}
END_TEST

START_TEST(what_is_kept_and_cannot_be_written_is_counted)
{
	log_keep();
	LOG(INFO, "fact");
	LOG(INFO, "fact");
	fill_the_pipe();
	log_flush();
	ck_assert_uint_eq(log_n_dropped(), 2);
}
END_TEST

START_TEST(a_child_writes_nothing_of_what_its_parent_has_kept)
{
	pid_t child;

	log_keep();
	LOG(INFO, "fact");
	child = fork();
	if (child == 0) {
		log_flush();
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
	ck_assert_str_eq(logged(), "");
	log_flush();
	ck_assert_int_eq(n_lines(logged()), 1);
}
END_TEST

START_TEST(logging_leaves_errno_alone)
{
	close(STDERR_FILENO);
	errno = ENOENT;
	LOG(ERROR, "fact");
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_uint_eq(log_n_dropped(), 1);
}
END_TEST

START_TEST(to_die_is_to_log_and_to_abort)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		DIE("out-of-memory", LINT("wanted", 7));
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), SIGABRT);
	ck_assert(has(logged(), "\"level\":\"error\""));
	ck_assert(has(text, "\"fact\":\"out-of-memory\",\"wanted\":7}"));
}
END_TEST

START_TEST(an_assertion_that_fails_is_a_line_too)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		assert(pid != 0 && "a \"quoted\" reason");
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), SIGABRT);
	ck_assert_int_eq(strncmp(logged(), "{\"at\":", 6), 0);
	ck_assert(has(text,
	    "\"fact\":\"assertion-failed\",\"assertion\":"
	    "\"pid != 0 && \\\"a"));
	ck_assert(has(text, "test_log.c\",\"line\":"));
	ck_assert_ptr_eq(strchr(text, '\n') + 1, text + strlen(text));
}
END_TEST

SUITE("log")
{
	FIXTURE(given_a_pipe, NULL);
	TEST(a_line_says_when_what_and_by_whom);
	TEST(every_kind_of_field_is_json);
	TEST(bad_utf8_is_replaced_and_no_byte_breaks_the_line);
	TEST(a_long_value_is_cut_at_a_kibibyte);
	TEST(fields_that_do_not_fit_are_left_out_whole);
	TEST(a_line_of_nothing_but_escapes_still_fits);
	TEST(what_is_less_important_than_the_level_is_not_written);
	TEST(the_request_id_is_on_every_line_until_it_is_cleared);
	TEST(the_trace_stands_behind_the_request_id);
	TEST(a_long_request_id_is_cut_at_64_bytes);
	TEST(a_full_pipe_drops_the_line_and_does_not_wait);
	TEST(a_full_socket_drops_the_line_and_does_not_wait);
	TEST(a_closed_pipe_costs_lines_and_nothing_else);
	TEST(a_file_is_written_as_a_pipe_is);
	TEST(lines_of_two_processes_never_mix);
	TEST(lines_that_are_kept_go_out_together_and_before_any_other);
	TEST(no_more_is_kept_than_a_pipe_takes_at_once);
	TEST(what_is_kept_and_cannot_be_written_is_counted);
	TEST(a_child_writes_nothing_of_what_its_parent_has_kept);
	TEST(logging_leaves_errno_alone);
	TEST(to_die_is_to_log_and_to_abort);
	TEST(an_assertion_that_fails_is_a_line_too);
}
