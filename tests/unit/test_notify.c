/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/notify.h"
#include "base/log.h"
#include "tests/support/suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char folder[] = "/tmp/bo-notify-XXXXXX";
static char path[100];
static int supervisor;
static char heard[2048];

static void
given_a_supervisor(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/notify", folder);
	strcpy(at.sun_path, path);
	supervisor = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	ck_assert_int_eq(bind(supervisor, (void *)&at, sizeof(at)), 0);
	setenv("NOTIFY_SOCKET", path, 1);
}

static void
remove_it(void)
{
	unlink(path);
	rmdir(folder);
}

static const char *
next_message(void)
{
	ssize_t n = recv(supervisor, heard, sizeof(heard) - 1, 0);

	heard[MAX(n, 0)] = '\0';
	return n < 0 ? NULL : heard;
}

START_TEST(a_state_arrives_as_one_datagram)
{
	notify_send("READY=1\nSTATUS=%d workers", 4);
	notify_send("STOPPING=1");
	ck_assert_str_eq(next_message(), "READY=1\nSTATUS=4 workers");
	ck_assert_str_eq(next_message(), "STOPPING=1");
	ck_assert_ptr_null(next_message());
}
END_TEST

START_TEST(an_at_sign_means_an_abstract_name)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	socklen_t len;
	char name[64];

	len = (socklen_t)(offsetof(struct sockaddr_un, sun_path)
	    + (size_t)snprintf(name, sizeof(name), "@bo-notify-%d", getpid()));
	memcpy(at.sun_path, name, sizeof(name));
	at.sun_path[0] = '\0';
	close(supervisor);
	supervisor = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	ck_assert_int_eq(bind(supervisor, (void *)&at, len), 0);
	setenv("NOTIFY_SOCKET", name, 1);
	notify_send("READY=1");
	ck_assert_str_eq(next_message(), "READY=1");
}
END_TEST

START_TEST(without_a_supervisor_nothing_is_sent)
{
	unsetenv("NOTIFY_SOCKET");
	notify_send("READY=1");
	ck_assert_ptr_null(next_message());
	ck_assert_uint_eq(log_n_dropped(), 0);
}
END_TEST

static const char *const bad_sockets[] = { "", "@", "/", "relative",
	"/nowhere/at/all",
	("/0123456789/0123456789/0123456789/0123456789/0123456789/"
	 "0123456789/0123456789/0123456789/0123456789/0123456789") };

START_TEST(a_socket_that_cannot_be_reached_is_logged_and_endured)
{
	char line[512];
	int fds[2];

	ck_assert_int_eq(pipe2(fds, O_NONBLOCK), 0);
	dup2(fds[1], STDERR_FILENO);
	setenv("NOTIFY_SOCKET", bad_sockets[_i], 1);
	notify_send("READY=1");
	ck_assert_int_gt(read(fds[0], line, sizeof(line)), 0);
	ck_assert_ptr_nonnull(strstr(line, "\"fact\":\"notify-failed\""));
	ck_assert_ptr_null(next_message());
}
END_TEST

START_TEST(a_long_state_is_cut_and_no_descriptor_leaks)
{
	int before = dup(0), after;

	close(before);
	notify_send("STATUS=%0*d", 5000, 1);
	after = dup(0);
	ck_assert_int_eq(after, before);
	ck_assert_uint_eq(strlen(next_message()), 1023);
}
END_TEST

static void
given_a_watchdog(const char *usec, const char *pid)
{
	setenv("WATCHDOG_USEC", usec, 1);
	if (pid != NULL)
		setenv("WATCHDOG_PID", pid, 1);
	else
		unsetenv("WATCHDOG_PID");
}

START_TEST(the_watchdog_is_fed_twice_as_often_as_it_bites)
{
	char pid[16];

	snprintf(pid, sizeof(pid), "%d", getpid());
	given_a_watchdog("30000000", NULL);
	ck_assert_int_eq(notify_watchdog_ms(), 15000);
	given_a_watchdog("30000000", pid);
	ck_assert_int_eq(notify_watchdog_ms(), 15000);
	given_a_watchdog("10", NULL);
	ck_assert_int_eq(notify_watchdog_ms(), 1);
}
END_TEST

START_TEST(somebody_elses_watchdog_is_not_ours)
{
	given_a_watchdog("30000000", "1");
	ck_assert_int_eq(notify_watchdog_ms(), 0);
}
END_TEST

START_TEST(no_watchdog_or_a_broken_one_is_none)
{
	unsetenv("WATCHDOG_PID");
	unsetenv("WATCHDOG_USEC");
	ck_assert_int_eq(notify_watchdog_ms(), 0);
	given_a_watchdog("0", NULL);
	ck_assert_int_eq(notify_watchdog_ms(), 0);
	given_a_watchdog("soon", NULL);
	ck_assert_int_eq(notify_watchdog_ms(), 0);
	given_a_watchdog("1000000", "me");
	ck_assert_int_eq(notify_watchdog_ms(), 0);
}
END_TEST

SUITE("notify")
{
	FIXTURE(given_a_supervisor, remove_it);
	TEST(a_state_arrives_as_one_datagram);
	TEST(an_at_sign_means_an_abstract_name);
	TEST(without_a_supervisor_nothing_is_sent);
	TEST_LOOP(a_socket_that_cannot_be_reached_is_logged_and_endured,
	    ARRAY_LEN(bad_sockets));
	TEST(a_long_state_is_cut_and_no_descriptor_leaks);
	TEST(the_watchdog_is_fed_twice_as_often_as_it_bites);
	TEST(somebody_elses_watchdog_is_not_ours);
	TEST(no_watchdog_or_a_broken_one_is_none);
}
