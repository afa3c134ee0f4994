/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tree - what all processes of one pool share
 *
 * Layer: fcgi-app.  Uses: store, pool, listener, slots, generation, worker.
 */
#include "fcgi-app/tree.h"

#include "base/log.h"
#include "fcgi-app/stats.h"

static int
failed(const char *what, int r)
{
	LOG(ERROR, "start-failed", LSTR("what", what),
	    LSTR("error", strerror(-r)));
	return r;
}

int
tree_open(struct tree *t, int n_slots)
{
	int r;

	r = slots_open(n_slots, &t->slots);
	if (r < 0)
		return failed("slots", r);
	r = generation_open(&t->set, &t->generation);
	if (r < 0)
		return failed("settings", r);
	/* One slot more: the master counts too. */
	r = metrics_open(stats_rows(t->pool->name), n_slots + 1,
	    t->set.runtime_dir, "boxoffice-fcgi", &t->metrics);
	if (r < 0)
		return failed("metrics in runtime_dir", r);
	metrics_use_slot(t->metrics, n_slots);
	metrics_set(t->metrics, STAT_GENERATION, 1);
	return 0;
}

void
tree_close(struct tree *t)
{
	metrics_close(t->metrics);
	generation_close(t->generation);
	slots_close(t->slots);
	listener_close(&t->listener);
}

static void
refuse_reload(struct tree *t, const struct conf_error *error)
{
	LOG(ERROR, "reload-refused", LSTR("file", error->file),
	    LINT("line", error->line), LSTR("error", error->text));
	metrics_add(t->metrics, STAT_RELOADS_REFUSED, 1);
}

static void
log_fixed(const struct conf_row *fixed)
{
	if (fixed != NULL)
		LOG(WARN, "setting-waits-for-restart",
		    LSTR("section", fixed->section), LSTR("key", fixed->key));
}

void
tree_reload(struct tree *t)
{
	struct settings next;
	struct conf_error error;
	const struct conf_row *fixed;
	int64_t number;

	if (settings_read_again(t->config_path, &t->set, &next, &fixed, &error)
	    != 0) {
		refuse_reload(t, &error);
		return;
	}
	log_fixed(fixed);
	t->set = next;
	number = generation_publish(t->generation, &next);
	log_set_level((enum log_level)next.log_level);
	metrics_set(t->metrics, STAT_GENERATION, number);
	LOG(INFO, "reloaded", LINT("generation", number));
}

struct post
tree_post(const struct tree *t, int slot)
{
	return (struct post){
		.listen_fd = t->listener.fd,
		.slots = t->slots,
		.slot = slot,
		.hashing_max = pool_hashing_max(t->pool, &t->set),
		.settings = t->generation,
		.metrics = t->metrics,
		.routes = t->routes,
	};
}
