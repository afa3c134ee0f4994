/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * servers - a private Redis and PostgreSQL for one Check program
 *
 * The program and its tests speak to the keeper through a socket pair, one
 * byte an order and one byte back. The keeper leaves when nobody holds the
 * other end any more or its parent died, and its servers die with it.
 *
 * PostgreSQL refuses to run as root: then it runs as the user postgres.
 * initdb and all migrations take seconds, so what they make is kept as an
 * archive in the build folder and unpacked by the programs that come later; its
 * name has a digest of sql/. What servers write lasts as long as the program:
 * it is kept in memory, where there is room.
 *
 * Layer: tests.  Uses: base, store.
 */
#include "tests/support/servers.h"

#include "base/clock.h"
#include "base/log.h"
#include "store/ctx.h"
#include "store/migrate.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* A file system in memory, and what many programs at once may write there. */
#define IN_MEMORY "/dev/shm"
#define ROOM_MIN (2ULL << 30)
#define START_MS 30000 /* much longer than any start takes */
#define DIGEST_LEN 16  /* of the schema, in hex */
#define TOKEN_KEY "test:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

enum order {
	ORDER_REDIS_STOP = 1,
	ORDER_REDIS_START,
	ORDER_REDIS_PAUSE,
	ORDER_REDIS_RESUME,
	ORDER_PG_STOP,
	ORDER_PG_KILL,
	ORDER_PG_START,
	ORDER_PG_PAUSE,
	ORDER_PG_RESUME,
	ORDER_REPLICA_STOP,
	ORDER_REPLICA_START,
	ORDER_QUIT,
};

static char folder[32]; /* .../bo-XXXXXX */
static char pg_run[64], replica_run[64], replica2_run[64];
static int redis_port;
static int keeper_fd = -1;
static pid_t keeper_pid, owner_pid;

/* The keeper's own. */
static pid_t redis_pid, pg_pid, replica_pid, replica2_pid;

static void
die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fprintf(stderr, "servers: ");
	vfprintf(stderr, fmt, ap);
	fprintf(stderr, " (%s)\n", folder);
	va_end(ap);
	exit(EXIT_FAILURE);
}

/* --- processes --------------------------------------------------------- */

/* In the child: become postgres where we are root. */
static void
leave_root(void)
{
	const struct passwd *user;

	if (geteuid() != 0)
		return;
	user = getpwnam("postgres");
	if (user == NULL || setgroups(0, NULL) != 0 || setgid(user->pw_gid) != 0
	    || setuid(user->pw_uid) != 0)
		_exit(126);
}

struct program {
	const char *const *argv;
	bool as_postgres;
	int in;          /* its standard input, or -1 */
	int last_signal; /* when the keeper dies */
	const char *log; /* file in folder; NULL: thrown away */
};

static void
run_child(const struct program *program, pid_t parent)
{
	char path[64] = "/dev/null";
	int out;

	if (program->log != NULL)
		snprintf(path, sizeof(path), "%s/%s", folder, program->log);
	out = open(path, O_WRONLY | O_CREAT | O_APPEND, 0644);
	dup2(program->in >= 0 ? program->in : open("/dev/null", O_RDONLY), 0);
	dup2(out, 1);
	dup2(out, 2);
	if (program->as_postgres)
		leave_root();
	umask(077);
	/* Behind setuid, which would clear it. */
	prctl(PR_SET_PDEATHSIG, program->last_signal);
	if (getppid() != parent)
		_exit(125);
	if (chdir("/") == 0)
		execv(program->argv[0], (char *const *)program->argv);
	_exit(127);
}

static pid_t
start(const struct program *program)
{
	pid_t parent = getpid(), pid = fork();

	if (pid < 0)
		die("fork: %s", strerror(errno));
	if (pid == 0)
		run_child(program, parent);
	return pid;
}

