#!/usr/bin/env node
// SPDX-License-Identifier: BSD-2-Clause
//
// Stripe's own client for node asks paysim, and signs what our verifier judges.
// STRIPE_MODULES: a folder where package.json's packages are (npm ci).
// HOOK_CHECK: the program made of hook_check.c.
"use strict";
const assert = require("node:assert");
const { spawn, spawnSync } = require("node:child_process");
const fs = require("node:fs");
const https = require("node:https");
const os = require("node:os");
const path = require("node:path");

const Stripe = require(path.join(process.env.STRIPE_MODULES, "node_modules",
    "stripe"));
const HOOK_CHECK = process.env.HOOK_CHECK;
const SECRET = "whsec_npm";
const dir = fs.mkdtempSync(path.join(os.tmpdir(), "boxoffice-paysim-"));
let stripe;

async function start() {
    const sim = spawn("/usr/bin/python3",
        [path.join(__dirname, "paysim.py"), "--dir", dir],
        { stdio: "inherit" });
    const until = Date.now() + 60000;
    while (!fs.existsSync(path.join(dir, "address"))) {
        assert(Date.now() < until, "paysim does not listen");
        await new Promise((then) => setTimeout(then, 20));
    }
    const url = new URL(fs.readFileSync(path.join(dir, "address"), "utf8"));
    stripe = new Stripe("sk_test_paysim", {
        host: url.hostname, port: url.port, protocol: "https",
        apiVersion: "2024-06-20", maxNetworkRetries: 2,
        httpAgent: new https.Agent({
            ca: fs.readFileSync(path.join(dir, "tls.crt")) }),
    });
    return sim;
}

const intent = (more) => stripe.paymentIntents.create({ amount: 15000,
    currency: "krw", payment_method_types: ["card"],
    metadata: { boxoffice_ref: "abc" } }, more);
const visa = { payment_method: "pm_card_visa",
    return_url: "https://tickets.example/" };

function judge(body, header, now) {
    return spawnSync(HOOK_CHECK, [header, SECRET, String(now)],
        { input: body }).status;
}

function signed(body, timestamp, secret = SECRET) {
    return stripe.webhooks.generateTestHeaderString({ payload: body, secret,
        timestamp });
}

const event = JSON.stringify({ id: "evt_1", object: "event",
    data: { object: { id: "pi_1", object: "payment_intent",
        metadata: { boxoffice_ref: "좌석" } } } });
const now = 1700000000;

const tests = {
    async "a payment is made, taken, and given back in part"() {
        const one = await intent();
        const taken = await stripe.paymentIntents.confirm(one.id, visa);
        assert.equal(taken.status, "succeeded");
        assert.equal(taken.amount_received, 15000);
        const back = await stripe.refunds.create({ payment_intent: one.id,
            amount: 5000 });
        assert.equal(back.status, "succeeded");
    },
    async "a declined card is a StripeCardError"() {
        const one = await intent();
        await assert.rejects(stripe.paymentIntents.confirm(one.id, { ...visa,
            payment_method: "pm_card_visa_chargeDeclined" }),
        { type: "StripeCardError", code: "card_declined" });
        assert.equal((await stripe.paymentIntents.cancel(one.id)).status,
            "canceled");
    },
    async "a key used for something else is a StripeIdempotencyError"() {
        await intent({ idempotencyKey: "npm-1" });
        await assert.rejects(stripe.paymentIntents.create({ amount: 1,
            currency: "krw" }, { idempotencyKey: "npm-1" }),
        { type: "StripeIdempotencyError" });
    },
    async "all that there is comes in pages"() {
        for (let i = 0; i < 5; i++)
            await intent();
        const seen = await stripe.paymentIntents.list({ limit: 2 })
            .autoPagingToArray({ limit: 100 });
        assert(seen.length >= 5);
        assert.equal(new Set(seen.map((s) => s.id)).size, seen.length);
    },
    async "what it signs is believed within 300 s either way"() {
        for (const off of [-300, 0, 300])
            assert.equal(judge(event, signed(event, now + off), now), 0);
        for (const off of [-301, 301])
            assert.equal(judge(event, signed(event, now + off), now), 1);
    },
    async "what it signs otherwise is not"() {
        assert.equal(judge(event, signed(event, now, "whsec_x"), now), 1);
        assert.equal(judge(event + " ", signed(event, now), now), 1);
        assert.equal(judge("[]", signed("[]", now), now), 1);
    },
};

(async () => {
    const sim = await start();
    let failed = 0, n = 0;
    console.log(`1..${Object.keys(tests).length}`);
    for (const [name, test] of Object.entries(tests)) {
        n++;
        try {
            await test();
            console.log(`ok ${n} - ${name}`);
        } catch (error) {
            failed++;
            console.log(`not ok ${n} - ${name}`);
            console.log(String(error.stack).replace(/^/gm, "# "));
        }
    }
    sim.kill();
    fs.rmSync(dir, { recursive: true });
    process.exit(failed === 0 ? 0 : 1);
})();
