/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * house_shell - a house, and boxofficectl beside it
 *
 * Layer: tests.  Uses: house, servers, shell.
 */
#include "tests/support/house_shell.h"

#include "tests/support/servers.h"

void
house_shell_start(void)
{
	house_start();
	house_open();
	shell_open(&house.ctx);
	write_conf("conf", "");
	house_close();
}

void
house_shell_stop(void)
{
	servers_stop();
	shell_close();
}
