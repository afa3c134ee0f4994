// SPDX-License-Identifier: BSD-2-Clause
//
// buyer - what somebody does on the page, and by what hands
//
// Layer: tests.  Uses: browser.
"use strict";
const assert = require("node:assert");
const { execSync, execFileSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { ENV } = require("./browser.cjs");

const PASSWORD = "a long password";

const words = (language) =>
	JSON.parse(fs.readFileSync(path.join(__dirname, `../../web/src/words/${language}.json`), "utf8"));
const EN = words("en");
const KO = words("ko");
/** A text of the page, whatever stands in its holes. */
const like = (text) =>
	new RegExp(text.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*"));

// ---- what the API says ----

async function api(page, address) {
	const answer = await page.context().request.get(`/api/v1${address}`);
	assert.equal(answer.status(), 200, address);
	return answer.json();
}

async function post(page, address, data, token) {
	const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
	return page.context().request.post(`/api/v1${address}`, { data, headers });
}

/** A performance of a show of that kind that is on sale, not the first. */
async function onSale(page, kind) {
	const shows = await api(page, `/shows?kind=${kind}`);
	for (const show of shows.items) {
		const list = await api(page, `/shows/${show.id}/performances`);
		const now = Date.now();
		const found = list.items.find((one) =>
			one.status === "open" && one.remaining > 50 && Date.parse(one.cancel_until) > now + 36e5 &&
			Date.parse(one.sales_open_at) < now);
		if (found) return found;
	}
	throw new Error(`nothing of ${kind} is on sale`);
}

let n = 0;
/** Who has an account, and money if he is said to. */
async function account(page, money = 0) {
	const login_id = `web.${process.pid}.${Date.now() % 1e6}.${n++}`;
	const answer = await post(page, "/auth/signup", { login_id, password: PASSWORD, name: "Kim", email: "kim@example.org" });
	assert.equal(answer.status(), 201);
	if (money > 0) execSync(`${ENV.CTL} wallet credit ${login_id} ${money}`);
	return login_id;
}

/** Somebody who uses no page: his way to hold seats. */
async function stranger(page) {
	const login_id = await account(page);
	const answer = await post(page, "/auth/login", { login_id, password: PASSWORD });
	const { access_token } = await answer.json();
	return {
		async takes(performance, seat_ids) {
			const held = await post(page, `/performances/${performance}/holds`, { seat_ids }, access_token);
			assert.equal(held.status(), 201, await held.text());
		},
	};
}

/** Seats of a performance that are free now. */
async function freeSeats(page, performance) {
	const { statuses } = await api(page, `/performances/${performance}/seats`);
	return [...statuses].flatMap((letter, i) => (letter === "A" ? [i + 1] : []));
}

/** Looked at again and again, for half a minute. */
async function until(what, is) {
	const end = Date.now() + 30_000;
	while (!(await is())) {
		assert.ok(Date.now() < end, `never: ${what}`);
		await new Promise((done) => setTimeout(done, 50));
	}
}

// ---- hands ----

/** Tab until one is there. */
async function tabTo(page, what) {
	await what.waitFor();
	for (let i = 0; i < 90; i++) {
		await page.keyboard.press("Tab");
		if (await what.evaluate((element) => element === document.activeElement)) return;
	}
	throw new Error(`90 tabs do not lead to ${what}`);
}

const byPointer = {
	write: (_page, what, text) => what.fill(text),
	/** Two seats that are free, somewhere in the middle of the map; one whose
	 * neighbours are taken is left again. */
	async choose(page, _t, at) {
		const near = page.locator(".hall-buttons button").first();
		const chosen = page.locator(".chosen .pill");
		await page.locator(".hall-buttons button:not([disabled])").first().waitFor();
		for (let i = 0; i < 3 && (await near.isEnabled()); i++)
			await near.click({ timeout: 2_000 }).catch(() => undefined);
		const box = await page.locator("canvas").boundingBox();
		for (let i = 0; i < 24 && (await chosen.count()) < 2; i++) {
			if ((await chosen.count()) === 1) await chosen.click();
			await at(page, box.x + box.width * (0.3 + 0.02 * i), box.y + box.height * (0.4 + 0.03 * (i % 6)));
			await chosen.nth(1).waitFor({ timeout: 300 }).catch(() => undefined);
		}
		assert.equal(await chosen.count(), 2);
	},
};

/** By what one uses the page: press something, write into it, choose seats. */
const HANDS = {
	mouse: {
		...byPointer,
		press: (_page, what) => what.click(),
		choose: (page, t) => byPointer.choose(page, t, (p, x, y) => p.mouse.click(x, y)),
	},
	touch: {
		...byPointer,
		press: (_page, what) => what.tap(),
		choose: (page, t) => byPointer.choose(page, t, (p, x, y) => p.touchscreen.tap(x, y)),
	},
	keyboard: {
		async press(page, what) {
			await tabTo(page, what);
			const box = (await what.getAttribute("type")) === "checkbox";
			await page.keyboard.press(box ? "Space" : "Enter");
		},
		async write(page, what, text) {
			await tabTo(page, what);
			await page.keyboard.type(text);
		},
		async choose(page, t) {
			await HANDS.keyboard.press(page, page.getByRole("button", { name: t["pick.list"], exact: true }));
			await tabTo(page, page.locator(".seat-row").nth(2).locator("button").first());
			for (const key of ["ArrowRight", "ArrowDown", "ArrowRight", "Enter"])
				await page.keyboard.press(key);
			await page.locator(".chosen .pill").nth(1).waitFor();
		},
	},
};

// ---- steps ----

/** Log in where the page asks for it. */
async function logIn(page, t, login_id, hands = HANDS.mouse) {
	await hands.write(page, page.getByLabel(t["login.id"]), login_id);
	await hands.write(page, page.getByLabel(t["login.password"]), PASSWORD);
	await hands.press(page, page.getByRole("button", { name: t["login.do"], exact: true }));
}

/** The same for somebody new who has money. */
async function logInRich(page, t) {
	await logIn(page, t, await account(page, 1_000_000));
}

/** Somebody new, made where the page makes one, and logged in. */
async function signUp(page, t) {
	const name = `web.${process.pid}.${Date.now() % 1e6}.${n++}`;
	await page.getByLabel(t["login.id"]).fill(name);
	await page.getByLabel(t["login.password"]).fill(PASSWORD);
	await page.getByLabel(t["signup.name"]).fill("Kim");
	await page.getByLabel(t["signup.email"]).fill("kim@example.org");
	await page.getByRole("button", { name: t["signup.do"] }).click();
	return name;
}

/** Seats without the map, where a test names them. */
const list = (page, t) => page.getByRole("button", { name: t["pick.list"], exact: true }).click();

/** What was picked is asked for. */
const goOn = (page, t) => page.getByRole("button", { name: t["pick.continue"], exact: true }).click();

async function payAndSee(page, t, hands = HANDS.mouse) {
	await page.getByRole("heading", { name: t["basket.title"] }).waitFor();
	await page.getByText(like(t["refund.step"])).first().waitFor();
	await page.getByText(like(t["basket.wallet.balance"])).waitFor();
	await hands.press(page, page.getByLabel(t["basket.agree"]));
	await hands.press(page, page.getByRole("button", { name: like(t["basket.pay"]) }));
	await page.getByRole("heading", { name: t["done.title"] }).waitFor();
}

/** What a scanner reads in a picture: zbarimg (Debian's zbar-tools). */
function scanned(png) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), "scan"));
	const file = path.join(folder, "shot.png");
	try {
		fs.writeFileSync(file, png);
		return execFileSync("zbarimg", ["--quiet", "--raw", file], { encoding: "utf8" }).trim().split("\n");
	} finally {
		fs.rmSync(folder, { recursive: true });
	}
}

/** Nothing was complained of. */
function quiet(page) {
	assert.deepEqual(page.complaints, []);
}

module.exports = {
	EN, KO, PASSWORD, HANDS, like, api, post, onSale, account, stranger, freeSeats, until, tabTo, logIn, logInRich,
	signUp, list, goOn, payAndSee, scanned, quiet,
};
