// SPDX-License-Identifier: BSD-2-Clause
//
// own - pages of what somebody has: a script of its own, since who looks what is on
// needs none of it
//
// Layer: pages.  Uses: pages.
export { Account, Wallet } from "./Account";
export { MovePage } from "./Move";
export { PaymentPage } from "./Payment";
export { Done, ReservationPage, Reservations } from "./Reservations";
export { Tickets } from "./Tickets";
export { TransferPage } from "./Transfer";
