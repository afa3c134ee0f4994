# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
#
# web - a certificate authority, a certificate, and nginx with TLS
#
# The shipped snippets are used as they were installed; only what is a site's
# own (name, ports, certificate, addresses) is written here. It listens on
# loopback alone: the accounts of a demo are no secret.
#
# Layer: quickstart.  Uses: say, place, process.

certificate_make() {
	local days=800 work
	if [[ -s $TLS/server.pem && -s $STACK/data/paysim/tls.crt ]] &&
	    openssl x509 -noout -checkend 604800 -in "$TLS/server.pem" >/dev/null; then
		return
	fi
	step "making a certificate"
	work=$(mktemp -d)
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -days $days -subj "/CN=boxoffice quickstart" \
	    -addext "basicConstraints=critical,CA:TRUE,pathlen:0" \
	    -addext "keyUsage=critical,keyCertSign,cRLSign" \
	    -keyout "$work/ca.key" -out "$work/ca.pem" 2>/dev/null
	certificate_sign "$work" "$TLS/server.pem" "$TLS/server.key"
	certificate_sign "$work" "$STACK/data/paysim/tls.crt" \
	    "$STACK/data/paysim/tls.key"
	chown "$APP_USER" "$STACK/data/paysim/tls.key"
	# The authority's key has done its work: nobody can sign with it again.
	install -m 0644 "$work/ca.pem" "$STACK/ca.pem"
	rm -rf "$work"
}

# certificate_sign WORK CERTIFICATE KEY: for this host, by the authority in WORK.
certificate_sign() {
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	    -subj "/CN=$WEB_HOST" -keyout "$3" -out "$1/server.csr" 2>/dev/null
	openssl x509 -req -days "$days" -in "$1/server.csr" \
	    -CA "$1/ca.pem" -CAkey "$1/ca.key" -CAcreateserial \
	    -extfile <(printf '%s\n' \
	        "subjectAltName=DNS:$WEB_HOST,IP:127.0.0.1,IP:::1" \
	        "extendedKeyUsage=serverAuth" "basicConstraints=CA:FALSE") \
	    -out "$2" 2>/dev/null
	chmod 0600 "$3"
}

# web_listen PORT WORDS: for each address family there is.
web_listen() {
	printf '\t\tlisten 127.0.0.1:%s %s;\n' "$1" "$2"
	# A file of /proc has no size to ask for.
	if grep -qw lo /proc/net/if_inet6 2>/dev/null; then
		printf '\t\tlisten [::1]:%s %s;\n' "$1" "$2"
	fi
}

web_settings() {
	cat <<END
user $APP_USER;
worker_processes auto;
pid $RUN/nginx.pid;
error_log $LOGS/nginx.log warn;
worker_rlimit_nofile 16384;
events {
	worker_connections 4096;
}
http {
	include /etc/nginx/mime.types;
	default_type application/octet-stream;
	sendfile on;
	server_tokens off;
	client_body_temp_path $STACK/data/nginx/body;
	fastcgi_temp_path $STACK/data/nginx/fastcgi;
	proxy_temp_path $STACK/data/nginx/proxy;
	uwsgi_temp_path $STACK/data/nginx/uwsgi;
	scgi_temp_path $STACK/data/nginx/scgi;
	include $ETC/nginx/boxoffice-http.conf;
	geo \$boxoffice_unlimited {
		default 0;
		127.0.0.0/8 1;
		::1/128 1;
	}
	access_log $LOGS/access.log boxoffice buffer=64k flush=1s;
	server {
$(web_listen "$HTTPS_PORT" "ssl http2 default_server")
		server_name $WEB_HOST;
		ssl_certificate $TLS/server.pem;
		ssl_certificate_key $TLS/server.key;
		include snippets/boxoffice-tls.conf;
		include snippets/boxoffice.conf;
		# What a browser needs of the bank that is played, under the name
		# whose certificate it has been asked about; no command to it.
		location ~ ^/paysim/(v3/|_sim/bank/pi_[0-9a-f]+)\$ {
			rewrite ^/paysim(/.*) \$1 break;
			proxy_pass https://$WEB_HOST:$PAYSIM_PORT;
			proxy_ssl_verify on;
			proxy_ssl_name $WEB_HOST;
			proxy_ssl_trusted_certificate $STACK/ca.pem;
		}
	}
	server {
$(web_listen "$HTTP_PORT" default_server)
		server_name $WEB_HOST;
		location / {
			return 308 https://$WEB_HOST:$HTTPS_PORT\$request_uri;
		}
	}
}
END
}

# Writes nginx's files; the status is 0 when one changed.
web_files() {
	local file changed=1
	mkdir -p "$ETC/nginx/snippets" "$STACK/data/nginx"
	for file in boxoffice-http.conf snippets/boxoffice.conf \
	    snippets/boxoffice-fastcgi.conf snippets/boxoffice-tls.conf; do
		put "$ETC/nginx/$file" 0644 root:root \
		    < <(sed "s|/var/lib/boxoffice/exports|$STACK/data/exports|" \
			"$EXAMPLES/nginx/$file") && changed=0
	done
	web_settings | put "$ETC/nginx/nginx.conf" 0644 root:root && changed=0
	return $changed
}

web_answers() {
	curl -s -o /dev/null --cacert "$STACK/ca.pem" \
	    "https://$WEB_HOST:$HTTPS_PORT/"
}

web_up() {
	local changed=no
	web_files && changed=yes
	quietly "$LOGS/nginx-check.log" nginx -t -q -c "$ETC/nginx/nginx.conf"
	if ! process_runs nginx; then
		step "starting nginx"
		process_start nginx root \
		    /usr/sbin/nginx -c "$ETC/nginx/nginx.conf" -g 'daemon off;'
	elif [[ $changed == yes ]]; then
		kill -HUP "$(process_pid nginx)"
	fi
	process_answers nginx web_answers
}
