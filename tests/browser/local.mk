# tests/browser: the page in Debian's chromium; phase "page" of tests/run.
EXTRA_DIST += \
	%D%/bench.cjs %D%/broken.py %D%/browser.cjs %D%/buyer.cjs \
	%D%/desk.cjs %D%/hook.cjs %D%/operator_board.cjs %D%/operator_factor.cjs \
	%D%/test_breaks.cjs %D%/test_card.cjs %D%/test_counter.cjs \
	%D%/test_editor.cjs %D%/test_line.cjs %D%/test_m.cjs \
	%D%/test_messages.cjs %D%/test_operator.cjs %D%/test_page.cjs %D%/test_purchase.cjs \
	%D%/test_season.cjs %D%/test_transfer.cjs %D%/test_webhook.cjs
