/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/address.h"
#include "tests/support/suite.h"

static struct arena a;

static void
open_arena(void)
{
	arena_init(&a, (size_t)KIB(64));
}

static void
close_arena(void)
{
	arena_fini(&a);
}

static const char *
subscriber(const char *address)
{
	return arena_str(&a, address_subscriber(&a, span_str(address)));
}

static bool
one_network(const char *one, const char *other)
{
	return address_network(&a, span_str(one))
	    == address_network(&a, span_str(other));
}

START_TEST(an_ipv4_address_is_a_subscriber)
{
	ck_assert_str_eq(subscriber("192.0.2.7"), "192.0.2.7");
	ck_assert_str_ne(subscriber("192.0.2.7"), subscriber("192.0.2.8"));
}
END_TEST

START_TEST(an_ipv6_slash_64_is_a_subscriber)
{
	ck_assert_str_eq(subscriber("2001:db8:0:1::1"),
	    subscriber("2001:DB8:0:1:ffff::2"));
	ck_assert_str_ne(subscriber("2001:db8:0:1::1"),
	    subscriber("2001:db8:0:2::1"));
}
END_TEST

START_TEST(a_mapped_address_is_its_ipv4_address)
{
	static const char *const mapped[] = { "::ffff:192.0.2.7",
		"::FFFF:192.0.2.7", "::ffff:c000:207",
		"0:0:0:0:0:ffff:192.0.2.7" };

	for (size_t i = 0; i < ARRAY_LEN(mapped); i++) {
		ck_assert_str_eq(subscriber(mapped[i]), "192.0.2.7");
		ck_assert(one_network(mapped[i], "192.0.2.9"));
	}
	ck_assert_str_ne(subscriber("::192.0.2.7"), "192.0.2.7");
}
END_TEST

START_TEST(a_network_is_a_slash_24_or_a_slash_64)
{
	ck_assert(one_network("192.0.2.7", "192.0.2.255"));
	ck_assert(!one_network("192.0.2.7", "192.0.3.7"));
	ck_assert(one_network("2001:db8::1", "2001:db8::ffff:1"));
	ck_assert(!one_network("2001:db8::1", "2001:db8:0:1::1"));
}
END_TEST

START_TEST(what_is_no_address_is_itself)
{
	ck_assert_str_eq(subscriber("unix:"), "unix:");
	ck_assert_str_eq(subscriber(""), "");
	ck_assert_str_eq(subscriber("192.0.2"), "192.0.2");
	ck_assert(one_network("unix:", "unix:"));
	ck_assert(!one_network("unix:", "127.0.0.1"));
	(void)address_network(&a, SPAN_NONE);
}
END_TEST

START_TEST(a_prefix_tells_no_person)
{
	static const char *const prefixes[][2] = {
		{ "192.0.2.7", "192.0.2.0/24" },
		{ "::ffff:192.0.2.7", "192.0.2.0/24" },
		{ "2001:db8:1:2:3:4:5:6", "2001:db8:1::/48" },
	};

	for (size_t i = 0; i < ARRAY_LEN(prefixes); i++)
		ck_assert_str_eq(
		    arena_str(&a, address_prefix(&a, span_str(prefixes[i][0]))),
		    prefixes[i][1]);
	ck_assert(!span_is(address_prefix(&a, SPAN_LIT("unix:"))));
}
END_TEST

SUITE("address")
{
	FIXTURE(open_arena, close_arena);
	TEST(an_ipv4_address_is_a_subscriber);
	TEST(an_ipv6_slash_64_is_a_subscriber);
	TEST(a_mapped_address_is_its_ipv4_address);
	TEST(a_network_is_a_slash_24_or_a_slash_64);
	TEST(what_is_no_address_is_itself);
	TEST(a_prefix_tells_no_person);
}
