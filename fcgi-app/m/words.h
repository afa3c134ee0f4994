/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * words - what the pages say, in each language
 *
 * Layer: fcgi-app/m.  Uses: base.
 */
#ifndef FCGI_APP_M_WORDS_H
#define FCGI_APP_M_WORDS_H

#include "base/lang.h"
#include "base/span.h"

/* clang-format off */
#define M_WORDS(W) \
	W(NAV, "주 메뉴", "Main menu") \
	W(SHOWS, "상영·공연", "What is on") \
	W(RESERVATIONS, "내 예매", "My reservations") \
	W(LOGIN, "로그인", "Log in") \
	W(LOGOUT, "로그아웃", "Log out") \
	W(SIGNUP, "회원가입", "Sign up") \
	W(LANGUAGE, "한국어로 보기", "In English") \
	W(WRONG, "처리하지 못했습니다", "That did not work") \
	W(REQUEST_ID, "요청 번호", "Request") \
	W(REFRESH_IS_ON, "이 페이지는 스스로 새로 고칩니다.", \
	    "This page refreshes itself.") \
	W(REFRESH_IS_OFF, "이 페이지는 스스로 새로 고치지 않습니다.", \
	    "This page does not refresh itself.") \
	W(REFRESH_ON, "새로 고침 켜기", "Turn refreshing on") \
	W(REFRESH_OFF, "새로 고침 끄기", "Turn refreshing off") \
	W(KIND_MOVIE, "영화", "Movie") \
	W(KIND_CONCERT, "콘서트", "Concert") \
	W(KIND_PLAY, "연극", "Play") \
	W(KIND_SPORT, "스포츠", "Sport") \
	W(MINUTES, "분", "minutes") \
	W(NOT_ON_SALE, "지금은 예매할 수 없습니다.", "Not on sale now.") \
	W(MORE, "더 보기", "More") \
	W(DAYS, "날짜", "Days") \
	W(PERFORMANCES, "회차", "Performances") \
	W(NOTHING, "아무것도 없습니다.", "There is nothing.") \
	W(SOLD_OUT, "매진", "Sold out") \
	W(FREE, "석 남음", "seats left") \
	W(LOGIN_ID, "아이디", "Login name") \
	W(PASSWORD, "비밀번호", "Password") \
	W(NEW_PASSWORD, "비밀번호 (8자 이상)", \
	    "Password (8 characters or more)") \
	W(NAME, "이름", "Name") \
	W(EMAIL, "이메일", "E-mail") \
	W(HOW_MANY, "몇 명인가요?", "How many?") \
	W(BEST, "가장 좋은 자리", "The best seats together") \
	W(FIND_BEST, "함께 앉을 자리 찾기", "Find seats together") \
	W(PRICE, "가격", "Price") \
	W(PRICE_FROM, "가격(부터)", "Price from") \
	W(ANY, "모두", "Any") \
	W(ROW, "{}열", "Row {}") \
	W(CHOOSE, "좌석 고르기", "Choose seats") \
	W(CHOOSE_HOW, "빈 좌석에만 선택 상자가 있습니다.", \
	    "Seats that are free have a check box.") \
	W(TAKE, "선택한 좌석 잡기", "Keep these for me") \
	W(FIRST_ROWS, "첫 열로", "First rows") \
	W(NEXT_ROWS, "다음 열", "Next rows") \
	W(SECTIONS, "구역", "Sections") \
	W(SECTION, "구역", "Section") \
	W(LOGIN_TO_BUY, "로그인하고 예매하기", "Log in to buy") \
	W(OPENS, "판매 시작:", "The sale opens:") \
	W(YOU_HOLD, "잡아 둔 좌석이 있습니다. 결제하러 가기", \
	    "You hold seats here: go on to pay") \
	W(BASKET, "잡아 둔 좌석", "Your seats") \
	W(PLACE, "자리", "Place") \
	W(WITH_PROOF, "증빙 필요", "bring proof") \
	W(TOTAL, "합계", "Total") \
	W(KEPT_FOR, "남은 시간(분:초)", "Kept for you for (minutes:seconds)") \
	W(EXTEND, "시간 늘리기", "More time") \
	W(TICKET_TYPES, "권종별 매수", "How many of each ticket") \
	W(CHANGE, "바꾸기", "Change") \
	W(DROP, "돌려놓기", "Give these seats up") \
	W(PAY, "결제", "Pay") \
	W(WALLET, "지갑 잔액", "In your wallet") \
	W(PAY_WALLET, "지갑으로 결제하기", "Pay from the wallet") \
	W(PAY_ELSEWHERE, "카드로 결제하기", "Pay by card") \
	W(PAYMENT, "결제", "Payment") \
	W(PAYMENT_WAITS, "결제 결과를 기다리고 있습니다.", \
	    "We are waiting for the end of the payment.") \
	W(PAY_THERE, "결제는 결제 회사의 페이지에서 끝납니다.", \
	    "The payment is finished on a page of who takes it.") \
	W(GO_THERE, "결제 페이지로 가기", "Go there") \
	W(BACK_TO_SEATS, "좌석으로 돌아가기", "Back to the seats") \
	W(RESERVATION, "예매", "Reservation") \
	W(CONFIRMED, "예매 완료", "Confirmed") \
	W(PARTLY_CANCELLED, "일부 취소", "Partly cancelled") \
	W(CANCELLED, "취소됨", "Cancelled") \
	W(TICKETS, "입장권 보기와 인쇄", "Tickets to show or print") \
	W(GIVE_BACK, "예매 취소", "Give back") \
	W(GIVE_BACK_UNTIL, "취소할 수 있는 때:", "Possible until:") \
	W(GIVE_BACK_WHICH, "취소할 자리 (고르지 않으면 모두)", \
	    "Which places? (None: all of them)") \
	W(GIVE_BACK_LOOK, "돌려받을 금액 보기", "See what comes back") \
	W(GIVE_BACK_DO, "취소하기", "Give back") \
	W(COMES_BACK, "돌려받을 금액", "Comes back") \
	W(COMES_BACK_TO_PAYER, "결제하신 분께 돌아갈 금액", \
	    "Comes back to who paid") \
	W(KEEP, "취소하지 않기", "Keep them") \
	W(REFUND, "환불", "Refund") \
	W(REFUND_DONE, "완료", "done") \
	W(REFUND_SENT, "진행 중", "on its way") \
	W(LINE, "대기열", "The line") \
	W(LINE_IS, "이 회차는 줄을 서서 예매합니다.", \
	    "There is a line in front of this performance.") \
	W(LINE_GO, "대기열로 가기", "To the line") \
	W(LINE_JOIN, "줄 서기", "Join the line") \
	W(LINE_LEAVE, "줄에서 나가기", "Leave the line") \
	W(LINE_LOBBY, "판매가 시작되면 추첨으로 순서를 정합니다.", \
	    "When the sale opens, the order is drawn among all who are here.") \
	W(LINE_AHEAD, "내 앞에 있는 사람:", "In front of you:") \
	W(LINE_ETA, "예상 대기 시간(분)", "Expected wait, minutes") \
	W(LINE_LATE, "내 차례 전에 매진될 수 있습니다.", \
	    "It may be sold out before it is your turn.") \
	W(LINE_OVER, "대기열의 자리가 끝났습니다.", \
	    "Your place in the line is over.") \
	W(TYPE_WHEELCHAIR, "휠체어석", "wheelchair place") \
	W(TYPE_COMPANION, "동반석", "companion seat") \
	W(TYPE_COUPLE, "커플석", "couple seat")
/* clang-format on */

enum m_word {
#define M_ENUM(name, ko, en) M_##name,
	M_WORDS(M_ENUM)
#undef M_ENUM
};

/* Some are forms with a hole (base/html.h). */
const char *m_word(enum lang lang, enum m_word word);

/* What is special about seats of a type of the catalog; NULL: nothing that we
 * have a word for. */
const char *m_seat_type(enum lang lang, struct span type);

/* What a problem is told with, by its slug (http/problem.h); of one that only a
 * mistake of ours or an operator can meet, something for any. */
const char *m_problem(enum lang lang, const char *slug);
/* The notice that a redirect asks for: a problem's slug, or one of our own
 * words. NULL: there is none such. */
const char *m_why(enum lang lang, struct span why);
/* Whether it tells of something that was done. */
bool m_why_is_good(struct span why);

#endif
