// SPDX-License-Identifier: BSD-2-Clause
//
// client - one request to the API, typed by doc/openapi.yaml
//
// An answer is given as it is; a problem document, and a network that fails,
// are thrown as Problem. Nothing is asked again here: who asks knows whether
// that is safe.
//
// Layer: api.
import type { components, operations } from "./schema";

export type Schema<Name extends keyof components["schemas"]> =
	components["schemas"][Name];

type Json<Response> = Response extends {
	content: { "application/json": infer Body };
}
	? Body
	: undefined;

type Good<Responses> = {
	[Status in keyof Responses]: Status extends 200 | 201 | 202 | 204
		? Json<Responses[Status]>
		: never;
}[keyof Responses];

/** What an operation of the document answers when all is well. */
export type Answer<Name extends keyof operations> =
	operations[Name] extends { responses: infer Responses }
		? Good<Responses>
		: never;

type Document = Partial<Schema<"Problem">>;

/** What went wrong; slug is the last part of the problem's type. */
export class Problem extends Error {
	readonly slug: string;
	readonly status: number;
	readonly document: Document;
	readonly retryAfterS: number;

	constructor(status: number, document: Document, headers?: Headers) {
		super(document.title ?? "The network failed");
		this.status = status;
		this.document = document;
		this.slug = (document.type ?? "offline").replace("/problems/", "");
		this.retryAfterS = Number(headers?.get("Retry-After") ?? 0);
	}
}

export interface Request {
	method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
	query?: Record<string, string | number | undefined>;
	body?: unknown;
	/** In the place of a body that is JSON. */
	file?: Blob;
	/** Who names himself is answered as it is now, past what a web server or this
	 * browser has kept. */
	token?: string | undefined;
	/** Idempotency-Key */
	key?: string;
	/** If-Match */
	match?: string;
	/** media type, where it is not JSON */
	accept?: string;
	/** X-Queue-Token */
	ticket?: string | undefined;
	/** From which byte of a file on. */
	from?: number;
	cookieSession?: boolean;
}

let language = "en";

/** The language in which texts are asked for from now on. */
export function speak(tag: string): void {
	language = tag;
}

function address(path: string, query: Request["query"]): string {
	const words = new URLSearchParams();
	for (const [name, value] of Object.entries(query ?? {}))
		if (value !== undefined && value !== "") words.set(name, String(value));
	const text = words.toString();
	return `/api/v1${path}${text === "" ? "" : `?${text}`}`;
}

function headersOf(request: Request): Headers {
	const headers = new Headers({ "Accept-Language": language });
	if (request.body !== undefined)
		headers.set("Content-Type", "application/json");
	if (request.file !== undefined)
		headers.set("Content-Type", request.file.type);
	if (request.accept !== undefined) headers.set("Accept", request.accept);
	if (request.token !== undefined)
		headers.set("Authorization", `Bearer ${request.token}`);
	if (request.key !== undefined) headers.set("Idempotency-Key", request.key);
	if (request.match !== undefined) headers.set("If-Match", request.match);
	if (request.from !== undefined) headers.set("Range", `bytes=${request.from}-`);
	if (request.ticket !== undefined)
		headers.set("X-Queue-Token", request.ticket);
	if (request.cookieSession === true) headers.set("X-Session", "cookie");
	return headers;
}

let aheadMs = 0;

/** What the server's clock shows, to a second or so. */
export function serverNow(): number {
	return Date.now() + aheadMs;
}

/* Only of an answer that no cache has kept. Its Date has whole seconds. */
function setClock(headers: Headers, askedMs: number): void {
	const said = Date.parse(headers.get("Date") ?? "");
	if (!Number.isNaN(said))
		aheadMs = said + 500 - (askedMs + Date.now()) / 2;
}

async function problemOf(response: Response): Promise<Problem> {
	let document: Document = {};
	try {
		document = (await response.json()) as Document;
	} catch {
		// Something between us and the application has answered.
		document = { type: "/problems/internal", title: response.statusText };
	}
	return new Problem(response.status, document, response.headers);
}

async function fetched(path: string, request: Request): Promise<Response> {
	const askedMs = Date.now();
	let response: Response;
	try {
		response = await fetch(address(path, request.query), {
			method: request.method ?? "GET",
			headers: headersOf(request),
			body:
				request.file ??
				(request.body === undefined ? null : JSON.stringify(request.body)),
			credentials: request.cookieSession === true ? "same-origin" : "omit",
			cache: request.token === undefined ? "default" : "no-cache",
		});
	} catch {
		throw new Problem(0, {});
	}
	if (request.token !== undefined) setClock(response.headers, askedMs);
	if (!response.ok) throw await problemOf(response);
	return response;
}

/** The text of what is not JSON. */
export async function askText(
	_operation: keyof operations,
	path: string,
	request: Request & { accept: string },
): Promise<string> {
	return (await fetched(path, request)).text();
}

/** A file, or as much of it as the server gives at once. */
export async function askFile(
	_operation: keyof operations,
	path: string,
	request: Request & { from: number },
): Promise<Blob> {
	return (await fetched(path, request)).blob();
}

async function bodyOf<Name extends keyof operations>(
	response: Response,
): Promise<Answer<Name>> {
	if (response.status === 204) return undefined as Answer<Name>;
	return (await response.json()) as Answer<Name>;
}

/* What was asked for before the page that needs it was there, by its address. */
const begun = new Map<string, Promise<unknown>>();
let isAhead = false;
/** An answer that nobody has come for by then is forgotten. */
const BEGUN_MS = 5_000;

function begin(at: string, asked: Promise<unknown>): void {
	begun.set(at, asked);
	const forget = () => setTimeout(() => begun.delete(at), BEGUN_MS);
	asked.then(forget, forget);
}

/** Ask already: who asks for the same next, and for the first time, is given this
 * answer. Only for what is read, and is nobody's own. */
export function askAhead(...calls: (() => Promise<unknown>)[]): void {
	isAhead = true;
	for (const call of calls) void call();
	isAhead = false;
}

export function ask<Name extends keyof operations>(
	_operation: Name,
	path: string,
	request: Request = {},
): Promise<Answer<Name>> {
	const at = address(path, request.query);
	const known = request.token === undefined ? begun.get(at) : undefined;
	if (known !== undefined) {
		begun.delete(at);
		return known as Promise<Answer<Name>>;
	}
	const asked = fetched(path, request).then((response) => bodyOf<Name>(response));
	if (isAhead) begin(at, asked);
	return asked;
}

/** What was answered, and its version: who changes it says which he has seen. */
export interface Versioned<Body> {
	body: Body;
	/** ETag; "" where there is none. */
	version: string;
}

export async function askVersioned<Name extends keyof operations>(
	_operation: Name,
	path: string,
	request: Request = {},
): Promise<Versioned<Answer<Name>>> {
	const response = await fetched(path, request);
	const version = response.headers.get("ETag") ?? "";
	return { body: await bodyOf<Name>(response), version };
}
