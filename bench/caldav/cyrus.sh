#!/bin/bash
# Cyrus with its httpd, all of it in one folder: cyrus.sh FOLDER PORT. Without root it must be run by the user `cyrus`.
set -eu
folder=$1 port=$2
mkdir -p "$folder"/{conf,spool,run,sieve,log}
cat >"$folder/imapd.conf" <<CONF
configdirectory: $folder/conf
defaultpartition: default
partition-default: $folder/spool
proc_path: $folder/run/proc
mboxname_lockpath: $folder/run/lock
sievedir: $folder/sieve
altnamespace: no
unixhierarchysep: no
admins: admin
allowplaintext: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: $folder/sasldb
sasl_mech_list: PLAIN
servername: bench
httpmodules: caldav
httpkeepalive: 5
caldav_allowscheduling: off
autocreate_quota: -1
autocreate_post: yes
syslog_prefix: bench
CONF
cat >"$folder/cyrus.conf" <<CONF
START {
  recover cmd="/usr/lib/cyrus/bin/ctl_cyrusdb -C $folder/imapd.conf -r"
}
SERVICES {
  http cmd="/usr/lib/cyrus/bin/httpd -C $folder/imapd.conf -U 100000" listen="127.0.0.1:$port" prefork=8 maxchild=16
  imap cmd="/usr/lib/cyrus/bin/imapd -C $folder/imapd.conf" listen="$folder/run/imap" prefork=0 maxchild=2
}
EVENTS {
  checkpoint cmd="/usr/lib/cyrus/bin/ctl_cyrusdb -C $folder/imapd.conf -c" period=30
}
CONF
for login in admin bench; do echo bench | saslpasswd2 -p -c -f "$folder/sasldb" -u bench "$login"; done
as=()
if [ "$(id -u)" = 0 ]; then
  chmod 711 "$folder"
  chown -R cyrus:mail "$folder"
  as=(setpriv --reuid=cyrus --regid=mail --init-groups)
fi
exec "${as[@]}" /usr/lib/cyrus/bin/master -C "$folder/imapd.conf" -M "$folder/cyrus.conf" -p "$folder/run/master.pid"
