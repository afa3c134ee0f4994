// SPDX-License-Identifier: BSD-2-Clause
//
// Table - rows of the same kind; arrows go up and down among their links
//
// Layer: operator.
import type { KeyboardEvent, ReactNode } from "react";
import { Link } from "../../parts/Link";

export interface Column<Row> {
	head: string;
	cell(row: Row): ReactNode;
	number?: boolean;
}

function move(event: KeyboardEvent<HTMLElement>): void {
	const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
	if (step === undefined || !(event.target instanceof HTMLAnchorElement)) return;
	const links = [...event.currentTarget.querySelectorAll<HTMLAnchorElement>("th a")];
	const to = links[links.indexOf(event.target) + step];
	if (to === undefined) return;
	event.preventDefault();
	to.focus();
}

/** The first column names a row, and leads to it where there is a page of it. */
export function Table<Row>(props: {
	caption: string;
	columns: Column<Row>[];
	rows: Row[];
	keyOf(row: Row): string | number;
	link?(row: Row): string | undefined;
	foot?: ReactNode;
}) {
	const name = (column: Column<Row>, row: Row) => {
		const href = props.link?.(row);
		return href === undefined ? column.cell(row) : <Link href={href}>{column.cell(row)}</Link>;
	};
	return (
		<div className="table" tabIndex={0} role="group" aria-label={props.caption}>
			<table onKeyDown={move}>
				<caption className="hidden">{props.caption}</caption>
				<thead>
					<tr>{props.columns.map((column) => <th key={column.head} scope="col" className={column.number ? "n" : ""}>{column.head}</th>)}</tr>
				</thead>
				<tbody>
					{props.rows.map((row) => (
						<tr key={props.keyOf(row)}>
							{props.columns.map((column, at) => at === 0
								? <th key={column.head} scope="row">{name(column, row)}</th>
								: <td key={column.head} className={column.number ? "n" : ""}>{column.cell(row)}</td>)}
						</tr>
					))}
				</tbody>
				{props.foot}
			</table>
		</div>
	);
}
