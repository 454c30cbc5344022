#!/usr/bin/env bash
# Builds everything and runs every test project. Needs the .NET SDK; installs the peers the interop tests talk to (Debian, Ubuntu).
# The last line is "N passed, N failed"; the exit status is 0 only when every project ran tests, all passed and none was skipped.
# MODERNSIP_TORTURE=<folder> adds the tests that read the original torture messages of RFC 4475 and RFC 5118 from there.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
exec </dev/null

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 MSBUILDDISABLENODEREUSE=1

# What must be there -> the Debian package that brings it.
declare -A peers=(
  [/usr/bin/sipp]=sip-tester
  [/usr/sbin/kamailio]=kamailio
  ["/usr/lib/$(uname -m)-linux-gnu/kamailio/modules/tls.so"]=kamailio-tls-modules
  ["/usr/lib/$(uname -m)-linux-gnu/kamailio/modules/websocket.so"]=kamailio-websocket-modules
  [/usr/bin/baresip]=baresip-core
  [/usr/bin/sipsak]=sipsak
  [/usr/lib/x86_64-linux-gnu/kamailio/modules/presence.so]=kamailio-presence-modules
  [/usr/bin/tshark]=tshark
  [/usr/sbin/ip]=iproute2
  [/usr/sbin/dnsmasq]=dnsmasq-base
  [/usr/bin/chromium]=chromium
)
per_project_limit=480

say() { printf '\n==> %s\n' "$*"; }

give_up() {
  printf 'test.sh: %s\n0 passed, 1 failed\n' "$*"
  exit 1
}

install_peers() {
  local missing=() path sudo=()
  for path in "${!peers[@]}"; do
    [[ -e $path ]] || missing+=("${peers[$path]}")
  done
  ((${#missing[@]})) || return 0

  say "installing peers: ${missing[*]}"
  if ((EUID != 0)); then
    { command -v sudo >/dev/null && sudo -n true 2>/dev/null; } || give_up "missing packages: ${missing[*]}; install them, or run as root"
    sudo=(sudo -n)
  fi
  command -v apt-get >/dev/null || give_up "missing packages: ${missing[*]}; there is no apt-get here"
  "${sudo[@]}" apt-get update -q || true
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}" ||
    give_up "could not install: ${missing[*]}"
}

# The value of one attribute of the <Counters> element of a .trx file.
counter() { grep -o '<Counters [^>]*' "$2" | grep -o " $1=\"[0-9]*\"" | tr -dc 0-9; }

run_project() {
  local project=$1 name results verbosity=minimal status=0 total executed ok
  name=$(basename "$project" .csproj)
  results=artifacts/test-results/$name.trx
  [[ $name == *InteropTests ]] && verbosity=normal
  say "$name"
  timeout --kill-after=15 "$per_project_limit" dotnet test "$project" --no-build --configuration Release \
    "${filter[@]}" --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=$verbosity" \
    --results-directory artifacts/test-results || status=$?

  if [[ ! -s $results ]] || ! grep -q '<Counters ' "$results"; then
    trouble "$name: no results (exit status $status): no test finished, or the test host died"
    return
  fi
  total=$(counter total "$results") executed=$(counter executed "$results") ok=$(counter passed "$results")
  passed=$((passed + ok))
  failed=$((failed + executed - ok))
  if ((total == 0)); then
    trouble "$name: no test finished (exit status $status)"
  elif ((total > executed)); then
    trouble "$name: $((total - executed)) skipped, and none may be" $((total - executed))
  elif ((status != 0 && executed == ok)); then
    trouble "$name: every test that ran passed, but the run ended with status $status: the test host died or timed out"
  fi
}

# A thing that went wrong beside the tests that failed themselves; counts as one failure, or as many as the second argument says.
trouble() {
  troubles+=("$1")
  failed=$((failed + ${2:-1}))
}

passed=0 failed=0 troubles=()
filter=()
if [[ -n ${MODERNSIP_TORTURE:-} ]]; then
  [[ -d $MODERNSIP_TORTURE ]] || give_up "MODERNSIP_TORTURE is not a folder: $MODERNSIP_TORTURE"
  MODERNSIP_TORTURE=$(cd "$MODERNSIP_TORTURE" && pwd)
  export MODERNSIP_TORTURE
  say "with the original torture messages of $MODERNSIP_TORTURE"
else
  filter=(--filter 'Torture!=Originals')
fi

command -v dotnet >/dev/null || give_up "the .NET SDK is not installed (https://dotnet.microsoft.com)"
install_peers

say "building"
dotnet build --configuration Release --verbosity minimal || give_up "the build failed"

rm -rf artifacts/test-results
for project in tests/*/*.csproj; do
  run_project "$project"
done

say "results"
for line in "${troubles[@]}"; do printf '%s\n' "$line"; done
printf '%d passed, %d failed\n' "$passed" "$failed"
((failed == 0 && passed > 0))
