/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * told - one consumer of messages in a house, and what it is told
 *
 * Layer: tests.  Uses: house, message.
 */
#ifndef TESTS_SUPPORT_TOLD_H
#define TESTS_SUPPORT_TOLD_H

#include "message/consumer.h"

/* Nothing was ever told, and this one, which is in the table, is alone. */
const struct consumer *told_alone(const char *name);

/* What waits is sent, and this one makes its effects. returns: how many */
size_t told_to(const struct consumer *consumer);

#endif
