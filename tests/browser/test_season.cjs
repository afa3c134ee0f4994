// SPDX-License-Identifier: BSD-2-Clause
//
// test_season - all that an operator does, from a first show to a counted
// till, on the page alone
//
// Layer: tests.  Uses: browser, buyer, desk.
"use strict";
const assert = require("node:assert");
const path = require("node:path");
const { visit, shot, inaccessible, main } = require("./browser.cjs");
const { EN, api, like, quiet } = require("./buyer.cjs");
const { T, does, enter, openTill } = require("./desk.cjs");

const WIDE = { viewport: { width: 1440, height: 900 } };
const FLOAT = 100_000;
const PRICES = { adult: 50_000, youth: 30_000 };

/** Other tests have a catalog already: what is made here is found by it. */
const season = `season-${process.pid}-${Date.now() % 1e6}`;
const TITLE = `Winter Journey ${season.slice(7)}`;
let n = 0;
/** What somebody sees now; and nothing of it keeps anybody out. */
async function look(page, name) {
	await page.waitForFunction(() => document.querySelector("main .waiting") === null);
	await shot(page, `season-${String(++n).padStart(2, "0")}-${name}`);
	assert.deepEqual(await inaccessible(page), [], name);
}

const ko = (word) => T["hall.in.ko"].replace("{what}", T[word]);
const en = (word) => T["hall.in.en"].replace("{what}", T[word]);

/** This browser has read it as buyers do, and so has what the web server keeps. */
async function kept(page, address) {
	const said = await page.evaluate(async (asked) => {
		const answer = await fetch(`/api/v1${asked}`, { headers: { "Accept-Language": "en" }, credentials: "omit" });
		await answer.text();
		return [answer.status, answer.headers.get("Cache-Control")];
	}, address);
	assert.equal(said[0], 200);
	assert.match(said[1], /max-age=/);
}

async function addShow(page) {
	await kept(page, "/shows?limit=100");
	await does(page, T["show.add"], async (dialog) => {
		await dialog.getByLabel(T["hall.key"]).fill(season);
		await dialog.getByLabel(ko("show.title")).fill("겨울 나그네");
		await dialog.getByLabel(en("show.title")).fill(TITLE);
		await dialog.getByLabel(T["col.kind"]).selectOption("sport");
		await dialog.getByLabel(T["show.minutes"]).fill("95");
		await look(page, "show-added");
	});
	await page.getByRole("heading", { name: TITLE }).waitFor();
	const poster = path.join(__dirname, "../../conf/demo/posters/aurora-surf.webp");
	await does(page, T["show.poster"], (dialog) => dialog.getByLabel(T["show.poster.file"]).setInputFiles(poster));
	await page.getByRole("img", { name: like(T["show.poster.of"]) }).waitFor();
	await does(page, T["show.change"], (dialog) => dialog.getByLabel(T["show.rating"]).fill("12"));
	await page.getByText("12", { exact: true }).waitFor();
	await look(page, "show");
	return page.url();
}

/** A rectangle of the hall, while one looks at (15, 10) so near. */
async function drag(page, [x0, y0, x1, y1], scale = 24) {
	const box = await page.getByRole("application").boundingBox();
	const at = (x, y) => [box.x + box.width / 2 + (x - 15) * scale, box.y + box.height / 2 + (y - 10) * scale];
	await page.mouse.move(...at(x0, y0));
	await page.mouse.down();
	await page.mouse.move(...at(x1, y1), { steps: 2 });
	await page.mouse.up();
}

async function drawHall(page) {
	await page.goto("/operator/halls");
	await does(page, T["halls.add.venue"], async (dialog) => {
		await dialog.getByLabel(T["hall.key"]).fill(season);
		await dialog.getByLabel(ko("hall.name")).fill(season);
		await dialog.getByLabel(T["halls.zone"]).fill("Asia/Seoul");
	});
	const venue = page.locator("section").filter({ has: page.getByRole("heading", { name: season }) });
	await does(page, T["halls.add.hall"].replace("{venue}", season), async (dialog) => {
		await dialog.getByLabel(T["hall.key"]).fill("main");
		await dialog.getByLabel(ko("hall.name")).fill("대극장");
		await dialog.getByLabel(en("hall.name")).fill("Main hall");
	}, venue);
	const canvas = page.getByRole("application");
	await canvas.waitFor();
	await canvas.focus();
	await canvas.press("r");
	await drag(page, [5, 3, 24, 17]);
	await page.getByRole("heading", { name: T["hall.block"].replace("{n}", "300") }).waitFor();
	await page.getByLabel(T["hall.aisles"]).fill("10");
	await page.keyboard.press("Enter");
	await canvas.press("t");
	await drag(page, [8, 0, 22, 2]);
	await page.getByText(T["hall.faults.none"]).waitFor();
	await look(page, "hall");
	await page.getByRole("button", { name: T["hall.save"], exact: true }).click();
	await page.locator(".notice").getByText(like(T["hall.saved"])).waitFor();
	await page.goto("/operator/halls");
	await venue.getByRole("link", { name: "Main hall" }).waitFor();
	await does(page, T["halls.venue.change"], (dialog) => dialog.getByLabel(ko("halls.address")).fill("세종대로 1"), venue);
	await look(page, "halls");
}

