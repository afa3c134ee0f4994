// SPDX-License-Identifier: BSD-2-Clause
//
// test_editor - the hall editor in a real browser
//
// Layer: tests.  Uses: browser, buyer, desk.
"use strict";
const assert = require("node:assert");
const { ENV, visit, shot, inaccessible, main } = require("./browser.cjs");
const { EN, KO, like, post, quiet } = require("./buyer.cjs");
const { T, enter } = require("./desk.cjs");

const WIDE = { viewport: { width: 1440, height: 900 } };

/** What somebody did, counted: a click, a key, a field, a drag. */
let actions = 0;
const did = (what) => (actions++, what);

async function enterAt(page, address, buyers = EN) {
	await page.goto(address);
	await enter(page, ENV.ADMIN_LOGIN, ENV.ADMIN_PASSWORD, buyers);
}

/** What the API says to an administrator. */
async function asAdmin(page) {
	const login = await post(page, "/auth/login", { login_id: ENV.ADMIN_LOGIN, password: ENV.ADMIN_PASSWORD });
	const headers = { Authorization: `Bearer ${(await login.json()).access_token}` };
	const { request } = page.context();
	return {
		async get(address) {
			const answer = await request.get(`/api/v1${address}`, { headers });
			assert.equal(answer.status(), 200, await answer.text());
			return answer.json();
		},
		async make(address, data) {
			const answer = await request.post(`/api/v1${address}`, { data, headers });
			assert.ok([200, 201].includes(answer.status()), await answer.text());
			return answer.json();
		},
	};
}

let n = 0;
const fresh = (word) => `${word}${process.pid}-${Date.now() % 1e6}-${n++}`;

/** A hall without a plan; its ids. */
async function emptyHall(api) {
	const key = fresh("ed");
	const venue = await api.make("/admin/venues", { key, name: key, time_zone: "Asia/Seoul" });
	const hall = await api.make(`/admin/venues/${venue.id}/halls`, { key: "main", name: "Main hall" });
	return { venue: key, id: hall.id };
}

const canvas = (page) => page.getByRole("application");
const press = async (page, key) => did(await canvas(page).press(key));
const click = async (where) => did(await where.click());
/** A field is left by Enter. */
async function fill(where, text) {
	await where.fill(String(text));
	await where.press("Enter");
	actions += 2;
}

/** A rectangle of the hall, while one looks at (15, 10) so near. */
async function drag(page, [x0, y0, x1, y1], scale = 24) {
	const box = await canvas(page).boundingBox();
	const at = (x, y) => [box.x + box.width / 2 + (x - 15) * scale, box.y + box.height / 2 + (y - 10) * scale];
	await page.mouse.move(...at(x0, y0));
	await page.mouse.down();
	await page.mouse.move(...at((x0 + x1) / 2, (y0 + y1) / 2));
	await page.mouse.move(...at(x1, y1));
	await page.mouse.up();
	actions++;
}

const part = (page, heading) =>
	page.locator(".hall-panel section").filter({ has: page.getByRole("heading", { name: heading, exact: true }) });
const save = (page) => page.getByRole("button", { name: T["hall.save"], exact: true });
const told = (page, word) => page.locator(".notice").getByText(like(T[word]));

/** Opens a hall and looks from where drag() thinks. */
async function draw(page, id) {
	await page.goto(`/operator/halls/${id}`);
	await canvas(page).waitFor();
	await canvas(page).focus();
}

async function an_operator_draws_a_hall_and_it_is_sold_as_drawn(browser) {
	const page = await visit(browser, WIDE, "en-GB");
	await enterAt(page, "/operator");
	const api = await asAdmin(page);
	const { venue, id: hall } = await emptyHall(api);
	await draw(page, hall);
	// 15 rows of 20, a standing area behind them, a stage before.
	await canvas(page).press("r");
	await drag(page, [5, 3, 24, 17]);
	await page.getByRole("heading", { name: T["hall.block"].replace("{n}", "300") }).waitFor();
	await fill(page.getByLabel(T["hall.aisles"]), "10");
	await canvas(page).press("a");
	await drag(page, [5, 18, 24, 20]);
	await fill(page.getByLabel(T["hall.capacity"], { exact: true }), 150);
	await canvas(page).press("t");
	await drag(page, [8, 0, 22, 2]);
	await page.getByText(T["hall.faults.none"]).waitFor();
	await shot(page, "editor-drawn");
	await save(page).click();
	await told(page, "hall.saved").waitFor();
	const [revision] = (await api.get(`/admin/halls/${hall}/revisions`)).items;
	assert.deepEqual([revision.revision, revision.seat_count], [1, 450]);
	// The same once more is no revision.
	await save(page).click();
	await told(page, "hall.same").waitFor();
	// Opened again it is one block; the API sells what was drawn.
	await page.reload();
	await canvas(page).waitFor();
	await canvas(page).press("Control+a");
	await page.getByRole("heading", { name: T["hall.things"].replace("{n}", "3").replace("{seats}", "300") }).waitFor();
	const show = await api.make("/admin/shows", { key: fresh("show"), kind: "play", title: "Drawn", running_minutes: 90 });
	const performance = await api.make("/admin/performances", {
		key: fresh("p"), show: show.key, venue, hall: "main", currency: "KRW", prices: { standard: 50000 },
		starts_at: "2099-05-01T19:30:00+09:00",
	});
	const layout = await api.get(`/performances/${performance.id}/layout`);
	const seats = layout.seats.filter(({ row }) => row !== "");
	assert.equal(seats.length, 300);
	assert.deepEqual(seats.find(({ row, number }) => row === "O" && number === 20), {
		...seats[299], row: "O", number: 20, x: 25, y: 17, type: "standard",
	});
	assert.equal(layout.segments.filter(({ length }) => length === 10).length, 30);
	assert.deepEqual(layout.decorations.map(({ kind }) => kind), ["stage"]);
	quiet(page);
}

