# tests/browser: the page in Debian's chromium; phase "page" of tests/run.
EXTRA_DIST += %D%/browser.cjs %D%/test_line.cjs %D%/test_page.cjs
