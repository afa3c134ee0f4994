// SPDX-License-Identifier: BSD-2-Clause
//
// Link - a link within the page; a new tab, or no script, works as well
//
// Layer: parts.  Uses: state.
import type { AnchorHTMLAttributes, MouseEvent } from "react";
import { go } from "../state/route";

export function Link(
	props: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string },
) {
	const follow = (event: MouseEvent<HTMLAnchorElement>) => {
		if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0)
			return;
		event.preventDefault();
		go(props.href);
	};
	return <a {...props} onClick={follow} />;
}
