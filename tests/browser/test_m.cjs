// SPDX-License-Identifier: BSD-2-Clause
//
// test_m - the pages that need no JavaScript, in a browser that has none
//
// Layer: tests.  Uses: browser, buyer.
"use strict";
const assert = require("node:assert");
const { execSync } = require("node:child_process");
const { ENV, PHONE, DESK, visit, shot, inaccessible, main } = require("./browser.cjs");
const { PASSWORD, account, onSale, scanned } = require("./buyer.cjs");

const press = (page, name) => page.getByRole("button", { name, exact: true }).click();

/** Whoever has an account and money, where the page leads behind the login. */
async function logIn(page, next = "") {
	const name = await account(page, 1_000_000);
	await page.goto(`/m/login${next && `?next=${next}`}`);
	await page.getByLabel("Login name").fill(name);
	await page.getByLabel("Password").fill(PASSWORD);
	await press(page, "Log in");
	return name;
}

async function two_seats_are_bought_one_is_given_back_and_the_other_is_read(browser) {
	const page = await visit(browser, { ...PHONE, javaScriptEnabled: false }, "en-GB");
	const one = await onSale(page, "play");
	// Where there is no JavaScript the large page leads here.
	await page.goto("/");
	await page.getByRole("link", { name: "These pages" }).click();
	await page.getByRole("heading", { name: "What is on" }).waitFor();
	await logIn(page, `/m/performances/${one.id}`);
	await shot(page, "m-seats");
	await page.getByLabel("How many?").selectOption("2");
	await press(page, "Find seats together");
	await page.getByRole("heading", { name: "Your seats" }).waitFor();
	await shot(page, "m-basket");
	// Pressed twice it buys once.
	await page.getByRole("button", { name: "Pay from the wallet" }).dblclick();
	await page.getByText("the seats are yours").waitFor();
	await page.goBack();
	await page.getByText("Confirmed").or(page.getByRole("heading", { name: "Your seats" })).first().waitFor();
	await page.goto("/m/reservations");
	assert.equal(await page.locator(".cards li").count(), 1);
	await page.locator(".cards a").click();
	await page.getByRole("checkbox").first().check();
	await press(page, "See what comes back");
	await page.getByText("Comes back: 45,000 KRW").waitFor();
	await press(page, "Give back");
	await page.getByText("They were given back").waitFor();
	await shot(page, "m-given-back");
	await page.getByRole("link", { name: "Tickets to show or print" }).click();
	await page.locator("article").waitFor();
	// What a gate reads from it, from the paper too.
	assert.equal(await page.locator("article").count(), 1);
	assert.equal(scanned(await page.screenshot()).length, 1);
	await page.emulateMedia({ media: "print" });
	const [code] = scanned(await page.locator("article").screenshot());
	assert.equal(code.length, 143);
}

async function every_page_is_accessible_in_both_schemes(browser) {
	const wrong = [];
	const page = await visit(browser, PHONE, "en-GB");
	const [play, concert] = [await onSale(page, "play"), await onSale(page, "concert")];
	const look = async (name) => {
		assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is too wide`);
		for (const scheme of ["light", "dark"]) {
			await page.emulateMedia({ colorScheme: scheme });
			for (const one of await inaccessible(page, scheme)) wrong.push(`${scheme} ${name}: ${one}`);
		}
		await shot(page, `m-dark-${name}`);
	};
	const open = async (name, address) => {
		await page.goto(address);
		await look(name);
	};
	await open("shows", "/m");
	await open("show", `/m/shows/${play.show.id}`);
	await open("outside", `/m/performances/${play.id}`);
	await open("signup", "/m/signup?why=login-taken");
	await open("login", "/m/login");
	await open("nowhere", "/m/nowhere");
	await logIn(page, `/m/performances/${concert.id}`);
	await look("sections");
	await page.locator("table a").first().click();
	await look("section");
	await press(page, "Find seats together");
	await look("basket");
	await press(page, "Give these seats up");
	await open("seats", `/m/performances/${play.id}`);
	await press(page, "Find seats together");
	await press(page, "Pay from the wallet");
	await look("bought");
	const mine = page.url().split("?")[0];
	await open("question", `${mine}/cancel`);
	await press(page, "Give back");
	await look("given-back");
	await open("reservations", "/m/reservations");
	await open("line", `/m/performances/${play.id}/line`);
	await page.goto("/m/language/ko?to=/m");
	await look("korean");
	assert.equal(wrong.join("\n"), "");
}

async function a_place_in_the_line_is_told_and_its_clock_can_be_stopped(browser) {
	const page = await visit(browser, { ...DESK, javaScriptEnabled: false }, "en-GB");
	const one = await onSale(page, "movie");
	const queue = (what) => execSync(`${ENV.CTL} queue ${what} --reason test`);
	queue(`set ${one.id} --mode fifo --active 1`);
	queue(`pause ${one.id}`);
	try {
		await logIn(page, `/m/performances/${one.id}`);
		await page.getByRole("link", { name: "To the line" }).click();
		await press(page, "Join the line");
		await page.getByText("In front of you").waitFor();
		await shot(page, "m-line");
		await page.getByRole("link", { name: "Turn refreshing off" }).click();
		await page.getByText("does not refresh itself").waitFor();
		await press(page, "Leave the line");
		await page.getByText("You have left the line").waitFor();
	} finally {
		queue(`resume ${one.id}`);
		queue(`set ${one.id} --mode off`);
	}
}

void main([
	two_seats_are_bought_one_is_given_back_and_the_other_is_read,
	every_page_is_accessible_in_both_schemes,
	a_place_in_the_line_is_told_and_its_clock_can_be_stopped,
]);
