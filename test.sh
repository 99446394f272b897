#!/usr/bin/env bash
# All tests but the long campaigns (ctest -L campaign): the golden model under sanitizers, then everything in Release.
# usage: ./test.sh [--data DIR]        Debian 12; about half an hour on two cores
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/tools/setup.sh"
wuxing_setup "$@"

run_ctest() { ctest --test-dir "$1" --output-on-failure --no-tests=error -j "$(nproc)" "${@:2}"; }

echo "== golden model, files and board host under address and undefined-behaviour sanitizers"
build_tree "$wuxing_root/build/sanitize" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG="-g -O1" \
    -DWUXING_SANITIZE=ON -DWUXING_SIM=OFF -DWUXING_NATIVE=OFF
run_ctest "$wuxing_root/build/sanitize" -L '^(model|files|board)$'

echo "== everything"
run_ctest "$wuxing_root/build" -LE '^campaign$' --output-junit "$wuxing_root/build/tests.xml"
