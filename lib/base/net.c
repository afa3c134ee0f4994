/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * net - nets of addresses, and which addresses are anybody's to reach
 *
 * Layer: base.  Uses: span.
 */
#include "base/net.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

/* Of IPv4 all but these are public. */
static const struct net kept4[] = {
	{ AF_INET, { 0 }, 8 },                 /* this network */
	{ AF_INET, { 10 }, 8 },                /* private */
	{ AF_INET, { 100, 64 }, 10 },          /* shared by carriers */
	{ AF_INET, { 127 }, 8 },               /* loopback */
	{ AF_INET, { 168, 63, 129, 16 }, 32 }, /* a cloud's metadata */
	{ AF_INET, { 169, 254 }, 16 },         /* link-local, metadata */
	{ AF_INET, { 172, 16 }, 12 },          /* private */
	{ AF_INET, { 192, 0, 0 }, 24 },        /* protocols */
	{ AF_INET, { 192, 0, 2 }, 24 },        /* documentation */
	{ AF_INET, { 192, 88, 99 }, 24 },      /* 6to4 relays */
	{ AF_INET, { 192, 168 }, 16 },         /* private */
	{ AF_INET, { 198, 18 }, 15 },          /* benchmarks */
	{ AF_INET, { 198, 51, 100 }, 24 },     /* documentation */
	{ AF_INET, { 203, 0, 113 }, 24 },      /* documentation */
	{ AF_INET, { 224 }, 3 },               /* multicast, reserved */
};

static const struct net global6 = { AF_INET6, { 0x20 }, 3 };
/* Of that all but these. */
static const struct net kept6[] = {
	{ AF_INET6, { 0x20, 0x01 }, 23 },             /* protocols, Teredo */
	{ AF_INET6, { 0x20, 0x01, 0x0d, 0xb8 }, 32 }, /* documentation */
	{ AF_INET6, { 0x20, 0x02 }, 16 },             /* 6to4 */
	{ AF_INET6, { 0x3f, 0xff }, 20 },             /* documentation */
};

/* NULL: of neither family. */
static const uint8_t *
bytes_of(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET)
		return (const uint8_t *)&(
		    (const struct sockaddr_in *)(const void *)address)
		    ->sin_addr;
	if (address->sa_family == AF_INET6)
		return (const uint8_t *)&(
		    (const struct sockaddr_in6 *)(const void *)address)
		    ->sin6_addr;
	return NULL;
}

static bool
has(const struct net *net, int family, const uint8_t *bytes)
{
	size_t whole = (size_t)net->bits / 8;
	int rest = net->bits % 8;

	if (net->family != family || memcmp(net->bytes, bytes, whole) != 0)
		return false;
	return rest == 0
	    || (net->bytes[whole] ^ bytes[whole]) >> (8 - rest) == 0;
}

static bool
one_has(const struct net *items, size_t n, const struct sockaddr *address)
{
	const uint8_t *bytes = bytes_of(address);

	for (size_t i = 0; bytes != NULL && i < n; i++)
		if (has(&items[i], address->sa_family, bytes))
			return true;
	return false;
}

bool
net_is_public(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET)
		return !one_has(kept4, ARRAY_LEN(kept4), address);
	return one_has(&global6, 1, address)
	    && !one_has(kept6, ARRAY_LEN(kept6), address);
}

bool
nets_have(const struct nets *nets, const struct sockaddr *address)
{
	return one_has(nets->items, nets->n, address);
}

static bool
read_net(struct span text, struct net *out)
{
	char address[INET6_ADDRSTRLEN];
	struct span rest = text, first = span_cut(&rest, '/');
	int64_t bits;

	if (first.len == 0 || first.len >= sizeof(address))
		return false;
	SPAN_COPY(address, first);
	memset(out, 0, sizeof(*out));
	out->family = memchr(first.p, ':', first.len) == NULL ? AF_INET
							      : AF_INET6;
	if (inet_pton(out->family, address, out->bytes) != 1)
		return false;
	bits = out->family == AF_INET ? 32 : 128;
	if (span_is(rest)) {
		int64_t most = bits;

		if (!span_to_i64(rest, &bits) || bits < 0 || bits > most)
			return false;
	}
	out->bits = (int)bits;
	return true;
}

bool
nets_read(struct span text, struct nets *out)
{
	out->n = 0;
	while (text.len > 0) {
		struct span one = span_cut(&text, ' ');

		if (one.len == 0)
			continue;
		if (out->n == NETS_MAX || !read_net(one, &out->items[out->n]))
			return false;
		out->n++;
	}
	return true;
}
