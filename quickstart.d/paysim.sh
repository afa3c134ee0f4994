# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
#
# paysim - a provider of card payments that is made up, in the place of Stripe
#
# It takes no money. Its bank's page and its script for pages come through nginx
# (web.sh); what it tells by itself goes to the API as from anybody outside.
#
# Layer: quickstart.  Uses: say, place, process.

# paysim_file NAME: a file of its own, from standard input.
paysim_file() {
	put "$STACK/data/paysim/$1" 0600 "$APP_USER:$APP_USER" || true
}

paysim_answers() {
	curl -s -o /dev/null --cacert "$STACK/ca.pem" \
	    "https://$WEB_HOST:$PAYSIM_PORT/v3/"
}

paysim_up() {
	local home=$STACK/data/paysim
	paysim_file paysim.py <"$SOURCE/tests/paysim/paysim.py"
	paysim_file paysim.js <"$SOURCE/tests/paysim/paysim.js"
	secret stripe-key | paysim_file key
	secret stripe-webhook | paysim_file webhook-secret
	if [[ $FRESH_BUILD == yes ]]; then
		process_stop paysim
	fi
	process_runs paysim && return
	step "starting paysim"
	process_start paysim "$APP_USER" python3 "$home/paysim.py" \
	    --dir "$home" --port "$PAYSIM_PORT" --key "@$home/key" \
	    --webhook "$BASE_URL/api/v1/providers/stripe/events" \
	    --webhook-ca "$STACK/ca.pem" \
	    --webhook-secret "@$home/webhook-secret" --public "$BASE_URL/paysim"
	process_answers paysim paysim_answers
}
