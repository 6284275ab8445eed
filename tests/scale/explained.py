"""How the database would go about a statement, in its own words."""

import json

from django.db import connection

SQLITE = connection.vendor == "sqlite"


def plan(sql):
    """The steps as words, each with the table that it reads."""
    with connection.cursor() as cursor:
        if SQLITE:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            return [row[3] for row in cursor.fetchall()]
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN (FORMAT JSON, VERBOSE off) {sql}")
        found = cursor.fetchone()[0]
        return list(_steps((found if isinstance(found, list) else json.loads(found))[0]["Plan"]))


def _steps(node):
    yield f"{node['Node Type']} {node.get('Relation Name', '')} {node.get('Index Name', '')}"
    for child in node.get("Plans", []):
        yield from _steps(child)