/** Two ticket types, from a draft's form to what buyers see. */
async function putOn(page, show) {
	await kept(page, `${new URL(show).pathname.replace("/operator", "")}/performances?limit=100`);
	await page.goto(show);
	await page.getByRole("link", { name: T["show.put"] }).click();
	await page.getByLabel(T["terms.venue"]).selectOption(season);
	await page.getByLabel(T["col.hall"]).selectOption("main");
	await page.getByRole("row").filter({ hasText: "standard" }).waitFor();
	for (let i = 0; i < 2; i++) await page.getByRole("button", { name: T["terms.add"] }).click();
	for (const [type, amount] of Object.entries({ Adult: PRICES.adult, Youth: PRICES.youth }))
		await page.getByRole("textbox", { name: like(`{class}, ${type}`) }).fill(String(amount));
	await page.getByLabel(T["terms.day"]).fill("2099-05-01");
	await page.getByLabel(T["terms.at"], { exact: true }).fill("19:30");
	await page.getByRole("checkbox", { name: T["rule.no-lone-seat"] }).check();
	await page.getByRole("combobox", { name: T["performance.policy"] }).selectOption("concert");
	await look(page, "put-on");
	await page.getByRole("button", { name: T["show.put"] }).click();
	await page.getByRole("heading", { name: like(T["performance.title"]) }).waitFor();
	const id = Number(page.url().split("/").pop());
	// The refunds by steps of one's own; a change that nobody made is none.
	await page.getByRole("link", { name: T["terms.change"] }).click();
	await page.getByRole("row").filter({ hasText: "standard" }).waitFor();
	await page.getByLabel(T["ask.why"]).fill("the season");
	await page.getByRole("button", { name: T["terms.save"] }).click();
	await page.getByText(T["hall.unchanged"]).waitFor();
	await page.getByLabel(T["terms.moves"]).selectOption("class");
	await look(page, "change");
	await page.getByRole("button", { name: T["terms.save"] }).click();
	await page.getByRole("heading", { name: like(T["performance.title"]) }).waitFor();
	await page.getByRole("definition").filter({ hasText: "1 May 2099, 19:30" }).first().waitFor();
	await look(page, "performance");
	const { ticket_types: types, moves, seat_count: seats } = await api(page, `/performances/${id}`);
	assert.deepEqual([types.map(({ code }) => code), moves, seats], [["adult", "youth"], "class", 300]);
	return id;
}

/** A till is opened, which has what was just put on; two seats are sold by keys, for a name. */
async function sell(page) {
	await openTill(page, "season", FLOAT);
	await page.getByLabel(T["counter.show"]).selectOption(TITLE);
	await page.getByLabel(T["counter.date"]).selectOption({ index: 1 });
	const entry = page.locator("#entry");
	await entry.focus();
	await page.keyboard.type("h9 adult 10 youth");
	await page.keyboard.press("Enter");
	await page.locator("#entry[data-step=pay][aria-busy=false]").waitFor();
	await page.keyboard.press("n");
	await page.keyboard.type("Kim Minji");
	await page.keyboard.press("Enter");
	await page.locator("#entry[data-step=pay]").waitFor();
	await look(page, "held");
	await page.keyboard.press("c");
	await page.locator("#entry[data-sales='1'][aria-busy=false]").waitFor();
	const number = (await page.locator(".notice.good").innerText()).split(" ").pop();
	return { number, row: page.getByRole("row").filter({ hasText: number }) };
}

