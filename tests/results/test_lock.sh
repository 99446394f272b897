#!/usr/bin/env bash
# tools/lock.sh: a second run is refused and told of the first, also without standard input; once that is over, however it ended, it is let in.
# usage: test_lock.sh FOLDER
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
rm -rf "$1" && mkdir -p "$1/held" && cd "$1"
fail() { echo "test_lock.sh: $1" >&2; exit 1; }
printf '#!/usr/bin/env bash\n. "%s/../../tools/lock.sh"\nlock_folder held\necho in\nsleep "$1"\n' "$here" >locker.sh
refused() {
    local code=0
    bash locker.sh 0 >out 2>err <&- || code=$?
    [[ $code == 2 && ! -s out && $(wc -l <err) == 1 ]] && grep -q "held is in use by locker.sh, process $1$" err ||
        fail "exit code $code, $(cat out err)"
}
bash locker.sh 20 >first 2>/dev/null <&- &
first=$!
for ((k = 0; k < 100; ++k)); do [[ -s first ]] && break || sleep 0.1; done
refused "$first"
kill -KILL "$first"
wait "$first" 2>/dev/null || true
bash locker.sh 0 >out 2>err <&- || fail "after the first was killed: $(cat err)"
[[ $(cat out) == in ]] || fail "not let in: $(cat out)"
bash locker.sh 0 >out 2>err && [[ $(cat out) == in ]] || fail "after one that has ended: $(cat err)"
rmdir held 2>/dev/null || rm -r held
bash locker.sh 0 >out 2>err && fail "without its folder" || [[ $(cat err) == "locker.sh: cannot write held/lock" ]] || fail "$(cat err)"
echo "lock: as expected"
