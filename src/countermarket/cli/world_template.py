"""The commented start of a world of one's own that `countermarket new-world` writes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap

from countermarket.reading.errors import InputError
from countermarket.reading.wording import shown
from countermarket.world.description import FILE
from countermarket.world.folders import PACKAGED, refuse_occupied, write_files
from countermarket.world.schema import EVIDENCE_TABLES, KEYS, TABLES

HEAD = """\
# A world of your own. Edit, then:
#   countermarket check {folder}
#   countermarket run SCENARIO --world {folder}
title: {title}
"""
DIFFERENCES = """\

# The world that this one differs from: `public` (the one that comes with the program) or the path, from here, of
# another world's folder. Whatever you do not mention is as it is there.
based_on: public

# Each table in this folder has its head and no rows yet. A row adds what it names; a row with the key of one in the
# world below replaces that one. Delete the tables you do not need. `countermarket new-world FOLDER --full` copies all
# rows, to look up how they are written there.

# What goes, with every row that names it (a market with its layers, a place with its legs):
# remove:
#   jurisdictions: [BOL]
#   legs: [L096]
#   markets: [heroin]
#   layers: [smuggling_oceania]
"""
WHOLE = """\

# This folder holds every table whole; to state differences from another world instead, write `based_on: public`
# and leave in the tables only the rows that differ.
"""
PARAMETERS = """\

# A new market or layer needs parameter values (time and cost of moving a unit, losses, elasticities, ...). It can have
# those of another, for every parameter that has no value for it:
# parameters_like:
#   ivory: cocaine
#
# And a file parameters.yaml beside this one replaces or adds values, each with its source, low and high (or factor_low
# and factor_high, of a map) if they differ (`countermarket parameters` lists all):
#   labour:
#     value: {ivory: 3.1}
#     source: "assumption: heavy, and seldom sent"
"""
EXAMPLE = """\

# For example, a place and a way to it. In jurisdictions.csv a row for NOR; in legs.csv
#   M001,cocaine,cocaine,SWE,NOR,land,assumed,416,great_circle,assumed,,assumption: onward over the open border,
# in demand.csv
#   cocaine,NOR,volume,2770,kg per year,1380,5540,assumption: as much a head as in Sweden
#   cocaine,NOR,price,77600,USD per kg,38800,155000,assumption: as in Sweden
#
# A source is one or more codes of source_codes.csv (A1;B2), `derived: how (A1; B2)`, or `assumption: why`.
"""
TABLES_HEAD = """\

# The tables, the columns that tell their rows apart, and all columns:
"""


def new_world(folder: Path, full: bool) -> Path:
    """Write a start into a new folder, with whole tables or with heads alone. InputError if it holds anything."""
    refuse_occupied(folder)
    was_there = folder.exists()
    title = folder.resolve().name.replace("_", " ").capitalize() or "A world"
    head = HEAD.format(folder=shown(folder, 200), title=json.dumps(title, ensure_ascii=False))
    parts = (head, WHOLE, PARAMETERS) if full else (head, DIFFERENCES, PARAMETERS, EXAMPLE)
    text = "".join((*parts, TABLES_HEAD, *(f"{line}\n" for line in about_tables())))
    try:
        write_files({FILE: text} | ({} if full else heads()), folder)
        for file in TABLES if full else ():
            shutil.copyfile(PACKAGED / file, folder / file)
    except OSError as problem:
        for path in [folder / file for file in (FILE, *TABLES)]:
            path.unlink(missing_ok=True)
        if not was_there and folder.is_dir():
            folder.rmdir()
        raise InputError(str(folder), None, "", f"cannot be written: {problem.strerror}") from None
    return folder


def heads() -> dict[str, str]:
    """Return every table without rows."""
    return {file: ",".join(column.name for column in columns) + "\n" for file, columns in TABLES.items()}


def about_tables() -> Iterator[str]:
    """Give a comment for each table: its key, its columns, and whether runs use it."""
    for file, columns in TABLES.items():
        use = " (kept and checked; no run reads it)" if file in EVIDENCE_TABLES else ""
        names = ", ".join(column.name for column in columns)
        said = f"{file}{use}, by {' and '.join(KEYS[file])}: {names}"
        yield from wrap(said, 110, initial_indent="# - ", subsequent_indent="#   ")
