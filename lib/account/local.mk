# lib/account: users, passwords, access and refresh tokens.
lib_libdomain_a_SOURCES += \
	%D%/account.c %D%/account.h %D%/account_list.c %D%/account_row.h \
	%D%/claims.c %D%/claims.h \
	%D%/fold.c %D%/fold.h %D%/guess.c %D%/guess.h %D%/guess_near.c \
	%D%/guess_near.h %D%/jwt_door.c %D%/jwt_door.h %D%/login.c %D%/login.h \
	%D%/page_session.c %D%/page_session.h %D%/password.c %D%/password.h \
	%D%/refresh.c %D%/refresh.h %D%/rehearsal.c %D%/rehearsal.h %D%/role.c \
	%D%/role.h %D%/seen.c %D%/seen.h %D%/session.c %D%/session.h \
	%D%/standing.c %D%/standing.h %D%/token.c %D%/token.h %D%/token_key.c \
	%D%/token_key.h %D%/totp.c %D%/totp.h %D%/totp_code.c %D%/totp_code.h \
	%D%/writing.c %D%/writing.h