async function a_theatre_of_two_thousand_takes_few_actions(browser) {
	const page = await visit(browser, WIDE, "en-GB");
	await enterAt(page, "/operator");
	const api = await asAdmin(page);
	const { id } = await emptyHall(api);
	await draw(page, id);
	actions = 0;
	const SCALE = 24 / 1.5 ** 3;
	for (let i = 0; i < 3; i++) await press(page, "-");
	const classes = part(page, T["hall.classes"]);
	for (const [i, key] of ["vip", "s"].entries()) {
		await click(classes.getByRole("button", { name: T["hall.class.add"] }));
		await fill(classes.getByLabel(T["hall.key"]).nth(i + 1), key);
		await fill(classes.getByLabel(T["hall.in.ko"].replace("{what}", T["hall.name"])).nth(i + 1), key.toUpperCase());
	}
	const sections = part(page, T["hall.sections"]);
	const add = async (key, priceClass, box, bend) => {
		await click(sections.getByRole("button", { name: T["hall.section.add"] }));
		await fill(sections.getByLabel(T["hall.key"]), key);
		await fill(sections.getByLabel(T["hall.in.ko"].replace("{what}", T["hall.name"])), key);
		did(await classes.getByLabel(T["hall.class.at"]).selectOption(priceClass));
		await press(page, "r");
		await drag(page, box, SCALE);
		if (bend > 0) await fill(page.getByLabel(T["hall.bend"]), bend);
	};
	await press(page, "t");
	await drag(page, [5, -24, 25, -19], SCALE);
	// What one begins with goes: no section stays empty.
	await click(sections.getByRole("button", { name: T["hall.section.remove"] }));
	await add("centre", "vip", [3, -16, 26, 3], 0);
	await add("left", "standard", [-18, -16, 1, 3], 0);
	await add("right", "standard", [28, -16, 47, 3], 0);
	await add("balcony", "s", [-9, 10, 38, 24], 30);
	// The first rows of the stalls have places for wheelchairs at their ends.
	await press(page, "s");
	await drag(page, [2.5, -16.5, 4.5, -15.5], SCALE);
	await fill(page.getByLabel(T["hall.type"]), "wheelchair");
	await page.getByText(T["hall.count"].replace("{n}", "2,000")).waitFor();
	await press(page, "0");
	await shot(page, "editor-theatre");
	await click(save(page));
	await told(page, "hall.saved").waitFor();
	console.log(`# ${actions} actions`);
	assert.ok(actions <= 150, `${actions} actions`);
	const [revision] = (await api.get(`/admin/halls/${id}/revisions`)).items;
	assert.equal(revision.seat_count, 2000);
	// The arc of the balcony is one block again.
	await page.reload();
	await canvas(page).waitFor();
	await canvas(page).press("Control+a");
	await page.getByRole("heading", { name: like(T["hall.things"]) }).waitFor();
	assert.match(await page.getByRole("heading", { name: like(T["hall.things"]) }).innerText(), /^5 things, 2000/);
	quiet(page);
}

async function a_picture_is_drawn_by_and_nobody_is_sent_it(browser) {
	const page = await visit(browser, WIDE, "en-GB");
	await enterAt(page, "/operator");
	const { id } = await emptyHall(await asAdmin(page));
	await draw(page, id);
	const asked = [];
	page.context().on("request", (request) => asked.push(request.url()));
	const picture = await page.screenshot();
	const file = page.getByLabel(T["hall.trace.file"]);
	await file.setInputFiles({ name: "plan.png", mimeType: "image/png", buffer: picture });
	await page.getByLabel(T["hall.trace.opacity"]).waitFor();
	await canvas(page).press("0");
	await shot(page, "editor-traced");
	await file.setInputFiles({ name: "plan.png", mimeType: "image/png", buffer: Buffer.from("no picture") });
	await page.getByText(T["hall.trace.wrong"]).waitFor();
	assert.deepEqual(asked, []);
	await page.getByLabel(T["hall.import"]).setInputFiles({
		name: "plan.json", mimeType: "application/json", buffer: Buffer.from('{"price_classes": [], "sections": [{"key": 1}]}'),
	});
	await page.getByText("sections[0].key").waitFor();
	assert.deepEqual(asked, []);
	quiet(page);
}

