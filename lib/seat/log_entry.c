/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log_entry - an entry of a map's log
 *
 * Layer: domain.  Uses: base, store, seat_state.
 */
#include "seat/log_entry.h"

#include "seat/seat_state.h"

int
log_id_compare(struct log_id a, struct log_id b)
{
	if (a.ms != b.ms)
		return a.ms > b.ms ? 1 : -1;
	return (a.seq > b.seq) - (a.seq < b.seq);
}

bool
log_id_read(struct span text, struct log_id *out)
{
	struct span rest = text;

	return span_to_i64(span_cut(&rest, '-'), &out->ms)
	    && span_to_i64(rest, &out->seq);
}

/* "#3:997" */
static void
take_section(struct log_entry *entry, struct span text)
{
	int64_t section_no;

	text.p++;
	text.len--;
	if (span_to_i64(span_cut(&text, ':'), &section_no) && section_no > 0
	    && span_to_i64(text, &entry->left))
		entry->section_no = section_no;
}

/* "H5,6" */
static void
take_change(struct log_entry *entry, struct span text)
{
	if (text.len > 0 && text.p[0] == '#')
		take_section(entry, text);
	if (text.len < 2 || !seat_is_state(text.p[0]))
		return;
	entry->letter = text.p[0];
	entry->seats = (struct span){ text.p + 1, text.len - 1 };
}

bool
log_entry_read(const struct kv_reply *reply, struct log_entry *out)
{
	const struct kv_reply *fields;

	*out = (struct log_entry){ .seats = SPAN_NONE };
	if (reply->n != 2 || !log_id_read(reply->items[0].str, &out->id))
		return false;
	out->id_text = reply->items[0].str;
	fields = &reply->items[1];
	for (size_t i = 0; i + 1 < fields->n; i += 2) {
		if (span_eq_str(fields->items[i].str, "c"))
			take_change(out, fields->items[i + 1].str);
		else if (span_eq_str(fields->items[i].str, "h"))
			out->hold = fields->items[i + 1].str;
	}
	return true;
}

bool
log_entry_next(struct log_entry *entry, struct seat_change *out)
{
	out->letter = entry->letter;
	while (span_is(entry->seats))
		if (span_to_i64(span_cut(&entry->seats, ','), &out->seat_no)
		    && out->seat_no > 0)
			return true;
	return false;
}
