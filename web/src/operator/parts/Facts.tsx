// SPDX-License-Identifier: BSD-2-Clause
//
// Facts - what is known of one thing
//
// Layer: operator.
import type { ReactNode } from "react";

export function Facts({ facts }: { facts: [string, ReactNode][] }) {
	return (
		<dl className="facts-of">
			{facts.map(([name, value]) => (
				<div key={name}>
					<dt>{name}</dt>
					<dd>{value}</dd>
				</div>
			))}
		</dl>
	);
}
