/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * net - nets of addresses, and which addresses are anybody's to reach
 *
 * An address that a stranger names, by number or by a name of his, must not
 * lead into the house's own network. Only what the registries give to hosts of
 * the internet is public; of IPv6 that is 2000::/3, so that no spelling of an
 * IPv4 address (mapped, NAT64) is.
 *
 * Sources: IANA IPv4 and IPv6 Special-Purpose Address Registries, RFC 4291
 * 2.5.5.2 (mapped), RFC 6052 and RFC 8215 (NAT64), RFC 3056 (6to4), RFC 4380
 * (Teredo), RFC 3927 (link-local, where clouds have their metadata).
 *
 * Layer: base.  Uses: span.
 */
#ifndef BASE_NET_H
#define BASE_NET_H

#include "base/span.h"

struct sockaddr;

#define NETS_MAX 16

struct net {
	int family;        /* AF_INET, AF_INET6 */
	uint8_t bytes[16]; /* 4 or 16 of them */
	int bits;
};

struct nets {
	struct net items[NETS_MAX];
	size_t n;
};

/* "10.1.0.0/16 fd00::/8", an address alone is a net of itself. returns:
 * whether all of it could be read, NETS_MAX at most */
bool nets_read(struct span text, struct nets *out) MUST_CHECK;
/* Whether one of them has the address; a net of one family has none of the
 * other. */
bool nets_have(const struct nets *nets, const struct sockaddr *address);

/* Whether an address is a host's of the internet. False for other families. */
bool net_is_public(const struct sockaddr *address);

#endif
