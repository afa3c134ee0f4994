/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/net.h"
#include "tests/support/suite.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

static union {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_un un;
} to;

static const struct sockaddr *
address(const char *text)
{
	memset(&to, 0, sizeof(to));
	if (inet_pton(AF_INET, text, &to.in.sin_addr) == 1) {
		to.in.sin_family = AF_INET;
		return &to.any;
	}
	ck_assert_int_eq(inet_pton(AF_INET6, text, &to.in6.sin6_addr), 1);
	to.in6.sin6_family = AF_INET6;
	return &to.any;
}

START_TEST(what_is_no_host_of_the_internet_is_not_public)
{
	static const char *const kept[] = {
		"0.0.0.0",
		"0.1.2.3",
		"10.0.0.1",
		"10.255.255.255",
		"100.64.0.1",
		"100.100.100.200",
		"100.127.255.255",
		"127.0.0.1",
		"127.255.255.254",
		"168.63.129.16",
		"169.254.0.1",
		"169.254.169.254",
		"172.16.0.1",
		"172.31.255.255",
		"192.0.0.192",
		"192.0.2.1",
		"192.88.99.1",
		"192.168.0.1",
		"198.18.0.1",
		"198.19.255.255",
		"198.51.100.1",
		"203.0.113.1",
		"224.0.0.1",
		"239.1.1.1",
		"240.0.0.1",
		"255.255.255.255",
		/* nowhere, here */
		"::",
		"::1",
		/* IPv4 in all its other spellings */
		"::127.0.0.1",
		"::ffff:127.0.0.1",
		"::ffff:10.0.0.1",
		"::ffff:169.254.169.254",
		"::ffff:8.8.8.8",
		"::ffff:0:127.0.0.1",
		"64:ff9b::127.0.0.1",
		"64:ff9b::8.8.8.8",
		"64:ff9b:1::10.0.0.1",
		"2002:7f00:1::",
		"2002:a00:1::1",
		"2001::1",
		"2001:0:53aa:64c::1",
		/* private, link-local, site-local, metadata, multicast */
		"fc00::1",
		"fd00:ec2::254",
		"fdff::1",
		"fe80::1",
		"febf::1",
		"fec0::1",
		"ff02::1",
		"ff0e::1",
		"100::1",
		"2001:db8::1",
		"3fff::1",
		"5f00::1",
		"4000::1",
		"1fff::1",
	};

	for (size_t i = 0; i < ARRAY_LEN(kept); i++)
		ck_assert_msg(!net_is_public(address(kept[i])), "%s", kept[i]);
	to.un.sun_family = AF_UNIX;
	ck_assert(!net_is_public(&to.any));
}
END_TEST

START_TEST(hosts_of_the_internet_are_public)
{
	static const char *const all[] = { "1.1.1.1", "8.8.8.8",
		"9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
		"126.255.255.255", "128.0.0.1", "168.63.129.15",
		"169.253.255.255", "169.255.0.0", "172.15.255.255",
		"172.32.0.0", "192.0.1.0", "192.167.255.255", "192.169.0.0",
		"198.17.255.255", "198.20.0.0", "223.255.255.255",
		"2001:200::1", "2001:4860:4860::8888", "2606:4700::1111",
		"2a00:1450::1", "3ffe::1" };

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		ck_assert_msg(net_is_public(address(all[i])), "%s", all[i]);
}
END_TEST

START_TEST(nets_have_their_addresses_alone)
{
	struct nets nets;

	ck_assert(
	    nets_read(SPAN_LIT("10.1.2.0/23  fd12::/15 127.0.0.2"), &nets));
	ck_assert_uint_eq(nets.n, 3);
	ck_assert(nets_have(&nets, address("10.1.2.1")));
	ck_assert(nets_have(&nets, address("10.1.3.255")));
	ck_assert(!nets_have(&nets, address("10.1.4.0")));
	ck_assert(!nets_have(&nets, address("10.1.1.255")));
	ck_assert(nets_have(&nets, address("fd12::1")));
	ck_assert(nets_have(&nets, address("fd13::1")));
	ck_assert(!nets_have(&nets, address("fd14::1")));
	ck_assert(nets_have(&nets, address("127.0.0.2")));
	ck_assert(!nets_have(&nets, address("127.0.0.1")));
	ck_assert(!nets_have(&nets, address("::ffff:10.1.2.1")));
	ck_assert(nets_read(SPAN_LIT("0.0.0.0/0 ::/0"), &nets));
	ck_assert(nets_have(&nets, address("127.0.0.1")));
	ck_assert(nets_have(&nets, address("::1")));
	ck_assert(nets_read(SPAN_LIT(""), &nets));
	ck_assert(!nets_have(&nets, address("127.0.0.1")));
}
END_TEST

START_TEST(what_is_no_net_is_refused)
{
	static const char *const wrong[] = { "10.0.0.0/33", "10.0.0.0/-1",
		"10.0.0.0/", "10.0.0/8", "localhost", "::1/129", "::g", "/8",
		"10.0.0.0/8,10.0.0.0/8", "10.0.0.0/8 x",
		"1111:1111:1111:1111:1111:1111:1111:1111:1111:1111:1111" };
	struct nets nets;

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		ck_assert_msg(!nets_read(span_str(wrong[i]), &nets), "%s",
		    wrong[i]);
	ck_assert(!nets_read(SPAN_LIT("::1 ::1 ::1 ::1 ::1 ::1 ::1 ::1 ::1 ::1"
				      " ::1 ::1 ::1 ::1 ::1 ::1 ::1"),
	    &nets));
}
END_TEST

SUITE("net")
{
	TEST(what_is_no_host_of_the_internet_is_not_public);
	TEST(hosts_of_the_internet_are_public);
	TEST(nets_have_their_addresses_alone);
	TEST(what_is_no_net_is_refused);
}