/** All that is kept for a name on sheets, one of them once more on a roll. */
async function print(page, row) {
	const frame = page.frameLocator(".printout iframe");
	for (const [where, name, paper, says] of [
		[page, "print.named", "a4", /Kim Minji[^]*Winter Journey[^]*H-10[^]*Youth/u],
		[row, "print.again", "80mm", /Winter Journey[^]*H-10[^]*Youth/u],
	]) {
		await does(page, T[name], (dialog) => dialog.getByLabel(T["print.paper"]).selectOption(paper), where);
		await frame.locator("article").nth(1).waitFor();
		assert.match(await frame.locator("main").innerText(), says);
		// Which paper the printer is told of, and that it is told.
		const sheet = await page.locator(".printout iframe").evaluate((element) => {
			const view = element.contentWindow;
			view.print = () => (view.printed = true);
			return [...view.document.adoptedStyleSheets[0].cssRules].map((rule) => rule.cssText).join("\n");
		});
		assert.match(sheet, paper === "a4" ? /@page \{[^}]*a4/i : /@page \{[^}]*80mm/);
		await page.locator(".printout").getByRole("button", { name: T["print.do"], exact: true }).click();
		assert.ok(await page.locator(".printout iframe").evaluate((element) => element.contentWindow.printed));
		await look(page, `printed-${paper}`);
		await page.getByRole("button", { name: T["print.close"], exact: true }).click();
		await page.locator(".printout").waitFor({ state: "detached" });
	}
	await does(page, T["print.named"], async () => undefined);
	await page.getByText(T["print.named.none"]).waitFor();
}

/** To other seats, and all of it is told by the history. */
async function move(page, number) {
	await page.goto(`/operator/reservations/${number}`);
	await does(page, T["move.do"], async (dialog) => {
		await dialog.getByLabel(T["ask.why"]).fill("the season");
		await dialog.getByRole("button", { name: T["move.do"], exact: true }).click();
		await dialog.getByText(T["move.none"]).waitFor();
		await dialog.getByLabel(like(T["move.to"])).nth(0).fill("a1");
		await dialog.getByLabel(like(T["move.to"])).nth(1).fill("a2");
		await look(page, "moving");
	});
	await page.getByRole("definition").filter({ hasText: "A" }).first().waitFor();
	await page.getByRole("row").filter({ hasText: T["move.do"] }).filter({ hasText: "A-1" }).waitFor();
	await look(page, "moved");
}

/** The season is over, and in the way of no other test. */
async function end(page, show, performance) {
	await page.goto(`/operator/performances/${performance}`);
	await does(page, T["performance.to.closed"], async () => undefined);
	await page.getByRole("button", { name: T["performance.to.open"], exact: true }).waitFor();
	await page.goto(show);
	await does(page, T["show.change"], (dialog) => dialog.getByLabel(T["col.status"]).selectOption("ended"));
	await page.getByRole("definition").filter({ hasText: T["show.is.ended"] }).waitFor();
}

async function a_season_from_a_first_show_to_a_counted_till(browser) {
	const page = await visit(browser, WIDE, "en-GB");
	await page.goto("/operator/shows");
	await enter(page);
	await page.getByRole("heading", { name: T["nav.shows"] }).waitFor();
	if (process.env.EMPTY === "yes") await page.getByText(T["list.none"]).waitFor();
	await look(page, "shows");
	const show = await addShow(page);
	await drawHall(page);
	const performance = await putOn(page, show);
	const { number, row } = await sell(page);
	await print(page, row);
	await move(page, number);
	const layout = await api(page, `/performances/${performance}/layout`);
	const seat = layout.seats.find((one) => one.row === "A" && one.number === 2);
	// The seat of the youth goes back.
	await page.goto("/operator/counter/sales?name=Kim");
	await does(page, T["counter.reverse"], (dialog) => dialog.getByRole("checkbox", { name: "A-2", exact: true }).check(), row);
	await row.getByText(EN["reservation.PARTLY_CANCELLED"]).waitFor();
	await look(page, "reversed");
	const map = await api(page, `/performances/${performance}/seats`);
	const taken = [...map.statuses].flatMap((letter, i) => (letter === "A" ? [] : [i + 1]));
	assert.deepEqual(taken.map((id) => layout.seats.find((one) => one.seat_id === id)).map((one) => `${one.row}${one.number}`), ["A1"]);
	await page.goto("/operator/counter/close");
	await page.locator("input[name=counted]").fill(String(FLOAT + PRICES.adult));
	await page.keyboard.press("Enter");
	await page.getByText(T["counter.right"]).waitFor();
	await look(page, "counted");
	await end(page, show, performance);
	quiet(page);
}

void main([a_season_from_a_first_show_to_a_counted_till]);
