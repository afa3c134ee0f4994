#!/bin/sh
# Make configure and the Makefile.in from configure.ac and the local.mk files.
set -e
cd "$(dirname "$0")"
exec autoreconf --force --install --warnings=all,no-obsolete
