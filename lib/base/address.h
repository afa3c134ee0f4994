/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * address - who asks, as far as the network says
 *
 * A subscriber has one IPv4 address or a whole IPv6 /64. What is written
 * ::ffff:a.b.c.d is the IPv4 address a.b.c.d (RFC 4291 2.5.5.2): a socket that
 * takes both families shows IPv4 clients so.
 *
 * Layer: base.  Uses: arena, span, crypto.
 */
#ifndef BASE_ADDRESS_H
#define BASE_ADDRESS_H

#include "base/arena.h"

/*
 * The subscriber of a REMOTE_ADDR, as text that only equal ones share. What is
 * no address of the internet (a unix socket's peer) stays as it is.
 *
 * memory:  a's, or address's own
 */
struct span address_subscriber(struct arena *a, struct span address);

/* So much of an address as tells a network and no person: "192.0.2.0/24", or
 * the first 48 bits of an IPv6 address. NONE where it is no address. Memory:
 * a's. */
struct span address_prefix(struct arena *a, struct span address);

/* A number for the network of subscribers that one customer of a provider can
 * have for little money: IPv4 /24, IPv6 /64. Two networks may share it. */
uint32_t address_network(struct arena *a, struct span address);

#endif
