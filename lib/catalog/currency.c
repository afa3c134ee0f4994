/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * currency - the currencies there are
 *
 * Layer: domain.  Uses: base.
 */
#include "catalog/currency.h"

#include "base/strbuf.h"

/* ISO 4217 list one, 2025. */
static const char codes[] =
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND "
    "BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK "
    "DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ "
    "GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR "
    "KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK "
    "MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB "
    "PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD "
    "SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD "
    "TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER "
    "ZAR ZMW ZWG";

/* Those whose minor unit is no hundredth. */
static const char whole[] =
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
static const char thousandths[] = "BHD IQD JOD KWD LYD OMR TND";

static bool
lists(const char *list, struct span code)
{
	for (const char *p = list; code.len == 3; p += 4) {
		if (memcmp(p, code.p, 3) == 0)
			return true;
		if (p[3] == '\0')
			break;
	}
	return false;
}

bool
currency_is_known(struct span code)
{
	return lists(codes, code);
}

int
currency_decimals(struct span code)
{
	if (lists(whole, code))
		return 0;
	return lists(thousandths, code) ? 3 : 2;
}

struct span
currency_text(struct arena *a, int64_t minor, struct span code)
{
	size_t after = (size_t)currency_decimals(code);
	const char *digits = arena_printf(a, "%0*llu", (int)after + 1,
	    (unsigned long long)(minor < 0 ? -minor : minor));
	size_t before = strlen(digits) - after;
	struct strbuf b;

	strbuf_init(&b, a, 32);
	if (minor < 0)
		strbuf_char(&b, '-');
	for (size_t i = 0; i < before; i++) {
		strbuf_char(&b, digits[i]);
		if (i + 1 < before && (before - i - 1) % 3 == 0)
			strbuf_char(&b, ',');
	}
	if (after > 0)
		strbuf_printf(&b, ".%s", digits + before);
	strbuf_char(&b, ' ');
	strbuf_span(&b, code);
	return strbuf_get(&b);
}
