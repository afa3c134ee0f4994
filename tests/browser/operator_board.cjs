// SPDX-License-Identifier: BSD-2-Clause
//
// operator_board - the sale board: what it counts, seats taken out of the sale and
// kept for somebody, and sold to him at a counter; for test_operator
//
// Layer: tests.  Uses: browser, buyer, desk.
"use strict";
const assert = require("node:assert");
const { DESK, visit, shot, inaccessible } = require("./browser.cjs");
const { PASSWORD, api, freeSeats, like, onSale, quiet } = require("./buyer.cjs");
const { T, WHY, bought, does, enter, hired, nameOf, openTill } = require("./desk.cjs");

async function seats_are_blocked_by_a_rectangle_and_sold_again(browser) {
	const page = await visit(browser, DESK, "en-GB");
	const one = await bought(page);
	await page.goto(`/operator/performances/${one.performance.id}/board?seat=${one.seats[0]}`);
	await enter(page);
	await page.getByRole("link", { name: one.number }).waitFor();
	await page.getByText(T["letter.R"], { exact: true }).waitFor();
	await shot(page, "operator-board");
	await page.getByRole("button", { name: T["board.none"] }).click();
	await page.getByRole("button", { name: T["board.draw"] }).click();
	const box = await page.locator("canvas").boundingBox();
	await page.mouse.move(box.x + box.width * 0.1, box.y + box.height * 0.6);
	await page.mouse.down();
	await page.mouse.move(box.x + box.width * 0.9, box.y + box.height * 0.95, { steps: 4 });
	await page.mouse.up();
	await page.waitForURL(/seat=\d+\.\d+/);
	const chosen = new URL(page.url()).searchParams.get("seat");
	await shot(page, "operator-board-chosen");
	await does(page, T["seats.block"]);
	await page.goto(`/operator/performances/${one.performance.id}/board?seat=${chosen}`);
	await does(page, T["seats.unblock"]);
	quiet(page);
}

/** A figure of the board. */
async function figure(page, name) {
	const row = page.locator(".sold-now .facts-of div").filter({ has: page.getByText(name, { exact: true }) });
	return Number((await row.locator("dd").innerText()).replace(/\D/g, "") || NaN);
}

/** expected is asked each time: what was kept on the way here may be older. */
async function comes_to(page, name, expected) {
	let shown, should;
	for (let i = 0; i < 300; i++) {
		[shown, should] = [await figure(page, name), await expected()];
		if (shown === should) return;
		await page.waitForTimeout(100);
	}
	assert.equal(shown, should, name);
}

async function a_board_counts_what_is_sold_while_one_looks(browser) {
	const page = await visit(browser, DESK, "en-GB");
	const one = await bought(page);
	await page.goto(`/operator/performances/${one.performance.id}/board`);
	await enter(page);
	await page.locator(".sold-now dd").first().waitFor();
	const seats = (letters) => async () => {
		const said = await page.context().request.get(`/api/v1/performances/${one.performance.id}/seats`);
		return [...(await said.json()).statuses].filter((letter) => letters.includes(letter)).length;
	};
	await comes_to(page, T["board.free"], seats("A"));
	await comes_to(page, T["board.sold"], seats("R"));
	const sold = await figure(page, T["board.sold"]);
	const money = await figure(page, T["board.money"]);
	assert.ok(sold >= one.seats.length && money > 0, `${sold} ${money}`);
	const two = await bought(page, one.performance);
	await comes_to(page, T["board.sold"], async () => sold + two.seats.length);
	await comes_to(page, T["board.free"], seats("A"));
	await comes_to(page, T["board.held"], seats("HP"));
	assert.ok((await figure(page, T["board.money"])) > money);
	await shot(page, "operator-board-now");
	quiet(page);
}

/** How much of the map has this colour, in pixels. */
const painted = (page, colour) =>
	page.locator("canvas").evaluate((canvas, hex) => {
		const rgb = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
		const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
		let n = 0;
		for (let i = 0; i < data.length; i += 4) if (rgb.every((value, k) => data[i + k] === value)) n++;
		return n;
	}, colour);

const board = (page, performance, ids = []) =>
	page.goto(`/operator/performances/${performance}/board${ids.length > 0 ? `?seat=${ids.join(".")}` : ""}`);

/** The row of a code, below the map. */
const codeRow = (page, code) => page.locator(".board-kept tbody tr").filter({ has: page.getByRole("rowheader", { name: new RegExp(`\\b${code}$`) }) });