/* Run to its end; its exit status. */
static int
run(const struct program *program)
{
	pid_t pid = start(program);
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			die("waitpid: %s", strerror(errno));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static void
end(pid_t *pid, int signal_no)
{
	if (*pid == 0)
		return;
	kill(*pid, SIGCONT);
	kill(*pid, signal_no);
	while (waitpid(*pid, NULL, 0) < 0 && errno == EINTR)
		;
	*pid = 0;
}

/* PostgreSQL's processes lead sessions of their own. returns: how many of them
 * are alive */
static int
signal_children(pid_t parent, int signal_no)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;
	int n = 0;

	while (proc != NULL && (entry = readdir(proc)) != NULL) {
		char path[300], stat[512] = "";
		const char *text;
		int file, its_parent;
		char state;

		snprintf(path, sizeof(path), "/proc/%s/stat", entry->d_name);
		file = open(path, O_RDONLY | O_CLOEXEC);
		if (file >= 0 && read(file, stat, sizeof(stat) - 1) > 0
		    && (text = strrchr(stat, ')')) != NULL
		    && sscanf(text, ") %c %d", &state, &its_parent) == 2
		    && its_parent == parent && state != 'Z') {
			kill(atoi(entry->d_name), signal_no);
			n++;
		}
		close(file);
	}
	if (proc != NULL)
		closedir(proc);
	return n;
}

/* Ask again every few ms until ask says yes, the server died, or it is late. */
static void
wait_until(bool (*ask)(const char *where, pid_t pid), const char *where,
    pid_t pid, const char *what)
{
	int64_t late_us = clock_mono_us() + START_MS * INT64_C(1000);

	while (!ask(where, pid)) {
		if (waitpid(pid, NULL, WNOHANG) == pid)
			die("%s does not start: see %s/*.log", what, folder);
		if (clock_mono_us() > late_us)
			die("%s does not answer", what);
		poll(NULL, 0, 5);
	}
}

static void
make_folder(char out[64], const char *name, bool as_postgres)
{
	const struct passwd *user = getpwnam("postgres");

	snprintf(out, 64, "%s/%s", folder, name);
	if (mkdir(out, 0755) != 0)
		die("%s: %s", out, strerror(errno));
	if (as_postgres && geteuid() == 0
	    && (user == NULL || chown(out, user->pw_uid, user->pw_gid) != 0))
		die("%s cannot be given to postgres", out);
}

/* --- Redis ------------------------------------------------------------- */

static int
unix_connect(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	close(fd);
	return -1;
}

static bool
redis_answers(const char *path, pid_t pid)
{
	char answer[8] = "";
	int fd = unix_connect(path);
	bool yes;

	(void)pid;
	if (fd < 0)
		return false;
	yes = write(fd, "PING\r\n", 6) == 6
	    && read(fd, answer, sizeof(answer)) >= 1
	    && (answer[0] == '+' || answer[0] == '-');
	close(fd);
	return yes;
}

static int
free_port(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0
	    || getsockname(fd, (struct sockaddr *)&address, &len) != 0)
		die("no free port: %s", strerror(errno));
	close(fd);
	return ntohs(address.sin_port);
}

static void
redis_path(char out[64])
{
	snprintf(out, 64, "%s/redis.sock", folder);
}

static void
redis_start(void)
{
	char path[64], port[16];
	const char *const argv[] = { "/usr/bin/redis-server", "--unixsocket",
		path, "--bind", "127.0.0.1", "--port", port, "--dir", folder,
		"--save", "", "--appendonly", "no", "--enable-debug-command",
		"local", NULL };

	redis_path(path);
	snprintf(port, sizeof(port), "%d", redis_port);
	redis_pid = start(&(struct program){ .argv = argv,
	    .in = -1,
	    .last_signal = SIGKILL,
	    .log = "redis.log" });
	wait_until(redis_answers, path, redis_pid, "redis-server");
}

/* --- PostgreSQL -------------------------------------------------------- */

/* Its lock file begins with its process and ends with "ready" as soon as it
 * takes connections; one that was killed has left such a file, too. */
static bool
pg_answers(const char *data, pid_t pid)
{
	char path[96], text[1024] = "";
	FILE *file;

	snprintf(path, sizeof(path), "%s/postmaster.pid", data);
	file = fopen(path, "re");
	if (file == NULL)
		return false;
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	return atoi(text) == pid && strstr(text, "\nready") != NULL;
}

static pid_t
pg_launch(const char *data_name, const char *run_folder, const char *log)
{
	char data[64];
	const char *const argv[] = { PG_BIN "postgres", "-D", data, "-k",
		run_folder, "-c", "listen_addresses=", "-c", "fsync=off", "-c",
		"full_page_writes=off", "-c", "shared_buffers=16MB", "-c",
		"max_connections=300", "-c", "deadlock_timeout=100ms", "-c",
		"wal_receiver_status_interval=1", "-c", "jit=off", NULL };
	pid_t pid;

	snprintf(data, sizeof(data), "%s/%s", folder, data_name);
	pid = start(&(struct program){ .argv = argv,
	    .as_postgres = true,
	    .in = -1,
	    .last_signal = SIGQUIT,
	    .log = log });
	wait_until(pg_answers, data, pid, "postgres");
	return pid;
}