async function what_somebody_else_saved_meanwhile_is_told(browser) {
	const page = await visit(browser, WIDE, "en-GB");
	await enterAt(page, "/operator");
	const api = await asAdmin(page);
	const { id } = await emptyHall(api);
	await draw(page, id);
	// By keys alone: rows in the middle, one further to the right.
	await canvas(page).press("r");
	await canvas(page).press("Enter");
	await canvas(page).press("ArrowRight");
	await page.getByRole("heading", { name: T["hall.block"].replace("{n}", "50") }).waitFor();
	const plan = {
		price_classes: [{ key: "standard", name: "Standard" }],
		sections: [{ key: "main", name: "Main", price_class: "standard", rows: [{ from: "A", numbers: [1, 5] }] }],
	};
	await api.make(`/admin/halls/${id}/revisions`, plan);
	await save(page).click();
	await told(page, "hall.newer").waitFor();
	await page.locator(".notice").getByText(`made by ${ENV.ADMIN_LOGIN} at`).waitFor();
	await shot(page, "editor-newer");
	await page.getByRole("button", { name: T["hall.save.over"] }).click();
	await told(page, "hall.saved").waitFor();
	assert.deepEqual((await api.get(`/admin/halls/${id}/revisions`)).items.map((one) => one.seat_count), [5, 50]);
	// What differs from the first, and back to what was.
	await page.getByLabel(T["hall.compare.to"]).selectOption({ label: T["hall.revision"].replace("{n}", "1") });
	await page.getByRole("button", { name: T["hall.compare"], exact: true }).click();
	await page.getByText(`${T["hall.compare.added"]} · 45`).waitFor();
	await page.getByText(`${T["hall.compare.moved"]} · 5`).waitFor();
	await canvas(page).press("Control+z");
	await canvas(page).press("Control+z");
	await page.getByText(like(T["fault.empty"])).waitFor();
	assert.ok(await save(page).isDisabled());
	quiet(page);
}

async function what_is_not_saved_is_not_left_by_mistake(browser) {
	const page = await visit(browser, WIDE, "en-GB");
	await enterAt(page, "/operator");
	const { id } = await emptyHall(await asAdmin(page));
	await draw(page, id);
	await canvas(page).press("r");
	await canvas(page).press("Enter");
	const block = page.getByRole("heading", { name: T["hall.block"].replace("{n}", "50") });
	await block.waitFor();
	const asked = [];
	page.on("dialog", (dialog) => {
		asked.push(dialog.message());
		void (asked.length === 1 ? dialog.dismiss() : dialog.accept());
	});
	const away = page.locator(".desk-side nav").getByRole("link", { name: T["nav.users"] });
	await away.click();
	assert.match(page.url(), /\/operator\/halls\/\d+$/);
	assert.ok(await block.isVisible());
	await away.click();
	await page.waitForURL("**/operator/users");
	assert.deepEqual(asked, [T["hall.leave"], T["hall.leave"]]);
	quiet(page);
}

async function every_view_is_accessible_in_both_schemes_and_languages(browser) {
	for (const [scheme, locale, buyers, t] of [["light", "en-GB", EN, T], ["dark", "ko-KR", KO, require("../../web/src/operator/words/ko.json")]]) {
		const page = await visit(browser, WIDE, locale, scheme);
		await enterAt(page, "/operator/halls", buyers);
		await page.locator("table").first().waitFor();
		assert.deepEqual(await inaccessible(page, scheme), []);
		await shot(page, `halls-${scheme}`);
		const api = await asAdmin(page);
		const venues = (await api.get("/admin/venues?q=saebyeok")).items;
		const [hall] = (await api.get(`/admin/venues/${venues[0].id}/halls`)).items;
		await draw(page, hall.id);
		for (const keys of [[], ["]"], ["Escape", "s", "Control+a"]]) {
			for (const key of keys) await canvas(page).press(key);
			if (keys.length > 0) await page.getByRole("region", { name: t["hall.chosen"] }).waitFor();
			assert.deepEqual(await inaccessible(page, scheme), [], String(keys));
			await shot(page, `editor-${scheme}-${keys.length}`);
		}
		quiet(page);
	}
}

void main([
	an_operator_draws_a_hall_and_it_is_sold_as_drawn,
	a_theatre_of_two_thousand_takes_few_actions,
	a_picture_is_drawn_by_and_nobody_is_sent_it,
	what_somebody_else_saved_meanwhile_is_told,
	what_is_not_saved_is_not_left_by_mistake,
	every_view_is_accessible_in_both_schemes_and_languages,
]);
