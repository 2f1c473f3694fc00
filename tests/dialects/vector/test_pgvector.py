"""Which statements search for vectors, and what they say."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from keeptabs.dialects.vector.pgvector import ask

NOTHING = {"db.system.name": "postgresql", "db.operation.name": "SELECT"}


def settings(
    distance: str, table: str | None = None, top_k: int | None = None, size: int | None = None
) -> dict[str, object]:
    """The settings of a search."""
    said = {
        **NOTHING,
        "gen_ai.data_source.id": table,
        "gen_ai.retrieval.top_k": top_k,
        "keeptabs.retrieval.dimensions": size,
        "keeptabs.retrieval.distance": distance,
    }
    return {name: value for name, value in said.items() if value is not None}


SEARCHES = [
    ("SELECT * FROM items ORDER BY embedding <-> '[3,1,2]' LIMIT 5", settings("l2", "items", 5, 3), "README"),
    ("SELECT id FROM docs ORDER BY embedding <=> %s LIMIT %s", settings("cosine", "docs"), "psycopg"),
    ("SELECT id FROM docs ORDER BY v <=>%s LIMIT 5", settings("cosine", "docs", 5), "no space before a placeholder"),
    ("SELECT id FROM docs ORDER BY v <+> $1 LIMIT 2;", settings("l1", "docs", 2), "asyncpg"),
    ("SELECT id FROM docs ORDER BY b <%> '101'", settings("jaccard", "docs"), "Jaccard"),
    ("SELECT id FROM docs ORDER BY b <%%> %s", settings("jaccard", "docs"), "a doubled percent sign"),
    ("SELECT id FROM docs ORDER BY b <~> B'101'", settings("hamming", "docs"), "Hamming"),
    ("SELECT id FROM docs ORDER BY e <#> %(e)s::vector(3)", settings("inner_product", "docs", None, 3), "a cast"),
    ("SELECT id FROM docs ORDER BY e <-> CAST(%s AS halfvec(8))", settings("l2", "docs", None, 8), "CAST"),
    ("select 1 - (embedding <=> $1) from docs", settings("cosine", "docs"), "a similarity"),
    ('SELECT "id" FROM "my docs" ORDER BY "embedding" <-> %s', settings("l2", "my docs"), "quoted names"),
    ("SELECT id FROM s.docs ORDER BY s.docs.embedding <-> %s", settings("l2", "s.docs"), "a schema"),
    ("(SELECT id FROM docs ORDER BY embedding <=> $1 LIMIT 3)", settings("cosine", "docs", 3), "in brackets"),
    ("/* a, b */ SELECT id FROM docs ORDER BY embedding <=> $1", settings("cosine", "docs"), "a comment before"),
    ("SELECT id FROM docs ORDER BY embedding <=> $1 -- LIMIT 5", settings("cosine", "docs"), "a limit in a comment"),
    ("SELECT 1 FROM docs ORDER BY e <=> $1 FETCH FIRST 4 ROWS ONLY", settings("cosine", "docs", 4), "standard SQL"),
    (
        "SELECT d.id FROM docs d JOIN authors AS a ON a.id = d.by ORDER BY d.embedding <=> $1 LIMIT 3",
        settings("cosine", "docs", 3),
        "two tables and an alias",
    ),
    ("SELECT 1 FROM a, b JOIN c ON true ORDER BY embedding <=> $1", settings("cosine"), "nobody says of which"),
    (
        "WITH near AS (SELECT id FROM docs ORDER BY embedding <=> $1 LIMIT 50) SELECT id FROM near LIMIT 5",
        settings("cosine", "docs", 5),
        "a common table expression",
    ),
    (
        "SELECT id FROM docs WHERE extract(year FROM made) = 2026 ORDER BY embedding <=> $1",
        settings("cosine", "docs"),
        "a FROM that is of a function",
    ),
    (
        "SELECT g.n FROM generate_series(1, 3) g JOIN docs ON docs.id = g.n ORDER BY docs.embedding <=> $1",
        settings("cosine", "docs"),
        "a function is no table",
    ),
    ("SELECT id FROM docs ORDER BY embedding <=> $1 FOR UPDATE OF docs", settings("cosine", "docs"), "a lock"),
]

OTHERS = [
    ("SELECT id FROM docs WHERE id = $1", "no operator"),
    ("SELECT a FROM t WHERE to_tsvector(a) @@ to_tsquery('x <-> y')", "a phrase in a text"),
    ("SELECT a FROM t ORDER BY body_tsvector <=> to_tsquery($1)", "a distance of RUM"),
    ("SELECT plainto_tsquery($1) <-> plainto_tsquery($2)", "two phrases"),
    ("SELECT name FROM t ORDER BY name <-> $1 LIMIT 5", "a distance of texts"),
    ("SELECT id FROM places ORDER BY pos <-> point(0, 0) LIMIT 5", "a distance of points"),
    ("SELECT id FROM vector_tiles ORDER BY geom <-> ST_MakePoint(1, 2)", "geometries in a table of that name"),
    ("SELECT id FROM places ORDER BY geom <#> $1::geometry", "boxes"),
    ("SELECT id FROM places ORDER BY geom <<->> $1::geometry", "a longer operator"),
    ("SELECT id FROM docs ORDER BY embedded_text <<<-> $1", "an operator that only ends like one"),
    ("SELECT id FROM docs ORDER BY embedded_text <->> $1", "an operator that only begins like one"),
    ("SELECT id FROM t ORDER BY c <=> cube(array[1, 2])", "cubes"),
    ("SELECT j->'embedding'->>'a', j#>'{a}' FROM t WHERE j @> '{}' AND j <@ $1", "JSON"),
    ("SELECT a FROM t WHERE b < -1 AND c<-1 AND d <> e", "comparisons"),
    ("SELECT a FROM t WHERE note = 'embedding <=> it''s'", "a text"),
    (r"SELECT a FROM t WHERE note = E'embedding \' <=> x'", "a text with an escape"),
    ("SELECT a FROM t WHERE note = $$embedding <=> x$$", "a text in dollars"),
    ("SELECT a FROM t WHERE note = $n$embedding <=> $$ x$n$", "a text in dollars with a name"),
    ("SELECT a FROM t -- ORDER BY embedding <=> $1", "a comment"),
    ("SELECT a /* embedding <=> $1 */ FROM t", "a comment inside"),
    ("INSERT INTO near SELECT id FROM docs ORDER BY embedding <=> $1", "an insertion"),
    ("WITH x AS (SELECT 1) DELETE FROM docs WHERE embedding <=> $1 < 1", "a deletion"),
    ("WITH x AS (SELECT 1) UPDATE docs SET a = embedding <=> $1", "a change"),
    ("CREATE OPERATOR <=> (LEFTARG = vector)", "a definition"),
    ("EXPLAIN SELECT id FROM docs ORDER BY embedding <=> $1", "a plan"),
    ("", "nothing"),
]


@pytest.mark.parametrize(("statement", "expected", "why"), SEARCHES, ids=[why for *_, why in SEARCHES])
def test_a_search_is_read(statement: str, expected: dict[str, object], why: str) -> None:
    """Table, distance, how many and the size of the vector, each where the statement tells."""
    found = ask(statement)
    assert found is not None
    assert found.settings == expected


@pytest.mark.parametrize(("statement", "why"), OTHERS, ids=[why for _, why in OTHERS])
def test_what_only_looks_like_a_search_is_none(statement: str, why: str) -> None:
    """Operators of others, texts, comments, and what changes something."""
    assert ask(statement) is None


def test_a_vector_in_the_statement_is_measured_and_forgotten() -> None:
    """However large it is."""
    numbers = ", ".join(["0.125"] * 3072)
    found = ask(f"SELECT id FROM docs ORDER BY embedding <=> '[{numbers}]' LIMIT 5")
    assert found is not None
    assert found.settings == settings("cosine", "docs", 5, 3072)


def test_a_statement_that_is_too_large_is_not_read() -> None:
    """A mebibyte is the most."""
    statement = "SELECT id FROM docs ORDER BY embedding <=> $1"
    assert ask(statement.ljust(1024 * 1024)) is not None
    assert ask(statement.ljust(1024 * 1024 + 1)) is None


@given(st.text(alphabet="<->=#+~% '\"$/*\\e[]1,()abfromvectselimit\n"), st.text())
@example("'", "'")
def test_no_statement_is_too_much(middle: str, end: str) -> None:
    """A statement is a search or is none."""
    found = ask(f"SELECT {middle} <=> {end}")
    assert found is None or found.settings["db.system.name"] == "postgresql"


@pytest.mark.parametrize("run", ["/*", "'", "''", "$a$", " ", "a", "a.", "extract(", "from a ", "a <-> b ", "limit "])
def test_a_hostile_statement_is_read_in_one_go(run: str) -> None:
    """What repeats is not read again from each of its places: quadratic work would not end here."""
    ask(f"SELECT {run * (200_000 // len(run))} <=> 1")
