"""CSV files, plain or gzipped: every row with its line number."""

import contextlib
import csv
import gzip
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from track_service.services.sheet import BadFile

if TYPE_CHECKING:
    from _csv import Reader as CsvReader


def rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield the rows of a file and the line on which each ends; other columns are ignored.

    Raises `BadFile` for a column that is missing, a row of another length, broken
    quotes, bytes that are no UTF-8 or no gzip; OSError where it cannot be opened.
    """
    with path.open("rb") as file, contextlib.ExitStack() as opened:
        zipped = path.suffix == ".gz"
        lines = opened.enter_context(gzip.open(file)) if zipped else file
        reader = csv.reader((line.decode("utf-8-sig") for line in lines), strict=True)
        try:
            yield from _rows(reader, columns)
        except csv.Error as error:
            raise BadFile(f"line {reader.line_num}: {error}") from error
        except UnicodeDecodeError as error:
            raise BadFile(f"line {reader.line_num + 1}: not UTF-8") from error
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise BadFile(f"line {reader.line_num + 1}: not gzip") from error


def _rows(
    reader: "CsvReader", columns: Sequence[str]
) -> Iterator[tuple[int, Mapping[str, str]]]:
    header = [name.strip() for name in next(reader, [])]
    missing = [name for name in columns if name not in header]
    if missing:
        raise BadFile(f"line 1: no column {', '.join(missing)}")
    for row in reader:
        if not row:
            continue
        if len(row) != len(header):
            raise BadFile(
                f"line {reader.line_num}: {len(row)} cells instead of {len(header)}"
            )
        cells = dict(zip(header, map(str.strip, row), strict=True))
        yield reader.line_num, cells
