/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * house_shell - a house, and boxofficectl beside it
 *
 * For FIXTURE_ONCE of a program that asks both over HTTP and at the command
 * line.
 *
 * Layer: tests.  Uses: house, servers, shell.
 */
#ifndef SUPPORT_HOUSE_SHELL_H
#define SUPPORT_HOUSE_SHELL_H

#include "tests/support/house.h"
#include "tests/support/shell.h"

/* The servers of the house, and the configuration "conf" for them. */
void house_shell_start(void);
void house_shell_stop(void);

#endif
