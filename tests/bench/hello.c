/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hello - the yardstick: the least a FastCGI program can do
 *
 * The stock accept loop of libfcgi in 32 processes, a two-byte body. What a
 * request to it costs the web server and the process together is H, the unit
 * of every other row of the bench.
 *
 * Usage: hello SOCKET. SIGTERM to the parent ends all.
 */
#include <fcgiapp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { N_PROCESSES = 32, BACKLOG = 1024 };

static void
serve(int listen_fd)
{
	FCGX_Request request;

	FCGX_InitRequest(&request, listen_fd, 0);
	while (FCGX_Accept_r(&request) == 0) {
		FCGX_PutS(
		    "Content-Type: text/plain\r\n"
		    "Content-Length: 2\r\n\r\nok",
		    request.out);
		FCGX_Finish_r(&request);
	}
}

int
main(int argc, char **argv)
{
	int listen_fd, i;

	if (argc != 2) {
		fprintf(stderr, "usage: hello SOCKET\n");
		return 2;
	}
	FCGX_Init();
	listen_fd = FCGX_OpenSocket(argv[1], BACKLOG);
	if (listen_fd < 0)
		return 1;
	for (i = 0; i < N_PROCESSES; i++) {
		if (fork() == 0) {
			signal(SIGTERM, SIG_DFL);
			prctl(PR_SET_PDEATHSIG, SIGTERM);
			serve(listen_fd);
			_exit(0);
		}
	}
	signal(SIGTERM, SIG_DFL);
	for (;;)
		pause();
}
