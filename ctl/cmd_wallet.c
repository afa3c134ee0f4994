/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_wallet - boxofficectl wallet credit LOGIN AMOUNT
 *
 * Layer: ctl.  Uses: account, wallet.
 */
#include "ctl/ctl.h"

#include "account/account.h"
#include "wallet/wallet.h"

#include <inttypes.h>
#include <stdio.h>

static int
credit(struct ctl *ctl, const char *login, int64_t amount)
{
	struct account account;
	struct wallet wallet;
	int r;

	r = account_find(&ctl->ctx, span_str(login), &account);
	if (r == ACCOUNT_E_NONE)
		return ctl_refuse("there is no user %s", login);
	if (r != 0)
		return ctl_fault(r);
	r = wallet_credit(&ctl->ctx, account.id, amount, &wallet);
	if (r == WALLET_E_AMOUNT)
		return ctl_refuse("the amount must be 1 to %" PRId64,
		    WALLET_BALANCE_MAX);
	if (r == WALLET_E_FULL)
		return ctl_refuse("no balance may pass %" PRId64,
		    WALLET_BALANCE_MAX);
	if (r == WALLET_E_NONE)
		return ctl_refuse("%s has no wallet", login);
	if (r != 0)
		return ctl_fault(r);
	printf("%" PRId64 " %.*s\n", wallet.balance_minor,
	    (int)wallet.currency.len, wallet.currency.p);
	return ctl_flush();
}

int
cmd_wallet_credit(struct ctl *ctl, int argc, char **argv)
{
	int64_t amount;

	if (argc != 3)
		return ctl_usage(ctl);
	if (!span_to_i64(span_str(argv[2]), &amount))
		return ctl_refuse("%s is not an amount in minor units",
		    argv[2]);
	return credit(ctl, argv[1], amount);
}
