import subprocess
import sys

from tradepost.lib.request_figures import FiguresFile, RequestFigures, figures_of_all

_ANOTHER = """
import sys
from pathlib import Path
from tradepost.lib.request_figures import FiguresFile, RequestFigures
figures = RequestFigures()
figures.note(200, 0.2)
FiguresFile(Path(sys.argv[1])).write(figures)
print("written", flush=True)
sys.stdin.read()
"""


def test_each_living_process_is_read_and_the_file_of_a_dead_one_goes(tmp_path):
    own = RequestFigures()
    for status, seconds in [(200, 0.01), (200, 7.0), (404, 99.0), (413, None)]:
        own.note(status, seconds)
    file = FiguresFile(tmp_path)
    file.write(own)
    other = subprocess.Popen(
        [sys.executable, "-c", _ANOTHER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert other.stdout
    assert other.stdout.readline() == b"written\n"
    found = [figures for _name, figures in figures_of_all(tmp_path)]
    assert sorted(dict(one.statuses) for one in found if len(one.statuses) > 1) == [
        {200: 2, 404: 1, 413: 1}
    ]
    assert len(found) == 2
    assert own.buckets[0] == 1
    assert own.buckets[-1] == 1
    assert sum(own.buckets) == 3
    other.communicate()
    assert len(list(figures_of_all(tmp_path))) == 1
    assert len(list(tmp_path.iterdir())) == 1


def test_a_file_that_cannot_be_read_is_left_out_until_it_is_written_anew(tmp_path):
    figures, file = RequestFigures(), FiguresFile(tmp_path)
    file.write(figures)
    [path] = tmp_path.iterdir()
    path.write_text("[1, {}")
    assert list(figures_of_all(tmp_path)) == []
    figures.note(200, 0.1)
    file.write(figures)
    assert [dict(one.statuses) for _name, one in figures_of_all(tmp_path)] == [{200: 1}]
