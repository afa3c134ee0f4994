// SPDX-License-Identifier: BSD-2-Clause
//
// main - the operators' page begins here
import { createRoot } from "react-dom/client";
import { reportUncaught } from "../state/report";
import { App } from "./app";
import "../style.css";
import "./operator.css";

reportUncaught();
const root = document.getElementById("page");
if (root !== null) createRoot(root).render(<App />);
