// SPDX-License-Identifier: BSD-2-Clause
//
// Webhooks - who is told over HTTPS of what happens, and what each was told
//
// A secret is shown once, when it is made, and is nowhere else.
//
// Layer: operator.  Uses: parts, state, api.
import { useState } from "react";
import { Field } from "../../parts/Field";
import { Heading } from "../../parts/Frame";
import { Link } from "../../parts/Link";
import { Notice } from "../../parts/Notice";
import { Waiting } from "../../parts/Waiting";
import { textOf } from "../../state/form";
import { useRead, type Read } from "../../state/read";
import { go } from "../../state/route";
import { asMe } from "../../state/session";
import { moment } from "../../words/words";
import { useAgain } from "../again";
import * as api from "../calls";
import { Ask, whyOf } from "../parts/Ask";
import { Facts } from "../parts/Facts";
import { Kept } from "../parts/Kept";
import { List } from "../parts/List";
import { Part } from "../parts/Part";
import { Refusal } from "../parts/Refusal";
import { optionsOf } from "../parts/Select";
import { Table } from "../parts/Table";
import { useTexts } from "../words/words";

/** All that one may be told. */
const KINDS = Object.keys({
	"reservation.confirmed": true,
	"reservation.moved": true,
	"reservation.transferred": true,
	"reservation.partly_cancelled": true,
	"reservation.cancelled": true,
	"payment.refunded": true,
	"payment.late": true,
	"payment.failed": true,
	"payment.canceled": true,
	"performance.moved": true,
	"performance.called_off": true,
} satisfies Record<api.WebhookKind, true>) as api.WebhookKind[];

const STATUSES: api.Delivery["status"][] = ["waiting", "sent", "failed"];

/** Somebody else is told meanwhile. */
const AGAIN_MS = 3_000;

/** What a kind of message is called. */
function useKind(): (kind: string) => string {
	const { say } = useTexts();
	return (kind) => say(`told.${kind.replace(".", "-")}`);
}

/** How it is with one. */
function useCondition(): (one: api.Webhook) => string {
	const { t, language } = useTexts();
	return (one) =>
		!one.enabled ? [t("webhook.off"), one.why].filter(Boolean).join(": ")
			: one.failing_since === null ? t("webhook.on")
			: t("webhook.failing", { at: moment(language, one.failing_since) });
}

function Fields({ one }: { one?: api.Webhook }) {
	const { t } = useTexts();
	const kind = useKind();
	return (
		<>
			<Field label={t("webhook.url")} name="url" type="url" required maxLength={500} defaultValue={one?.url ?? "https://"} autoComplete="off" spellCheck={false} hint={t("webhook.url.hint")} />
			<Field label={t("webhook.note")} name="note" maxLength={100} defaultValue={one?.note ?? ""} autoComplete="off" />
			<fieldset className="kinds">
				<legend>{t("webhook.kinds")}</legend>
				{KINDS.map((value) => (
					<label key={value} className="agree">
						<input type="checkbox" name="kinds" value={value} defaultChecked={one?.kinds.includes(value) ?? true} />
						{kind(value)}
					</label>
				))}
			</fieldset>
		</>
	);
}

const wishesIn = (form: FormData) => ({
	url: textOf(form, "url").trim(),
	note: textOf(form, "note").trim(),
	kinds: form.getAll("kinds") as api.WebhookKind[],
	reason: whyOf(form),
});

function Secret({ of, kept }: { of: api.Webhook; kept(): void }) {
	const { t } = useTexts();
	return (
		<Part title={t("webhook.secret")}>
			<p>{t("webhook.secret.lead", { url: of.url })}</p>
			<p><code className="secret">{of.secret}</code></p>
			<Kept text={of.secret ?? ""} kept={kept} />
		</Part>
	);
}

export function Webhooks() {
	const { t } = useTexts();
	const kind = useKind();
	const condition = useCondition();
	const [made, setMade] = useState<api.Webhook>();
	const read = useRead("webhooks", () => asMe(api.listWebhooks));
	const make = async (form: FormData) => {
		setMade(await asMe((token) => api.makeWebhook(token, wishesIn(form))));
		await read.again();
	};
	const items = read.data?.items;
	return (
		<>
			<Heading aside={<Ask title={t("webhook.add")} lead={t("webhook.add.lead")} does={make}><Fields /></Ask>}>{t("nav.webhooks")}</Heading>
			{made !== undefined && <Secret of={made} kept={() => setMade(undefined)} />}
			<Refusal problem={read.failure} again={() => void read.again()} />
			{items === undefined && read.failure === undefined && <Waiting />}
			{items?.length === 0 && <Notice>{t("webhook.none")}</Notice>}
			{items !== undefined && items.length > 0 && (
				<Table caption={t("nav.webhooks")} rows={items} keyOf={(one) => one.id} link={(one) => `/operator/webhooks/${one.id}`} columns={[
					{ head: t("webhook.url"), cell: (one) => one.url },
					{ head: t("webhook.note"), cell: (one) => one.note },
					{ head: t("col.status"), cell: condition },
					{ head: t("webhook.waiting"), cell: (one) => one.waiting, number: true },
					{ head: t("webhook.kinds"), cell: (one) => one.kinds.length === KINDS.length ? t("filter.any") : one.kinds.map(kind).join(", ") },
				]} />
			)}
		</>
	);
}

