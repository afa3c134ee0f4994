// SPDX-License-Identifier: BSD-2-Clause
//
// main - the page begins here
import { createRoot } from "react-dom/client";
import { App } from "./app";
import { installWorker } from "./state/install";
import { reportUncaught } from "./state/report";
import "./style.css";

reportUncaught();
const root = document.getElementById("page");
if (root !== null) createRoot(root).render(<App />);
if (import.meta.env.PROD) installWorker();
