# lib/outside: asking other people's servers; the door to libcurl.
noinst_LIBRARIES += lib/outside/liboutside.a
lib_outside_liboutside_a_SOURCES = %D%/curl_door.c %D%/outside.h