static void
must(const char *const *argv, int in, const char *log)
{
	int status = run(&(struct program){ .argv = argv,
	    .as_postgres = true,
	    .in = in,
	    .last_signal = SIGKILL,
	    .log = log });

	if (status != 0)
		die("%s ended with %d: see %s/%s", argv[0], status, folder,
		    log);
}

/* All migrations of sql/, by the program's own code. */
static void
migrate(const char *sql)
{
	struct migrate_done done;
	struct settings set;
	struct ctx ctx;

	servers_settings(&set);
	ctx_open(&ctx, &set);
	if (migrate_run(&ctx, sql, &done) != 0)
		die("migration %s fails: %s", done.file, done.why);
	ctx_close(&ctx);
}

/* A database of this schema in data, which nobody has open. */
static void
pg_init(const char *data, const char *sql)
{
	const char *const initdb[] = { PG_BIN "initdb", "-D", data, "-U",
		"postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
		"--wal-segsize=1", "--no-sync", NULL };

	must(initdb, -1, "initdb.log");
	pg_pid = pg_launch("pg", pg_run, "pg.log");
	migrate(sql);
	end(&pg_pid, SIGINT);
}

/* The only archive of this build folder, there at once. */
static void
pg_pack(const char *data, const char *build, const char *digest)
{
	char command[9000];

	snprintf(command, sizeof(command),
	    "cd '%s/tests/support' && rm -f pgdata-*.tar &&"
	    " tar -C '%s' -cf pgdata.new . && mv pgdata.new pgdata-%s.tar",
	    build, data, digest);
	if (system(command) != 0)
		die("%s cannot be kept in %s", data, build);
}

/* Whoever changes the schema makes another archive. */
static void
schema_digest(const char *sql, char out[DIGEST_LEN + 1])
{
	char command[9000];
	FILE *pipe;

	snprintf(command, sizeof(command),
	    "cat '%s'/*.sql '%s'/functions/*.sql | sha256sum", sql, sql);
	pipe = popen(command, "re");
	if (pipe == NULL || fread(out, 1, DIGEST_LEN, pipe) != DIGEST_LEN)
		die("%s cannot be read", sql);
	out[DIGEST_LEN] = '\0';
	pclose(pipe);
}

/* One program at a time makes the archive; the others wait and unpack it. */
static void
pg_make_data(void)
{
	const char *build = getenv("BUILDDIR"), *source = getenv("SRCDIR");
	char data[64], sql[4096], archive[4120] = "", lock_path[4120];
	char digest[DIGEST_LEN + 1];
	const char *const unpack[] = { "/usr/bin/tar", "-C", data, "-xf", "-",
		NULL };
	int lock = -1, in = -1;

	if (source == NULL)
		die("SRCDIR is not set: run it as make check does");
	snprintf(sql, sizeof(sql), "%s/sql", source);
	make_folder(data, "pg", true);
	if (build != NULL) {
		schema_digest(sql, digest);
		snprintf(archive, sizeof(archive),
		    "%.4000s/tests/support/pgdata-%s.tar", build, digest);
		snprintf(lock_path, sizeof(lock_path),
		    "%.4000s/tests/support/pgdata.lock", build);
		lock = open(lock_path, O_CREAT | O_RDWR | O_CLOEXEC, 0666);
		if (lock < 0 || flock(lock, LOCK_EX) != 0)
			die("%s: %s", lock_path, strerror(errno));
		in = open(archive, O_RDONLY | O_CLOEXEC);
	}
	if (in >= 0)
		must(unpack, in, "initdb.log");
	else
		pg_init(data, sql);
	if (in < 0 && build != NULL)
		pg_pack(data, build, digest);
	if (chmod(data, 0700) != 0)
		die("%s: %s", data, strerror(errno));
	close(in);
	close(lock);
}

