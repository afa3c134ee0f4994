/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * address - who asks, as far as the network says
 *
 * Layer: base.  Uses: arena, span, crypto.
 */
#include "base/address.h"

#include "base/crypto.h"

#include <arpa/inet.h>

#define V4_LEN 4
#define V4_NETWORK_LEN 3
#define V6_LEN 16
#define V6_NETWORK_LEN 8
#define V6_PREFIX_LEN 6

static const uint8_t mapped[V6_LEN - V4_LEN] = { [10] = 0xff, [11] = 0xff };

/* The bytes of an address: V4_LEN or V6_LEN of them, 0 when it is none. */
static size_t
read_bytes(struct arena *a, struct span address, uint8_t out[V6_LEN])
{
	const char *text = arena_str(a, address);

	if (inet_pton(AF_INET, text, out) == 1)
		return V4_LEN;
	if (inet_pton(AF_INET6, text, out) != 1)
		return 0;
	if (memcmp(out, mapped, sizeof(mapped)) != 0)
		return V6_LEN;
	memmove(out, out + sizeof(mapped), V4_LEN);
	return V4_LEN;
}

struct span
address_subscriber(struct arena *a, struct span address)
{
	uint8_t bytes[V6_LEN];

	switch (read_bytes(a, address, bytes)) {
	case V4_LEN:
		return span_str(arena_printf(a, "%d.%d.%d.%d", bytes[0],
		    bytes[1], bytes[2], bytes[3]));
	case V6_LEN:
		return span_str(crypto_hex(a, bytes, V6_NETWORK_LEN));
	default:
		return address;
	}
}

struct span
address_prefix(struct arena *a, struct span address)
{
	char text[INET6_ADDRSTRLEN];
	uint8_t bytes[V6_LEN];
	size_t len = read_bytes(a, address, bytes);
	bool v4 = len == V4_LEN;
	size_t kept = v4 ? V4_NETWORK_LEN : V6_PREFIX_LEN;

	if (len == 0)
		return SPAN_NONE;
	memset(bytes + kept, 0, len - kept);
	inet_ntop(v4 ? AF_INET : AF_INET6, bytes, text, sizeof(text));
	return span_str(arena_printf(a, "%s/%zu", text, 8 * kept));
}

uint32_t
address_network(struct arena *a, struct span address)
{
	uint8_t bytes[V6_LEN], digest[SHA256_LEN];
	size_t len = read_bytes(a, address, bytes);
	struct span network = { (const char *)bytes,
		len == V4_LEN ? V4_NETWORK_LEN : V6_NETWORK_LEN };
	uint32_t n;

	crypto_sha256(len == 0 ? address : network, digest);
	memcpy(&n, digest, sizeof(n));
	return n;
}
