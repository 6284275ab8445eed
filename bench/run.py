"""Runs the benchmarks, each in its own process, and prints the last line of each: one line of JSON.

``python bench/run.py [NAME]``. Each figure is a ratio: ours beside the limit, in the same run.
"""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
OWN = {"run"}


def names() -> list[str]:
    return sorted(
        path.stem for path in HERE.glob("*.py") if path.stem not in OWN and path.stem[0] != "_"
    )


def main() -> int:
    wanted = sys.argv[1:] or names()
    unknown = set(wanted) - set(names())
    if unknown:
        print(f"No benchmark {unknown.pop()!r}; there are: {', '.join(names())}.", file=sys.stderr)
        return 2
    failed = 0
    for name in wanted:
        result = subprocess.run(
            [sys.executable, str(HERE / f"{name}.py")],
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(HERE.parent)},
            check=False,
        )
        lines = result.stdout.strip().splitlines()
        print(lines[-1] if lines else f"{name}: no result", flush=True)
        failed |= result.returncode
    return failed


if __name__ == "__main__":
    sys.exit(main())