static void
replica_make_data(const char *name)
{
	char data[64];
	const char *const argv[] = { PG_BIN "pg_basebackup", "-D", data, "-h",
		pg_run, "-U", "postgres", "-R", "-X", "stream", "-c", "fast",
		"--no-sync", NULL };

	make_folder(data, name, true);
	must(argv, -1, "basebackup.log");
	if (chmod(data, 0700) != 0)
		die("%s: %s", data, strerror(errno));
}

/* --- the keeper -------------------------------------------------------- */

static void
keep(enum order order)
{
	switch (order) {
	case ORDER_REDIS_STOP:
		end(&redis_pid, SIGKILL);
		break;
	case ORDER_REDIS_START:
		redis_start();
		break;
	case ORDER_REDIS_PAUSE:
		kill(redis_pid, SIGSTOP);
		break;
	case ORDER_REDIS_RESUME:
		kill(redis_pid, SIGCONT);
		break;
	case ORDER_PG_STOP:
		end(&pg_pid, SIGINT);
		break;
	case ORDER_PG_KILL:
		/* One that starts refuses while any of them lives; one that has
		 * stopped, and only then, makes no more of them. */
		kill(pg_pid, SIGSTOP);
		while (waitpid(pg_pid, NULL, WUNTRACED) < 0 && errno == EINTR)
			;
		while (signal_children(pg_pid, SIGKILL) > 0)
			poll(NULL, 0, 2);
		end(&pg_pid, SIGKILL);
		break;
	case ORDER_PG_START:
		pg_pid = pg_launch("pg", pg_run, "pg.log");
		break;
	case ORDER_PG_PAUSE:
		kill(pg_pid, SIGSTOP);
		signal_children(pg_pid, SIGSTOP);
		break;
	case ORDER_PG_RESUME:
		signal_children(pg_pid, SIGCONT);
		kill(pg_pid, SIGCONT);
		break;
	case ORDER_REPLICA_STOP:
		end(&replica_pid, SIGINT);
		break;
	case ORDER_REPLICA_START:
		replica_pid = pg_launch("replica", replica_run, "replica.log");
		break;
	case ORDER_QUIT:
		break;
	}
}

static void
clean_up(void)
{
	const char *const argv[] = { "/bin/rm", "-rf", folder, NULL };

	end(&redis_pid, SIGKILL);
	end(&replica_pid, SIGQUIT);
	end(&replica2_pid, SIGQUIT);
	end(&pg_pid, SIGQUIT);
	if (folder[0] != '\0')
		(void)run(&(struct program){ .argv = argv,
		    .in = -1,
		    .last_signal = 0 });
}

static void
on_term(int signal_no)
{
	(void)signal_no; /* it only has to break the read */
}

static void
keeper_main(int fd, unsigned which)
{
	struct sigaction action = { .sa_handler = on_term };
	char order = 0;
	int null = open("/dev/null", O_RDWR);

	dup2(null, 1);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (which & SERVERS_REDIS)
		keep(ORDER_REDIS_START);
	if (which & SERVERS_PG) {
		pg_make_data();
		keep(ORDER_PG_START);
	}
	if (which & SERVERS_REPLICA) {
		replica_make_data("replica");
		keep(ORDER_REPLICA_START);
	}
	if ((which & SERVERS_REPLICAS) == SERVERS_REPLICAS) {
		replica_make_data("replica2");
		replica2_pid = pg_launch("replica2", replica2_run,
		    "replica2.log");
	}
	do {
		if (order != 0)
			keep((enum order)order);
		if (write(fd, "k", 1) != 1)
			break;
	} while (read(fd, &order, 1) == 1 && order != ORDER_QUIT);
	clean_up();
	_exit(0);
}

static void
await_keeper(void)
{
	char done;

	if (read(keeper_fd, &done, 1) != 1)
		die("the keeper is gone");
}

static void
tell(enum order order)
{
	char byte = (char)order;

	if (write(keeper_fd, &byte, 1) != 1)
		die("the keeper is gone");
	await_keeper();
}

/* --- what tests call --------------------------------------------------- */

void
servers_stop(void)
{
	char quit = ORDER_QUIT;

	if (keeper_fd < 0 || getpid() != owner_pid)
		return; /* a test's own process ended */
	if (write(keeper_fd, &quit, 1) != 1)
		kill(keeper_pid, SIGTERM);
	close(keeper_fd);
	keeper_fd = -1;
	while (waitpid(keeper_pid, NULL, 0) < 0 && errno == EINTR)
		;
}