async function house_seats_are_kept_by_codes_and_let_go(browser) {
	const page = await visit(browser, DESK, "en-GB");
	const performance = await onSale(page, "play");
	const [a, b, c] = (await freeSeats(page, performance.id)).slice(-3);
	const code = `f${process.pid}-${Date.now() % 1e6}`;
	await board(page, performance.id, [a, b, c]);
	await enter(page);
	await does(page, T["house.add"], async (dialog) => {
		await dialog.getByLabel(T["house.code"]).fill("press");
		await dialog.getByLabel(T["house.owner"], { exact: true }).fill("Friends");
		await dialog.getByLabel(T["house.letter"]).fill("f");
		await dialog.getByLabel(T["house.colour"]).fill("#ff00c8");
		await dialog.getByLabel(T["ask.why"]).fill(WHY);
		await dialog.getByRole("button", { name: T["house.add"], exact: true }).click();
		// Another of that name is not changed by mistake.
		await dialog.getByText(like(T["house.there"])).waitFor();
		await dialog.getByLabel(T["house.code"]).fill(code);
		await dialog.getByLabel(T["house.release"]).fill("30");
		await shot(page, "operator-code");
		assert.deepEqual(await inaccessible(page), []);
	});
	const row = codeRow(page, code);
	await row.getByText("Friends").waitFor();
	await does(page, T["seats.block"], (dialog) => dialog.getByLabel(T["board.code"]).selectOption("press"));
	await board(page, performance.id, [a]);
	await page.getByText(like(T["house.for"])).waitFor();
	await does(page, T["board.keep"], (dialog) => dialog.getByLabel(T["board.code"]).selectOption(code));
	await row.getByRole("cell", { name: "1", exact: true }).waitFor();
	await does(page, T["house.change"], (dialog) => dialog.getByLabel(T["house.owner"], { exact: true }).fill("Friends of the house"), row);
	await row.getByText("Friends of the house").waitFor();
	for (let i = 0; i < 200 && (await painted(page, "#ff00c8")) < 20; i++) await page.waitForTimeout(50);
	assert.ok((await painted(page, "#ff00c8")) >= 20);
	await shot(page, "operator-board-kept");
	assert.deepEqual(await inaccessible(page), []);
	// A code goes when its seats have gone.
	await row.getByRole("button", { name: T["house.drop"], exact: true }).click();
	const dialog = page.getByRole("dialog");
	await dialog.getByLabel(T["ask.why"]).fill(WHY);
	await dialog.getByLabel(like(T["ask.typed"])).fill(code);
	await dialog.getByRole("button", { name: T["house.drop"], exact: true }).click();
	await dialog.getByText(T["refusal.in-use"]).waitFor();
	await dialog.getByRole("button", { name: T["ask.not"], exact: true }).click();
	await row.getByRole("button", { name: T["house.choose"], exact: true }).click();
	await does(page, T["seats.unblock"]);
	await does(page, T["house.drop"], (again) => again.getByLabel(like(T["ask.typed"])).fill(code), row);
	await row.waitFor({ state: "detached" });
	await board(page, performance.id, [b, c]);
	await does(page, T["seats.unblock"]);
	// The web server keeps a map for some two seconds.
	const letters = async () => {
		const { statuses } = await api(page, `/performances/${performance.id}/seats`);
		return [a, b, c].map((id) => statuses[id - 1]).join("");
	};
	for (let i = 0; i < 100 && (await letters()) !== "AAA"; i++) await page.waitForTimeout(100);
	assert.equal(await letters(), "AAA");
	quiet(page);
}

/** Two neighbours, and what one says of them at a counter, as "A1-2". */
async function neighbours(page, performance) {
	const { seats } = await api(page, `/performances/${performance}/layout`);
	const free = new Set(await freeSeats(page, performance));
	for (const one of [...seats].reverse()) {
		const next = seats.find(({ row, number, section_id }) => row === one.row && section_id === one.section_id && number === one.number + 1);
		if (next && free.has(one.seat_id) && free.has(next.seat_id))
			return { ids: [one.seat_id, next.seat_id], said: `${nameOf(one)}-${next.number}` };
	}
	throw new Error("no two seats are free side by side");
}

