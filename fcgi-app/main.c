/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boxoffice-fcgi - the API as a FastCGI application
 *
 * Layer: fcgi-app.
 */
int
main(void)
{
	return 0;
}
