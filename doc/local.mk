# doc: what is read beside the man pages.
dist_doc_DATA += \
	%D%/alerts.md \
	%D%/draw.py \
	%D%/glossary.md \
	%D%/install.md \
	%D%/load.md \
	%D%/openapi.yaml \
	%D%/operations.md %D%/verify_ticket.py
