// SPDX-License-Identifier: BSD-2-Clause
//
// List - a page that is a list: what it is asked for, a table, and more of it
//
// Layer: operator.  Uses: parts, state.
import type { ReactNode } from "react";
import { Heading } from "../../parts/Frame";
import { Notice } from "../../parts/Notice";
import { Waiting } from "../../parts/Waiting";
import { useMore } from "../../state/more";
import { useRead } from "../../state/read";
import { usePlace } from "../../state/route";
import { asMe } from "../../state/session";
import { askedOf, type Asked } from "../address";
import type { Query, Token } from "../calls";
import { useTexts } from "../words/words";
import { Filters, type Filter } from "./Filters";
import { Refusal } from "./Refusal";
import { Table, type Column } from "./Table";

interface Page<Row> {
	items: Row[];
	next_cursor: string | null;
}

interface Listed<Row> {
	title: string;
	/** By which it is kept while one looks elsewhere. */
	name: string;
	read(token: Token, query: Query): Promise<Page<Row>>;
	columns: Column<Row>[];
	keyOf(row: Row): string | number;
	link?(row: Row): string | undefined;
}

function Rows<Row>(props: Listed<Row> & { asked: Asked }) {
	const { t, b } = useTexts();
	const read = (cursor?: string) =>
		asMe((token) => props.read(token, { ...props.asked, cursor, limit: 50 }));
	const first = useRead(`${props.name} ${JSON.stringify(props.asked)}`, () => read());
	const all = useMore(first, read);
	if (first.data === undefined)
		return first.failure === undefined ? <Waiting /> : <Refusal problem={first.failure} again={() => void first.again()} />;
	if (all.items.length === 0) return <Notice>{t("list.none")}</Notice>;
	return (
		<>
			<Table caption={props.title} columns={props.columns} rows={all.items} keyOf={props.keyOf} {...(props.link && { link: props.link })} />
			<Refusal problem={all.failure} />
			{all.showMore && <p className="buttons"><button type="button" className="quiet" onClick={all.showMore}>{b("show-more")}</button></p>}
		</>
	);
}

export function List<Row>(props: Listed<Row> & { filters?: Filter[]; lead?: ReactNode }) {
	const query = usePlace((place) => place.query);
	const filters = props.filters ?? [];
	const asked = askedOf(query, filters.map(({ name }) => name));
	return (
		<>
			<Heading aside={props.lead}>{props.title}</Heading>
			{filters.length > 0 && <Filters filters={filters} asked={asked} />}
			<Rows key={JSON.stringify(asked)} {...props} asked={asked} />
		</>
	);
}
