/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/metrics.h"
#include "base/metrics_file.h"
#include "tests/support/suite.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SALES, LOSSES, BUSY, WAIT };

static const struct metric_row rows[] = {
	{ "bo_sales_total", "result=\"won\"", METRIC_COUNTER, "Seats sold." },
	{ "bo_sales_total", "result=\"lost\"", METRIC_COUNTER, "Seats sold." },
	{ "bo_busy", "", METRIC_GAUGE, "Workers \\ that are\nbusy." },
	{ "bo_wait_seconds", "", METRIC_HISTOGRAM, "How long it took." },
	{ .name = NULL },
};

/* Another program: one row in common, one of its own. */
static const struct metric_row other_rows[] = {
	{ "bo_jobs_total", "", METRIC_COUNTER, "Jobs done." },
	{ "bo_sales_total", "result=\"won\"", METRIC_COUNTER, "Seats sold." },
	{ "bo_busy", "", METRIC_GAUGE, "Workers that are busy." },
	{ .name = NULL },
};

static char folder[] = "/tmp/bo-metrics-XXXXXX";
static struct arena a;
static struct metrics *m;

static void
given_a_tree(void)
{
	ck_assert_ptr_nonnull(mkdtemp(folder));
	arena_init(&a, KIB(4096));
	ck_assert_int_eq(metrics_open(rows, 4, folder, "api", &m), 0);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static void
remove_it(void)
{
	metrics_close(m);
	arena_fini(&a);
	nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static const char *
rendered(void)
{
	struct strbuf b;

	strbuf_init(&b, &a, 0);
	ck_assert_int_eq(metrics_render(&a, folder, &b), 0);
	return b.p;
}

/* Whether the text has this line, whole. */
static bool
has_line(const char *text, const char *line)
{
	struct span rest = span_str(text);

	while (span_is(rest))
		if (span_eq_str(span_cut(&rest, '\n'), line))
			return true;
	return false;
}

static bool
shows(const char *line)
{
	return has_line(rendered(), line);
}

static int
n_files(void)
{
	DIR *dir = opendir(folder);
	int n = 0;

	for (struct dirent *e = readdir(dir); e != NULL; e = readdir(dir))
		n += e->d_name[0] != '.' || strlen(e->d_name) > 2;
	closedir(dir);
	return n;
}

/* A whole tree of another program that lives until its pipe is closed. */
struct tree {
	pid_t pid;
	int stop;
};

static struct tree
given_another_tree(void)
{
	int ready[2], stop[2];
	struct tree tree;
	char c;

	ck_assert_int_eq(pipe(ready), 0);
	ck_assert_int_eq(pipe(stop), 0);
	tree.pid = fork();
	if (tree.pid == 0) {
		struct metrics *own;

		close(stop[1]);
		metrics_close(m);
		if (metrics_open(other_rows, 2, folder, "job", &own) != 0)
			_exit(1);
		metrics_use_slot(own, 1);
		metrics_add(own, 0, 5);
		metrics_add(own, 1, 40);
		metrics_set(own, 2, 3);
		if (write(ready[1], "r", 1) != 1 || read(stop[0], &c, 1) != 0)
			_exit(1);
		metrics_close(own);
		_exit(0);
	}
	close(stop[0]);
	tree.stop = stop[1];
	ck_assert_int_eq(read(ready[0], &c, 1), 1);
	return tree;
}

static void
ends(struct tree tree, bool by_force)
{
	if (by_force)
		kill(tree.pid, SIGKILL);
	close(tree.stop);
	ck_assert_int_eq(waitpid(tree.pid, NULL, 0), tree.pid);
}

START_TEST(counters_and_gauges_add_up_over_slots)
{
	for (int slot = 0; slot < 4; slot++) {
		metrics_use_slot(m, slot);
		metrics_add(m, SALES, 10 + slot);
		metrics_set(m, BUSY, 1);
	}
	ck_assert_int_eq(metrics_sum(m, SALES), 46);
	ck_assert_int_eq(metrics_sum(m, LOSSES), 0);
	ck_assert_int_eq(metrics_sum(m, BUSY), 4);
}
END_TEST

START_TEST(a_gauge_is_set_and_moved_both_ways)
{
	metrics_set(m, BUSY, 7);
	metrics_add(m, BUSY, -3);
	ck_assert_int_eq(metrics_sum(m, BUSY), 4);
	metrics_set(m, BUSY, 1);
	ck_assert_int_eq(metrics_sum(m, BUSY), 1);
}
END_TEST

START_TEST(a_dead_workers_counters_stay_and_its_gauges_go)
{
	pid_t pid = fork();

	if (pid == 0) {
		metrics_use_slot(m, 2);
		metrics_add(m, SALES, 100);
		metrics_set(m, BUSY, 1);
		metrics_observe_us(m, WAIT, 5);
		kill(getpid(), SIGKILL);
	}
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	metrics_set(m, BUSY, 1);
	metrics_clear_gauges(m, 2);
	ck_assert_int_eq(metrics_sum(m, SALES), 100);
	ck_assert_int_eq(metrics_sum(m, WAIT), 1);
	ck_assert_int_eq(metrics_sum(m, BUSY), 1);
	metrics_use_slot(m, 2);
	metrics_add(m, SALES, 1);
	ck_assert_int_eq(metrics_sum(m, SALES), 101);
}
END_TEST

START_TEST(an_observation_falls_into_the_first_bucket_that_holds_it)
{
	metrics_observe_us(m, WAIT, -5);
	metrics_observe_us(m, WAIT, 100);
	metrics_observe_us(m, WAIT, 101);
	metrics_observe_us(m, WAIT, 10000000);
	metrics_observe_us(m, WAIT, 10000001);
	ck_assert(shows("bo_wait_seconds_bucket{le=\"0.0001\"} 2"));
	ck_assert(shows("bo_wait_seconds_bucket{le=\"0.00025\"} 3"));
	ck_assert(shows("bo_wait_seconds_bucket{le=\"5\"} 3"));
	ck_assert(shows("bo_wait_seconds_bucket{le=\"10\"} 4"));
	ck_assert(shows("bo_wait_seconds_bucket{le=\"+Inf\"} 5"));
	ck_assert(shows("bo_wait_seconds_sum 20.000202"));
	ck_assert(shows("bo_wait_seconds_count 5"));
	ck_assert_int_eq(metrics_sum(m, WAIT), 5);
}
END_TEST

START_TEST(the_text_is_prometheus_text)
{
	const char *text;

	metrics_add(m, SALES, 3);
	metrics_add(m, LOSSES, 4);
	text = rendered();
	ck_assert_ptr_eq(strstr(text,
			     "# HELP bo_sales_total Seats sold.\n"
			     "# TYPE bo_sales_total counter\n"
			     "bo_sales_total{result=\"won\"} 3\n"
			     "bo_sales_total{result=\"lost\"} 4\n"
			     "# HELP bo_busy Workers \\\\ that are\\nbusy.\n"
			     "# TYPE bo_busy gauge\n"
			     "bo_busy 0\n"
			     "# HELP bo_wait_seconds How long it took.\n"
			     "# TYPE bo_wait_seconds histogram\n"
			     "bo_wait_seconds_bucket{le=\"0.0001\"} 0\n"),
	    text);
	ck_assert_int_eq(text[strlen(text) - 1], '\n');
}
END_TEST

START_TEST(a_histogram_with_labels_keeps_them_before_le)
{
	static const struct metric_row labelled[] = {
		{ "h", "pool=\"api\"", METRIC_HISTOGRAM, "Help." },
		{ .name = NULL },
	};
	struct metrics *own;

	ck_assert_int_eq(metrics_open(labelled, 1, folder, "l", &own), 0);
	metrics_observe_us(own, 0, 1500000);
	ck_assert(shows("h_bucket{pool=\"api\",le=\"2.5\"} 1"));
	ck_assert(shows("h_sum{pool=\"api\"} 1.500000"));
	ck_assert(shows("h_count{pool=\"api\"} 1"));
	metrics_close(own);
}
END_TEST

START_TEST(trees_of_other_programs_are_summed_by_name_and_labels)
{
	struct tree other = given_another_tree();
	const char *text;

	metrics_add(m, SALES, 2);
	metrics_set(m, BUSY, 1);
	text = rendered();
	ck_assert(has_line(text, "bo_sales_total{result=\"won\"} 42"));
	ck_assert(has_line(text, "bo_jobs_total 5"));
	ck_assert(has_line(text, "bo_busy 4"));
	ck_assert_ptr_null(strstr(strstr(text, "# TYPE bo_sales_total") + 1,
	    "# TYPE bo_sales_total"));
	ends(other, false);
}
END_TEST

START_TEST(a_tree_that_leaves_takes_its_file_with_it)
{
	ends(given_another_tree(), false);
	ck_assert_int_eq(n_files(), 1);
	ck_assert(!shows("bo_jobs_total 5"));
}
END_TEST

START_TEST(the_file_of_a_killed_tree_is_removed_and_not_counted)
{
	ends(given_another_tree(), true);
	ck_assert_int_eq(n_files(), 2);
	ck_assert(!shows("bo_jobs_total 5"));
	ck_assert_int_eq(n_files(), 1);
}
END_TEST

/* The master of a tree that forks one worker and is killed. */
static void
be_a_master(int ready, int stop)
{
	struct metrics *own;
	pid_t worker;
	char c;

	metrics_close(m);
	if (metrics_open(other_rows, 1, folder, "job", &own) != 0)
		_exit(1);
	worker = fork();
	if (worker == 0) {
		metrics_add(own, 0, 9);
		worker = getpid();
		if (write(ready, &worker, sizeof(worker)) != sizeof(worker))
			_exit(1);
		_exit(read(stop, &c, 1) == 0 ? 0 : 1);
	}
	kill(getpid(), SIGKILL);
}

START_TEST(a_tree_lives_as_long_as_one_of_its_workers)
{
	int ready[2], stop[2];
	pid_t master, worker;

	/* So that the orphaned worker can be waited for. */
	ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	ck_assert_int_eq(pipe(ready), 0);
	ck_assert_int_eq(pipe(stop), 0);
	master = fork();
	if (master == 0) {
		close(stop[1]);
		be_a_master(ready[1], stop[0]);
	}
	ck_assert_int_eq(waitpid(master, NULL, 0), master);
	ck_assert_int_eq(read(ready[0], &worker, sizeof(worker)),
	    sizeof(worker));
	ck_assert(shows("bo_jobs_total 9"));
	close(stop[1]);
	ck_assert_int_eq(waitpid(worker, NULL, 0), worker);
	ck_assert(!shows("bo_jobs_total 9"));
	ck_assert_int_eq(n_files(), 1);
}
END_TEST

START_TEST(a_child_that_closes_leaves_the_tree_its_file)
{
	pid_t pid = fork();

	if (pid == 0) {
		metrics_close(m);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	metrics_add(m, SALES, 1);
	ck_assert(shows("bo_sales_total{result=\"won\"} 1"));
}
END_TEST

START_TEST(the_program_after_an_upgrade_counts_beside_the_one_before)
{
	struct metrics *next;

	metrics_add(m, SALES, 10);
	metrics_set(m, BUSY, 1);
	ck_assert_int_eq(metrics_open(other_rows, 4, folder, "api", &next), 0);
	metrics_add(next, 1, 5);
	metrics_set(next, 2, 1);
	/* A worker of the program before still drains. */
	metrics_add(m, SALES, 1);
	ck_assert(shows("bo_sales_total{result=\"won\"} 16"));
	ck_assert(shows("bo_busy 2"));
	metrics_close(next);
	ck_assert_int_eq(n_files(), 1);
}
END_TEST

START_TEST(an_exec_keeps_the_counters_and_drops_the_gauges)
{
	int in[2], out[2];
	struct tree tree;
	char c = 'x';

	ck_assert_int_eq(pipe2(in, O_CLOEXEC), 0);
	ck_assert_int_eq(pipe2(out, O_CLOEXEC), 0);
	tree = (struct tree){ fork(), in[1] };
	if (tree.pid == 0) {
		struct metrics *own;

		metrics_close(m);
		if (metrics_open(other_rows, 1, folder, "job", &own) != 0)
			_exit(1);
		metrics_add(own, 0, 5);
		metrics_set(own, 2, 3);
		dup2(in[0], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		execlp("cat", "cat", "-u", NULL);
		_exit(1);
	}
	/* When the byte comes back, the other program runs. */
	ck_assert_int_eq(write(in[1], &c, 1), 1);
	ck_assert_int_eq(read(out[0], &c, 1), 1);
	ck_assert(shows("bo_jobs_total 5"));
	ck_assert(shows("bo_busy 0"));
	ends(tree, false);
	ck_assert(!shows("bo_jobs_total 5"));
	ck_assert_int_eq(n_files(), 1);
}
END_TEST

START_TEST(what_is_no_metrics_file_is_left_alone)
{
	static const char *const names[] = { "empty.metrics", "text.metrics",
		"short.metrics", "notes", ".api-1.new" };
	struct metrics_head head = { .magic = METRICS_MAGIC,
		.layout = METRICS_LAYOUT,
		.pid = getpid(),
		.n_rows = 4096,
		.pid_start = metrics_pid_start(getpid()),
		.n_slots = 1024,
		.n_cells = 65536 };
	char path[128];

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		FILE *file;

		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		file = fopen(path, "w");
		if (i == 1)
			fprintf(file, "%0*d", 1000, 7);
		if (i == 2)
			fwrite(&head, sizeof(head), 1, file);
		fclose(file);
	}
	metrics_add(m, SALES, 1);
	ck_assert(shows("bo_sales_total{result=\"won\"} 1"));
	ck_assert_int_eq(n_files(), 1 + (int)ARRAY_LEN(names));
}
END_TEST

/* Bend one number of the file at a time: it must never be followed. */
START_TEST(a_file_with_a_broken_number_is_not_counted)
{
	struct metrics_head head;
	struct metrics_desc desc;
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/api-%d.0.metrics", folder, getpid());
	fd = open(path, O_RDWR);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(pread(fd, &head, sizeof(head), 0), sizeof(head));
	ck_assert_int_eq(pread(fd, &desc, sizeof(desc), sizeof(head)),
	    sizeof(desc));
	switch (_i) {
	case 0:
		head.layout++;
		break;
	case 1:
		head.n_rows++;
		break;
	case 2:
		head.n_slots = 0xFFFFFFFF;
		break;
	case 3:
		head.n_cells += METRICS_LINE / 8;
		break;
	case 4:
		desc.kind = 3;
		break;
	case 5:
		desc.cell = head.n_cells;
		break;
	case 6:
		desc.kind = METRIC_HISTOGRAM;
		desc.cell = 4;
		break;
	case 7:
		memset(desc.name, 'n', sizeof(desc.name));
		break;
	case 8:
		memset(desc.labels, 'n', sizeof(desc.labels));
		break;
	case 9:
		memset(desc.help, 'n', sizeof(desc.help));
		break;
	}
	ck_assert_str_ne(rendered(), "");
	ck_assert_int_eq(pwrite(fd, &head, sizeof(head), 0), sizeof(head));
	ck_assert_int_eq(pwrite(fd, &desc, sizeof(desc), sizeof(head)),
	    sizeof(desc));
	close(fd);
	ck_assert_str_eq(rendered(), "");
	ck_assert_int_eq(n_files(), 1);
}
END_TEST

START_TEST(without_a_folder_a_tree_counts_for_itself)
{
	struct metrics *own;
	struct strbuf b;

	ck_assert_int_eq(metrics_open(rows, 2, "", "own", &own), 0);
	metrics_add(own, SALES, 3);
	ck_assert_int_eq(metrics_sum(own, SALES), 3);
	strbuf_init(&b, &a, 0);
	ck_assert_int_eq(metrics_render(&a, "", &b), 0);
	ck_assert_uint_eq(b.len, 0);
	metrics_close(own);
}
END_TEST

START_TEST(forked_workers_share_a_mapping_without_a_folder_too)
{
	struct metrics *own;
	pid_t pid;

	ck_assert_int_eq(metrics_open(rows, 2, "", "own", &own), 0);
	pid = fork();
	if (pid == 0) {
		metrics_use_slot(own, 1);
		metrics_add(own, SALES, 8);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	ck_assert_int_eq(metrics_sum(own, SALES), 8);
	metrics_close(own);
}
END_TEST

START_TEST(where_nobody_counts_nothing_happens)
{
	metrics_use_slot(NULL, 0);
	metrics_add(NULL, SALES, 1);
	metrics_set(NULL, BUSY, 1);
	metrics_observe_us(NULL, WAIT, 1);
	metrics_clear_gauges(NULL, 0);
	ck_assert_int_eq(metrics_sum(NULL, SALES), 0);
	metrics_close(NULL);
}
END_TEST

START_TEST(a_folder_that_is_missing_is_a_fault)
{
	struct metrics *own;
	struct strbuf b;
	char deep[300];

	memset(deep, 'd', sizeof(deep));
	deep[299] = '\0';
	strbuf_init(&b, &a, 0);
	ck_assert_int_eq(metrics_render(&a, "/no/such", &b), -ENOENT);
	ck_assert_int_eq(metrics_open(rows, 1, "/no/such", "x", &own), -ENOENT);
	ck_assert_int_eq(metrics_open(rows, 1, deep, "x", &own), -ENAMETOOLONG);
}
END_TEST

START_TEST(a_counter_that_would_fall_aborts)
{
	metrics_add(m, SALES, -1);
}
END_TEST

START_TEST(a_row_that_is_none_aborts)
{
	metrics_add(m, ARRAY_LEN(rows) - 1, 1);
}
END_TEST

START_TEST(a_slot_that_is_none_aborts)
{
	metrics_use_slot(m, 4);
}
END_TEST

START_TEST(a_name_too_long_for_the_file_aborts)
{
	static const struct metric_row long_row[] = {
		{ "a_name_that_is_far_longer_than_any_name_of_a_metric_ought_"
		  "to_be_in_a_text_that_people_read",
		    "", METRIC_COUNTER, "Help." },
		{ .name = NULL },
	};
	struct metrics *own;

	(void)!metrics_open(long_row, 1, "", "x", &own);
}
END_TEST

START_TEST(a_pid_names_its_process_by_its_start)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	ck_assert_uint_ne(metrics_pid_start(getpid()), 0);
	ck_assert_uint_eq(metrics_pid_start(getpid()),
	    metrics_pid_start(getpid()));
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	ck_assert_uint_eq(metrics_pid_start(pid), 0);
}
END_TEST

SUITE("metrics")
{
	FIXTURE(given_a_tree, remove_it);
	TEST(counters_and_gauges_add_up_over_slots);
	TEST(a_gauge_is_set_and_moved_both_ways);
	TEST(a_dead_workers_counters_stay_and_its_gauges_go);
	TEST(an_observation_falls_into_the_first_bucket_that_holds_it);
	TEST(the_text_is_prometheus_text);
	TEST(a_histogram_with_labels_keeps_them_before_le);
	TEST(trees_of_other_programs_are_summed_by_name_and_labels);
	TEST(a_tree_that_leaves_takes_its_file_with_it);
	TEST(the_file_of_a_killed_tree_is_removed_and_not_counted);
	TEST(a_tree_lives_as_long_as_one_of_its_workers);
	TEST(a_child_that_closes_leaves_the_tree_its_file);
	TEST(the_program_after_an_upgrade_counts_beside_the_one_before);
	TEST(an_exec_keeps_the_counters_and_drops_the_gauges);
	TEST(what_is_no_metrics_file_is_left_alone);
	TEST_LOOP(a_file_with_a_broken_number_is_not_counted, 10);
	TEST(without_a_folder_a_tree_counts_for_itself);
	TEST(forked_workers_share_a_mapping_without_a_folder_too);
	TEST(where_nobody_counts_nothing_happens);
	TEST(a_folder_that_is_missing_is_a_fault);
	TEST_ABORTS(a_counter_that_would_fall_aborts);
	TEST_ABORTS(a_row_that_is_none_aborts);
	TEST_ABORTS(a_slot_that_is_none_aborts);
	TEST_ABORTS(a_name_too_long_for_the_file_aborts);
	TEST(a_pid_names_its_process_by_its_start);
}