void
servers_busy_for_years(void)
{
	struct settings set;
	struct ctx ctx;

	servers_settings(&set);
	ctx_open(&ctx, &set);
	if (db_exec_script(ctx.primary, &ctx.arena,
		"SELECT setval(seqrelid, 3000000000) FROM pg_sequence")
	    != 0)
		die("ids cannot begin at 3 * 10^9");
	ctx_close(&ctx);
}

static bool
has_room(const char *path)
{
	struct statvfs fs;

	return access(path, W_OK) == 0 && statvfs(path, &fs) == 0
	    && (uint64_t)fs.f_bavail * fs.f_frsize >= ROOM_MIN;
}

void
servers_start(unsigned which)
{
	int pair[2];

	snprintf(folder, sizeof(folder), "%s/bo-XXXXXX",
	    has_room(IN_MEMORY) ? IN_MEMORY : "/tmp");
	if (mkdtemp(folder) == NULL || chmod(folder, 0711) != 0)
		die("mkdtemp: %s", strerror(errno));
	make_folder(pg_run, "p", true);
	make_folder(replica_run, "r", true);
	make_folder(replica2_run, "r2", true);
	redis_port = free_port();
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		die("socketpair: %s", strerror(errno));
	log_set_level(LOG_WARN);
	owner_pid = getpid();
	keeper_pid = fork();
	if (keeper_pid == 0) {
		close(pair[0]);
		keeper_main(pair[1], which);
	}
	close(pair[1]);
	keeper_fd = pair[0];
	atexit(servers_stop);
	await_keeper();
}

const char *
servers_dsn(const char *dbname)
{
	static char dsn[256];

	snprintf(dsn, sizeof(dsn), "host=%s user=postgres dbname=%s", pg_run,
	    dbname);
	return dsn;
}

/* Tests ask as fast as they can. */
static void
no_limits(struct settings *set)
{
	for (const struct conf_row *row = settings_rows; row->key != NULL;
	     row++)
		if (strcmp(row->section, "limits") == 0
		    && row->type == CONF_STRING)
			strcpy((char *)set + row->offset, "off");
	set->hoard_budget = 0;
}

void
servers_settings(struct settings *set)
{
	char path[64];

	conf_defaults(settings_rows, set, sizeof(*set));
	no_limits(set);
	redis_path(path);
	strcpy(set->redis_socket, path);
	strcpy(set->primary_dsn, servers_dsn("postgres"));
	snprintf(set->replica_dsn, sizeof(set->replica_dsn),
	    "host=%s,%s user=postgres dbname=postgres", replica_run, pg_run);
	strcpy(set->token_key, TOKEN_KEY);
	set->runtime_dir[0] = '\0';
	/* What is not about time-outs must not fail by them on a machine
	 * that is busy with other things. */
	set->redis_connect_ms = 5000;
	set->redis_command_ms = 5000;
	set->db_lock_ms = 10000;
	set->db_statement_ms = 20000;
	set->worker_deadline_ms = 30000;
	set->worker_arena_mib = 64;
}

int
servers_redis_port(void)
{
	return redis_port;
}

const char *
servers_pg_folder(void)
{
	return pg_run;
}

const char *
servers_replica_folder(void)
{
	return replica_run;
}

const char *
servers_replica2_folder(void)
{
	return replica2_run;
}

void
servers_redis_stop(void)
{
	tell(ORDER_REDIS_STOP);
}

void
servers_redis_start(void)
{
	tell(ORDER_REDIS_START);
}

void
servers_redis_pause(void)
{
	tell(ORDER_REDIS_PAUSE);
}

void
servers_redis_resume(void)
{
	tell(ORDER_REDIS_RESUME);
}

void
servers_pg_stop(void)
{
	tell(ORDER_PG_STOP);
}

void
servers_pg_kill(void)
{
	tell(ORDER_PG_KILL);
}

void
servers_pg_start(void)
{
	tell(ORDER_PG_START);
}

void
servers_pg_restart(void)
{
	tell(ORDER_PG_STOP);
	tell(ORDER_PG_START);
}

void
servers_pg_pause(void)
{
	tell(ORDER_PG_PAUSE);
}

void
servers_pg_resume(void)
{
	tell(ORDER_PG_RESUME);
}

void
servers_replica_stop(void)
{
	tell(ORDER_REPLICA_STOP);
}

void
servers_replica_start(void)
{
	tell(ORDER_REPLICA_START);
}