/** rotated: given the secret, once. */
function Moves({ one, read, rotated }: { one: api.Webhook; read: Read<api.Webhook>; rotated(one: api.Webhook): void }) {
	const { t } = useTexts();
	const change = async (body: Parameters<typeof api.changeWebhook>[2]) =>
		read.put(await asMe((token) => api.changeWebhook(token, one.id, body)));
	const rotate = async (form: FormData) => {
		const body = { keep_hours: Number(textOf(form, "keep_hours")), reason: whyOf(form) };
		rotated(await asMe((token) => api.rotateWebhook(token, one.id, body)));
		await read.again();
	};
	const drop = async (form: FormData) => {
		await asMe((token) => api.dropWebhook(token, one.id, whyOf(form)));
		go("/operator/webhooks");
	};
	return (
		<p className="buttons">
			<Ask title={t("entry.change")} does={(form) => change(wishesIn(form))}><Fields one={one} /></Ask>
			<Ask title={t("webhook.rotate")} lead={t("webhook.rotate.lead")} does={rotate}>
				<Field label={t("webhook.keep")} name="keep_hours" type="number" required min={0} max={168} defaultValue={24} />
			</Ask>
			{one.enabled
				? <Ask title={t("webhook.disable")} lead={t("webhook.disable.lead")} does={(form) => change({ enabled: false, reason: whyOf(form) })} />
				: <Ask title={t("webhook.enable")} lead={t("webhook.enable.lead")} does={(form) => change({ enabled: true, reason: whyOf(form) })} />}
			<Ask title={t("entry.delete")} lead={t("webhook.drop.lead")} typed={String(one.id)} does={drop} />
		</p>
	);
}

function About({ id }: { id: number }) {
	const { t, language } = useTexts();
	const kind = useKind();
	const condition = useCondition();
	const [rotated, setRotated] = useState<api.Webhook>();
	const read = useRead(`webhook ${id}`, () => asMe((token) => api.getWebhook(token, id)));
	useAgain(AGAIN_MS, read);
	const one = read.data;
	if (one === undefined)
		return read.failure === undefined ? <Waiting /> : <Refusal problem={read.failure} again={() => void read.again()} />;
	return (
		<>
			<Facts facts={[
				[t("webhook.url"), one.url],
				[t("webhook.note"), one.note],
				[t("col.status"), condition(one)],
				[t("webhook.waiting"), one.waiting],
				[t("webhook.kinds"), one.kinds.map(kind).join(", ")],
				[t("col.since"), moment(language, one.made_at)],
			]} />
			<Moves one={one} read={read} rotated={setRotated} />
			{rotated !== undefined && <Secret of={rotated} kept={() => setRotated(undefined)} />}
			<h2>{t("delivery.all")}</h2>
		</>
	);
}

export function WebhookPage({ id }: { id: number }) {
	const { t, say, language } = useTexts();
	const kind = useKind();
	return (
		<List title={t("webhook.title", { id })} name={`deliveries of ${id}`} lead={<About id={id} />}
			read={(token, query) => api.listDeliveries(token, id, query)}
			keyOf={(one) => one.id} link={(one) => `/operator/webhooks/deliveries/${one.id}`}
			filters={[{ name: "status", label: t("col.status"), options: optionsOf(STATUSES, (value) => say(`delivery.is.${value}`)) }]}
			columns={[
				{ head: t("col.id"), cell: (one) => one.id },
				{ head: t("col.what"), cell: (one) => kind(one.kind) },
				{ head: t("col.about"), cell: (one) => one.about },
				{ head: t("col.status"), cell: (one) => say(`delivery.is.${one.status}`) },
				{ head: t("letter.tries"), cell: (one) => one.tries, number: true },
				{ head: t("delivery.last"), cell: (one) => one.last_status ?? "–", number: true },
				{ head: t("letter.error"), cell: (one) => one.error ?? "–" },
				{ head: t("col.at"), cell: (one) => moment(language, one.at) },
			]} />
	);
}

export function DeliveryPage({ id }: { id: number }) {
	const { t, say, language } = useTexts();
	const kind = useKind();
	const read = useRead(`delivery ${id}`, () => asMe((token) => api.getDelivery(token, id)));
	useAgain(AGAIN_MS, read);
	const one = read.data;
	if (one === undefined)
		return read.failure === undefined ? <Waiting /> : <Refusal problem={read.failure} again={() => void read.again()} />;
	const replay = async (form: FormData) => {
		await asMe((token) => api.replayDelivery(token, id, whyOf(form)));
		await read.again();
	};
	return (
		<>
			<Heading>{t("delivery.title", { id })}</Heading>
			<Facts facts={[
				[t("webhook.one"), <Link key="to" href={`/operator/webhooks/${one.webhook_id}`}>{t("webhook.title", { id: one.webhook_id })}</Link>],
				[t("col.what"), kind(one.kind)],
				[t("col.about"), one.about],
				[t("col.status"), say(`delivery.is.${one.status}`)],
				[t("delivery.next"), one.send_at === null ? "–" : moment(language, one.send_at)],
				[t("delivery.event"), one.event_id],
			]} />
			<p className="buttons">
				<Ask title={t("delivery.replay")} lead={t("delivery.replay.lead")} disabled={one.status === "waiting"} does={replay} />
			</p>
			<h2>{t("delivery.body")}</h2>
			<pre><code>{JSON.stringify(one.body, null, 2)}</code></pre>
			<h2>{t("letter.tries")}</h2>
			<Table caption={t("letter.tries")} rows={one.attempts ?? []} keyOf={(attempt) => attempt.at} columns={[
				{ head: t("col.at"), cell: (attempt) => moment(language, attempt.at) },
				{ head: t("delivery.last"), cell: (attempt) => attempt.status, number: true },
				{ head: t("delivery.ms"), cell: (attempt) => attempt.ms, number: true },
				{ head: t("letter.error"), cell: (attempt) => attempt.error ?? "–" },
			]} />
		</>
	);
}
