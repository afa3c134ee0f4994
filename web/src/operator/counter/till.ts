// SPDX-License-Identifier: BSD-2-Clause
//
// till - one's own till that is open, if there is one
//
// Layer: operator.  Uses: state.
import { useRead } from "../../state/read";
import { asMe } from "../../state/session";
import { listTills } from "../calls";

export const useMyTill = () => useRead("my till", () => asMe((token) => listTills(token, { open: "true", mine: "true", limit: 1 })));
