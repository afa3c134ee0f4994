// SPDX-License-Identifier: BSD-2-Clause
//
// Part - what takes the place of another: reading goes on there
//
// Layer: operator.
import { useEffect, useRef, type ReactNode } from "react";

export function Part(props: { title: string; children: ReactNode }) {
	const here = useRef<HTMLElement>(null);
	useEffect(() => here.current?.focus(), []);
	return (
		<section ref={here} tabIndex={-1} aria-label={props.title}>
			<h2>{props.title}</h2>
			{props.children}
		</section>
	);
}
