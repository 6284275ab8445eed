"""``python -m tests.mutants [subject …]``: try all mutants of each subject and print the scores.

Fails where a module scores below 90 % of those mutants that are not in the reasoned list.
"""

import argparse
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import Phase, settings

from tests.mutants.equivalent import reason_for
from tests.mutants.making import Mutant, mutants_of
from tests.mutants.subjects import SUBJECTS, Subject
from tests.mutants.trying import Trial

WANTED = 0.9


def main() -> int:
    parser = argparse.ArgumentParser(description="Mutation tests")
    parser.add_argument("subjects", nargs="*", help=", ".join(one.name for one in SUBJECTS))
    parser.add_argument("--sample", type=int, help="try only so many of each, chosen by chance")
    asked = parser.parse_args()
    known = {one.name: one for one in SUBJECTS}
    unknown = set(asked.subjects) - set(known)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(known)}")
    chosen = [known[name] for name in asked.subjects or known]
    if len(chosen) > 1:
        return _one_after_another(chosen, asked.sample)
    return 0 if _score(chosen[0], asked.sample) else 1


def _one_after_another(chosen: list[Subject], sample: int | None) -> int:
    """A process for each: what one has imported, or left behind, is nothing to the next."""
    more = ["--sample", str(sample)] if sample else []
    scores, codes = [], []
    for one in chosen:
        command = [sys.executable, "-m", "tests.mutants", one.name, *more]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            for said in child.stdout or ():
                print(said, end="", flush=True)
                if "mutants killed" in said:
                    scores.append(said)
        codes.append(child.returncode)
    print("\n" + "".join(scores), end="")
    return max(codes)


def _score(subject: Subject, sample: int | None) -> bool:
    started = time.monotonic()
    trial = Trial(subject.module, lambda source: _sampled(subject, source, sample))
    # The same examples each time; a failing one is enough and need not become smaller.
    settings.register_profile(
        "mutants",
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
    )
    settings.load_profile("mutants")
    files = [file for file in subject.tests if Path(file).exists()]
    pytest.main(["-q", "-W", "ignore::pytest.PytestAssertRewriteWarning", *files], plugins=[trial])
    for test in trial.failed:
        print(f"    left out, fails without a mutant: {test}")
    equal = [one for one in trial.survivors if reason_for(subject.name, one.place)]
    counted = len(trial.tried) - len(equal)
    killed = len(trial.tried) - len(trial.survivors)
    share = killed / counted if counted else 0.0
    print(
        f"{subject.name:<12}{killed:>5} of {counted} mutants killed, {share:.1%}"
        f" ({len(equal)} equal, {time.monotonic() - started:.0f} s)",
        flush=True,
    )
    return share >= WANTED


def _sampled(subject: Subject, source: str, sample: int | None) -> list[Mutant]:
    found = mutants_of(source, subject.wants)
    return random.Random(0).sample(found, min(sample, len(found))) if sample else found


if __name__ == "__main__":
    raise SystemExit(main())
