/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * writing - which scripts the letters of a login id are of
 *
 * utf8proc knows no scripts, and a few ranges are all that is needed: what is
 * not listed is of no script in use.
 *
 * Layer: domain.  Uses: base.
 */
#include "account/writing.h"

#define SCRIPT(n) (1U << (n))

enum {
	LATIN = SCRIPT(0),
	GREEK = SCRIPT(1),
	CYRILLIC = SCRIPT(2),
	ARMENIAN = SCRIPT(3),
	HEBREW = SCRIPT(4),
	ARABIC = SCRIPT(5),
	DEVANAGARI = SCRIPT(6),
	BENGALI = SCRIPT(7),
	GURMUKHI = SCRIPT(8),
	GUJARATI = SCRIPT(9),
	TAMIL = SCRIPT(10),
	TELUGU = SCRIPT(11),
	KANNADA = SCRIPT(12),
	MALAYALAM = SCRIPT(13),
	SINHALA = SCRIPT(14),
	THAI = SCRIPT(15),
	LAO = SCRIPT(16),
	MYANMAR = SCRIPT(17),
	GEORGIAN = SCRIPT(18),
	ETHIOPIC = SCRIPT(19),
	KHMER = SCRIPT(20),
	HANGUL = SCRIPT(21),
	HAN = SCRIPT(22),
	HIRAGANA = SCRIPT(23),
	KATAKANA = SCRIPT(24),
	BOPOMOFO = SCRIPT(25),
	NONE = SCRIPT(31), /* of no script in use */
};

/* clang-format off */
static const struct {
	int32_t first, last;
	unsigned script;
} scripts[] = {
	{ 'a', 'z', LATIN },
	{ 0x00C0, 0x0148, LATIN },
	{ 0x014A, 0x0184, LATIN },	/* not tone six, which is a "b" */
	{ 0x0186, 0x01A7, LATIN },	/* nor tone two, an "s" */
	{ 0x01A9, 0x01BC, LATIN },	/* nor tone five, wynn and clicks */
	{ 0x01C4, 0x021C, LATIN },	/* nor yogh, a "3" */
	{ 0x021E, 0x024F, LATIN },
	{ 0x0251, 0x0251, LATIN },	/* of phonetic letters those that */
	{ 0x0253, 0x0254, LATIN },	/* languages of Africa have, and two */
	{ 0x0256, 0x0257, LATIN },	/* that fold.c takes for "a" and "g" */
	{ 0x0259, 0x0259, LATIN },
	{ 0x025B, 0x025B, LATIN },
	{ 0x0260, 0x0261, LATIN },
	{ 0x0263, 0x0263, LATIN },
	{ 0x0268, 0x0268, LATIN },
	{ 0x0272, 0x0272, LATIN },
	{ 0x0289, 0x0289, LATIN },
	{ 0x028B, 0x028B, LATIN },
	{ 0x0292, 0x0292, LATIN },
	{ 0x0300, 0x036F, 0 },		/* accents, of whatever is before */
	{ 0x1E00, 0x1EFF, LATIN },
	{ 0x0370, 0x03E1, GREEK },
	{ 0x03F0, 0x03FF, GREEK },	/* Coptic is between them */
	{ 0x1F00, 0x1FFF, GREEK },
	{ 0x0400, 0x052F, CYRILLIC },
	{ 0x0531, 0x0587, ARMENIAN },
	{ 0x05D0, 0x05F2, HEBREW },
	{ 0x0610, 0x06FF, ARABIC },
	{ 0x0750, 0x077F, ARABIC },
	{ 0x0900, 0x097F, DEVANAGARI },
	{ 0x0980, 0x09FF, BENGALI },
	{ 0x0A00, 0x0A7F, GURMUKHI },
	{ 0x0A80, 0x0AFF, GUJARATI },
	{ 0x0B80, 0x0BFF, TAMIL },
	{ 0x0C00, 0x0C7F, TELUGU },
	{ 0x0C80, 0x0CFF, KANNADA },
	{ 0x0D00, 0x0D7F, MALAYALAM },
	{ 0x0D80, 0x0DFF, SINHALA },
	{ 0x0E00, 0x0E7F, THAI },
	{ 0x0E80, 0x0EFF, LAO },
	{ 0x1000, 0x109F, MYANMAR },
	{ 0x10D0, 0x10FF, GEORGIAN },
	{ 0x1200, 0x137F, ETHIOPIC },
	{ 0x1780, 0x17FF, KHMER },
	{ 0x1100, 0x11FF, HANGUL },
	{ 0xAC00, 0xD7A3, HANGUL },
	{ 0x3005, 0x3007, HAN },
	{ 0x3400, 0x4DBF, HAN },
	{ 0x4E00, 0x9FFF, HAN },
	{ 0x20000, 0x3134F, HAN },
	{ 0x3041, 0x309F, HIRAGANA },
	{ 0x30A1, 0x30FF, KATAKANA },
	{ 0x31F0, 0x31FF, KATAKANA },
	{ 0x3105, 0x312F, BOPOMOFO },
	{ 0x31A0, 0x31BF, BOPOMOFO },
};
/* clang-format on */

unsigned
writing_of(int32_t c)
{
	if (c < 0x80 && (c < 'a' || c > 'z'))
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(scripts); i++)
		if (c >= scripts[i].first && c <= scripts[i].last)
			return scripts[i].script;
	return NONE;
}

bool
writing_goes_together(unsigned seen)
{
	static const unsigned together[] = {
		LATIN | HAN | HIRAGANA | KATAKANA,
		LATIN | HAN | BOPOMOFO,
		LATIN | HAN | HANGUL,
	};

	if ((seen & NONE) != 0)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(together); i++)
		if ((seen & ~together[i]) == 0)
			return true;
	return (seen & (seen - 1)) == 0;
}
