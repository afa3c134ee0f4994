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
	W(EMAIL, "이메일", "E-mail")
/* clang-format on */

enum m_word {
#define M_ENUM(name, ko, en) M_##name,
	M_WORDS(M_ENUM)
#undef M_ENUM
};

const char *m_word(enum lang lang, enum m_word word);

/* What a problem is told with, by its slug (http/problem.h); of one that only a
 * mistake of ours or an operator can meet, something for any. */
const char *m_problem(enum lang lang, const char *slug);
/* The notice that a redirect asks for: a problem's slug, or one of our own
 * words. NULL: there is none such. */
const char *m_why(enum lang lang, struct span why);
/* Whether it tells of something that was done. */
bool m_why_is_good(struct span why);

#endif