async function kept_seats_are_sold_to_whom_they_are_for_and_prints_are_listed(browser) {
	const page = await visit(browser, DESK, "en-GB");
	const performance = await onSale(page, "play");
	const { ids, said } = await neighbours(page, performance.id);
	await board(page, performance.id, ids);
	await enter(page);
	await does(page, T["seats.block"], (dialog) => dialog.getByLabel(T["board.code"]).selectOption("press"));
	await page.getByRole("button", { name: T["logout"], exact: true }).click();
	const staff = await hired(page);
	await page.goto("/operator/counter");
	await enter(page, staff, PASSWORD);
	await openTill(page, staff.slice(-20), 0);
	await page.goto(`/operator/counter/${performance.id}`);
	const entry = page.locator("#entry");
	await page.locator(".kept-here").getByText("The press").waitFor();
	await entry.focus();
	await page.keyboard.type(said);
	// What is typed ahead, before the server can have answered, confirms nothing.
	await entry.evaluate((field) => ["Enter", "y", "c"].forEach((key) =>
		field.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }))));
	await page.locator("#entry[data-step=kept][aria-busy=false]").waitFor();
	await page.getByText(T["house.for"].replace("{owner}", "The press")).waitFor();
	await shot(page, "counter-kept");
	assert.deepEqual(await inaccessible(page), []);
	await page.keyboard.press("Escape");
	await page.locator("#entry[data-step=seats]").waitFor();
	await page.keyboard.press("Enter");
	await page.locator("#entry[data-step=kept][aria-busy=false]").waitFor();
	for (const key of ["y", "c"]) await page.keyboard.press(key);
	await page.locator("#entry[data-sales='1'][aria-busy=false]").waitFor();
	const { statuses } = await api(page, `/performances/${performance.id}/seats`);
	assert.deepEqual(ids.map((id) => statuses[id - 1]), ["R", "R"]);
	await printed_twice_is_listed(page, performance.id, staff);
	quiet(page);
}

/** The last sale, whose tickets are printed again for a reason. */
async function printed_twice_is_listed(page, performance, staff) {
	const number = (await page.locator(".notice.good").innerText()).split(" ").pop();
	const row = page.getByRole("row").filter({ hasText: number });
	for (const name of ["print.do", "print.again"]) {
		await does(page, T[name], undefined, row);
		await page.getByRole("button", { name: T["print.close"], exact: true }).click();
		await page.locator(".printout").waitFor({ state: "detached" });
	}
	for (const address of [`/operator/reservations/${number}`, `/operator/counter/prints?performance_id=${performance}`]) {
		await page.goto(address);
		const prints = page.getByRole("group", { name: T["print.log"] }).getByRole("row").filter({ hasText: staff });
		await prints.nth(1).waitFor();
		assert.match((await prints.allInnerTexts()).join("\n"), new RegExp(`${WHY}[^]*${T["print.first"]}`));
		assert.deepEqual(await inaccessible(page), []);
	}
	await shot(page, "operator-prints");
}

async function an_export_is_asked_for_written_and_fetched(browser) {
	const page = await visit(browser, DESK, "en-GB");
	const one = await bought(page);
	await page.goto(`/operator/performances/${one.performance.id}`);
	await enter(page);
	await page.locator("main").getByRole("link", { name: T["nav.exports"], exact: true }).click();
	await does(page, T["export.ask"], async (dialog) => {
		await dialog.getByLabel(T["col.what"]).selectOption("seats");
		assert.equal(await dialog.getByLabel(T["find.performance"]).inputValue(), String(one.performance.id));
		await dialog.getByLabel(T["find.to"]).fill("2099-12-31");
		await shot(page, "operator-export");
		assert.deepEqual(await inaccessible(page), []);
	});
	const row = page.getByRole("row").nth(1);
	await row.getByText(T["export.is.done"]).waitFor();
	const [file] = await Promise.all([
		page.waitForEvent("download"),
		row.getByRole("button", { name: T["export.fetch"], exact: true }).click(),
	]);
	assert.match(file.suggestedFilename(), /^seats-\d+\.csv$/);
	const chunks = [];
	for await (const chunk of await file.createReadStream()) chunks.push(chunk);
	const lines = Buffer.concat(chunks).toString().split("\r\n");
	assert.match(lines[0], /number,status/);
	assert.equal(lines.filter((line) => line.includes(one.number)).length, 2);
	await shot(page, "operator-exports");
	assert.deepEqual(await inaccessible(page), []);
	quiet(page);
}

module.exports = [
	seats_are_blocked_by_a_rectangle_and_sold_again,
	a_board_counts_what_is_sold_while_one_looks,
	house_seats_are_kept_by_codes_and_let_go,
	kept_seats_are_sold_to_whom_they_are_for_and_prints_are_listed,
	an_export_is_asked_for_written_and_fetched,
];
