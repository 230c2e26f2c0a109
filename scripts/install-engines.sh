#!/usr/bin/env bash
# Installs the programs that the lab runs beside its own processes, and the clients that its pages name, where they are missing. Their packages' own services are not started.
set -euo pipefail
# Program, then the Debian packages that it takes.
engines=(
  "redis-server redis-server"
  "haproxy haproxy"
  "nginx nginx-light libnginx-mod-stream"
  "promtool prometheus"
  "nats-server nats-server"
  "mosquitto mosquitto"
  "mosquitto_rr mosquitto-clients"
  "protoc protobuf-compiler python3-protobuf python3-grpcio python3-websockets python3-socketio python3-websocket"
  "curl curl"
)
missing=()
for line in "${engines[@]}"; do
  read -r program packages <<<"$line"
  # shellcheck disable=SC2206 # one word a package
  PATH="$PATH:/usr/sbin:/sbin" command -v "$program" >/dev/null || missing+=($packages)
done
if [ ${#missing[@]} -eq 0 ]; then exit 0; fi
# invoke-rc.d(8) asks this file, and 101 forbids it to start anything.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  printf '#!/bin/sh\nexit 101\n' >$policy
  chmod +x $policy
  trap 'rm -f $policy' EXIT
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
