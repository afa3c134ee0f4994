/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * words - what the pages say, in each language
 *
 * Layer: fcgi-app/m.  Uses: base.
 */
#include "fcgi-app/m/words.h"

static const char *const words[][N_LANGS] = {
#define M_TEXTS(name, ko, en) \
	[M_##name] = { [LANG_KO] = (ko), [LANG_EN] = (en) },
	M_WORDS(M_TEXTS)
#undef M_TEXTS
};

const char *
m_word(enum lang lang, enum m_word word)
{
	return words[word][lang];
}

static const struct {
	const char *type;
	enum m_word word;
} seat_types[] = {
	{ "wheelchair", M_TYPE_WHEELCHAIR },
	{ "companion", M_TYPE_COMPANION },
	{ "couple", M_TYPE_COUPLE },
};

const char *
m_seat_type(enum lang lang, struct span type)
{
	for (size_t i = 0; i < ARRAY_LEN(seat_types); i++)
		if (span_eq_str(type, seat_types[i].type))
			return m_word(lang, seat_types[i].word);
	return NULL;
}

struct notice {
	const char *slug;
	bool good;
	const char *text[N_LANGS];
};

/* clang-format off */
static const struct notice notices[] = {
	/* problems that a buyer can meet */
	{ "unauthenticated", false, { "먼저 로그인해 주세요.",
	    "Please log in first." } },
	{ "invalid-token", false, { "먼저 로그인해 주세요.",
	    "Please log in first." } },
	{ "bad-credentials", false, { "아이디 또는 비밀번호가 다릅니다.",
	    "Login name or password is wrong." } },
	{ "totp-needed", false, {
	    "이 계정은 인증 앱 코드가 필요합니다. /operator에서 로그인해 주세요.",
	    "This account needs a code of an app. Please log in at /operator." } },
	{ "payment-declined", false, { "결제가 거절되었습니다.",
	    "The payment was declined." } },
	{ "insufficient-funds", false, { "지갑 잔액이 부족합니다.",
	    "There is not enough in your wallet." } },
	{ "forbidden", false, {
	    "이 양식은 오래되었거나 다른 곳에서 왔습니다. 페이지를 다시 열어 주세요.",
	    "This form is too old, or comes from elsewhere. Please open the page again." } },
	{ "queue-pass-required", false, { "지금은 내 차례가 아닙니다. 줄을 서 주세요.",
	    "It is not your turn. Please join the line." } },
	{ "not-found", false, { "없거나 내 것이 아닙니다.",
	    "There is no such thing, or it is not yours." } },
	{ "seat-taken", false, { "다른 분이 더 빨랐습니다. 다른 좌석을 골라 주세요.",
	    "Somebody else was faster. Please choose other seats." } },
	{ "section-full", false, { "그만큼 남아 있지 않습니다.",
	    "So many places are not left there." } },
	{ "no-seats-together", false, { "나란히 빈 좌석이 그만큼 없습니다.",
	    "So many seats together are not left." } },
	{ "sale-closed", false, { "지금은 예매하거나 취소할 수 없습니다.",
	    "This is not on sale now, or cannot be given back any more." } },
	{ "hold-paying", false, { "결제 중인 좌석입니다.",
	    "These seats are being paid for." } },
	{ "hold-paid", false, { "이미 결제된 좌석입니다.",
	    "These seats are paid for." } },
	{ "hold-limit-reached", false, { "더는 시간을 늘릴 수 없습니다.",
	    "There is no more time to be had for these seats." } },
	{ "login-taken", false, { "이미 있는 아이디입니다.",
	    "Somebody has this login name already." } },
	{ "idempotency-in-progress", false, { "처리하고 있습니다. 잠시 뒤에 다시 해 주세요.",
	    "This is being worked on. Please ask again in a moment." } },
	{ "already-cancelled", false, { "이미 취소한 좌석입니다.",
	    "These were given back before." } },
	{ "not-payable", false, { "이 방법으로는 결제할 수 없습니다.",
	    "This cannot be paid in this way." } },
	{ "hold-expired", false, { "시간이 끝나 좌석이 다시 풀렸습니다.",
	    "The time is over and the seats are free for others again." } },
	{ "hold-lost", false, { "좌석을 지키지 못했습니다.",
	    "The seats could not be kept." } },
	{ "invalid-field", false, {
	    "고르거나 입력한 내용 중 맞지 않는 것이 있습니다.",
	    "Something in what you chose or wrote does not fit." } },
	{ "seat-rule", false, {
	    "그렇게 고르면 빈자리 하나가 남습니다. 다른 좌석을 골라 주세요.",
	    "A rule of this performance refuses these seats: a single one would be left over. Please choose others." } },
	{ "seat-limit", false, { "한 사람이 살 수 있는 좌석 수를 넘었습니다.",
	    "That is more than one buyer may have here." } },
	{ "rate-limited", false, { "너무 자주 시도했습니다. 잠시 뒤에 다시 해 주세요.",
	    "That was too often. Please try again later." } },
	{ "too-many-holds", false, {
	    "동시에 너무 많은 회차의 좌석을 잡고 있습니다.",
	    "You hold seats in too many performances at the same time." } },
	{ "busy", false, { "지금 이용하는 분이 많습니다. 다시 시도해 주세요.",
	    "There are many people here at the moment. Please try again." } },
	{ "seat-store-unavailable", false, {
	    "지금은 좌석을 판매할 수 없습니다. 잠시 뒤 다시 시도해 주세요.",
	    "Seats cannot be sold at the moment. Please try again in a minute." } },

	/* what is wrong with a new account */
	{ "bad-login-id", false, {
	    "아이디는 한 가지 문자로 된 3~64자의 글자, 숫자, . _ - @ + 입니다.",
	    "A login name has 3 to 64 letters of one script, digits or . _ - @ +" } },
	{ "bad-password", false, { "비밀번호는 8~256자입니다.",
	    "A password has 8 to 256 characters." } },
	{ "bad-name", false, { "이름을 확인해 주세요.",
	    "A name has 1 to 100 characters." } },
	{ "bad-email", false, { "이메일 주소를 확인해 주세요.",
	    "This is no e-mail address." } },

	{ "wrong-tickets", false, {
	    "권종별 매수의 합이 자리 수와 같아야 하고, 권종마다 정해진 매수를 지켜야 합니다.",
	    "Say as many tickets as there are places, and of each type as many as it allows." } },

	/* what was done */
	{ "extended", true, { "시간을 늘렸습니다.", "You have more time." } },
	{ "changed", true, { "권종을 바꾸었습니다.", "The tickets were changed." } },
	{ "dropped", true, { "좌석을 돌려놓았습니다.", "The seats are free again." } },
	{ "bought", true, { "결제했습니다. 좌석은 이제 내 것입니다.",
	    "Paid: the seats are yours." } },
	{ "given-back", true, { "취소했습니다.", "They were given back." } },
	{ "your-turn", true, { "내 차례입니다. 좌석을 골라 주세요.",
	    "It is your turn: choose seats." } },
	{ "left-line", true, { "줄에서 나왔습니다.", "You have left the line." } },
	{ "logged-out", true, { "로그아웃했습니다.", "You are logged out." } },
};
/* clang-format on */

static const struct notice other = { NULL, false,
	{ "문제가 생겼습니다. 다시 시도해 주세요.",
	    "Something went wrong here. Please try again." } };

static const struct notice *
find(struct span slug)
{
	for (size_t i = 0; i < ARRAY_LEN(notices); i++)
		if (span_eq_str(slug, notices[i].slug))
			return &notices[i];
	return NULL;
}

const char *
m_problem(enum lang lang, const char *slug)
{
	const struct notice *n = find(span_str(slug));

	return (n == NULL ? &other : n)->text[lang];
}

const char *
m_why(enum lang lang, struct span why)
{
	const struct notice *n = find(why);

	return n == NULL ? NULL : n->text[lang];
}

bool
m_why_is_good(struct span why)
{
	const struct notice *n = find(why);

	return n != NULL && n->good;
}
