# web: the static files the web servers' snippets serve.
webdir = $(pkgdatadir)/web
dist_web_DATA = %D%/index.html
