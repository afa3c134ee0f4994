# man: one page a program, and boxoffice.conf(5), which comes from the table
# of settings.
dist_man_MANS += %D%/boxoffice-fcgi.8
dist_man_MANS += %D%/boxofficectl.8
