// SPDX-License-Identifier: BSD-2-Clause
//
// main - the page begins here
//
// This is small: what it asks for is on its way while the rest of the page, which
// index.html names too, still comes.
import { readAhead } from "./state/ahead";
import { installWorker } from "./state/install";
import { reportUncaught } from "./state/report";
import "./style.css";
import "./map/map.css";

reportUncaught();
readAhead(location);
const root = document.getElementById("page");
if (root !== null) void import("./app").then(({ show }) => show(root));
if (import.meta.env.PROD) installWorker();
