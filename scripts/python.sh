#!/bin/sh
# Which Python here is recent enough? Runs the script named with it, or says that there is none.

for python in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        exec "$python" "$@"
    fi
done

echo "ressenti: Python 3.11 or newer is needed, and there is none on the path. On Debian or Ubuntu: apt-get install python3 python3-venv. If one is installed elsewhere, name it: make setup PYTHON=/path/to/python3" >&2
exit 1
