"""What tables, keys, references and conditions a script makes, in the ways that databases write them."""

from __future__ import annotations

import pytest

from likewise.errors import SettingsError
from likewise.techniques.rules.reading.sql.dialects import dialect_of
from likewise.techniques.rules.reading.sql.schema import SqlSchema
from likewise.techniques.rules.reading.sql.statements import read_schema

DUMP = """
CREATE TYPE public.mood AS ENUM ('sad', 'it''s ok');
CREATE DOMAIN public.share AS numeric(5,2) DEFAULT 1 NOT NULL
    CONSTRAINT share_check CHECK (((VALUE >= 0) AND (VALUE <= 100)));
CREATE TABLE public.staff (
    id integer NOT NULL,
    feeling public.mood NOT NULL,
    part public.share,
    boss_id integer,
    name character varying(40) NOT NULL,
    shop_id integer,
    shelf integer
);
COPY public.staff (id, feeling) FROM stdin;
1;	sad
\\.
CREATE TABLE stock.shelves (shop_id integer NOT NULL, shelf integer NOT NULL, PRIMARY KEY (shop_id, shelf));
CREATE VIEW v AS SELECT 1;
ALTER TABLE ONLY public.staff ALTER COLUMN id SET DEFAULT nextval('public.staff_id_seq'::regclass);
ALTER TABLE ONLY public.staff ADD CONSTRAINT staff_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.staff ADD CONSTRAINT boss FOREIGN KEY (boss_id) REFERENCES public.staff(id) DEFERRABLE;
ALTER TABLE ONLY public.staff ADD CONSTRAINT place FOREIGN KEY (shop_id, shelf) REFERENCES stock.shelves;
CREATE UNIQUE INDEX one_name ON public.staff USING btree (lower((name)::text)) WHERE (boss_id IS NULL);
COMMENT ON COLUMN public.staff.name IS 'as on the badge';
"""


def schema(script: str, dialect: str | None = None) -> SqlSchema:
    return read_schema(script, dialect_of(script, dialect))


def test_a_dump_of_postgresql() -> None:
    found = schema(DUMP)
    staff = found.tables["staff"]
    assert staff.key == ("id",) and staff.columns["id"].identity
    assert [(r.columns, r.to, r.key, r.deferrable) for r in staff.references] == [
        (("boss_id",), "staff", ("id",), True), (("shop_id", "shelf"), "shelves", ("shop_id", "shelf"), False),
    ]  # fmt: skip
    assert found.tables["shelves"].schema == "stock" and staff.schema is None
    assert found.domains["mood"].values == ("sad", "it's ok")
    assert found.domains["share"].required and len(found.domains["share"].checks) == 1
    (unique,) = staff.uniques
    assert unique.columns == ("name",) and unique.where is not None and len(unique.of) == 1
    assert staff.columns["name"].comment == "as on the badge"
    assert [note.said for note in found.notes] == ["1 views left out: only tables hold data"]


def test_a_dump_of_mysql() -> None:
    found = schema("""
/*!40101 SET NAMES utf8 */;
CREATE TABLE `orders` (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT COMMENT 'the number',
  `state` enum('new','sent') NOT NULL DEFAULT 'new',
  `total` decimal(10,2) GENERATED ALWAYS AS (`net` * 1.19) STORED,
  `net` decimal(10,2) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `u` (`state`,`net`),
  KEY `k` (`net`),
  CONSTRAINT `c` CHECK (`net` > 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8;
""")
    orders = found.tables["orders"]
    assert found.dialect == "mysql" and orders.key == ("id",) and orders.columns["id"].identity
    assert orders.columns["total"].generated is not None and not orders.columns["net"].required
    assert [unique.columns for unique in orders.uniques] == [("state", "net")]
    assert [check.name for check in orders.checks] == ["c"] and orders.columns["id"].comment == "the number"


def test_a_schema_of_sqlite() -> None:
    found = schema("""CREATE TABLE a(id INTEGER PRIMARY KEY AUTOINCREMENT, b,
c TEXT COLLATE NOCASE UNIQUE ON CONFLICT IGNORE,
d INT AS (id + 1), UNIQUE(b, c) ON CONFLICT REPLACE, CHECK(typeof(b) = 'integer')) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS a (x int);
CREATE TABLE "odd name" ("select" INT REFERENCES a DEFERRABLE INITIALLY DEFERRED);
CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET b = 1; END;""")
    a = found.tables["a"]
    assert list(a.columns) == ["id", "b", "c", "d"] and a.columns["b"].kind is None
    assert [unique.columns for unique in a.uniques] == [("c",), ("b", "c")]
    assert found.tables["odd name"].references[0].key == ("id",) and found.tables["odd name"].references[0].deferrable


def test_a_script_of_sql_server() -> None:
    found = schema("""CREATE TABLE [dbo].[a] ([id] [int] IDENTITY(1,1) NOT NULL, [x] money
 CONSTRAINT df DEFAULT ((0)) NULL,
 CONSTRAINT [PK] PRIMARY KEY CLUSTERED ([id] ASC) WITH (PAD_INDEX = OFF) ON [PRIMARY]) ON [PRIMARY]
GO
ALTER TABLE [dbo].[a] WITH NOCHECK ADD CONSTRAINT [CK] CHECK (([x] > (0)))
GO
""")
    a = found.tables["a"]
    assert a.key == ("id",) and a.columns["id"].identity and not a.columns["x"].required and len(a.checks) == 1


def test_names_are_folded_as_the_database_folds_them() -> None:
    found = schema('CREATE TABLE Foo (Id serial PRIMARY KEY, "Bar" int); CREATE TABLE "Foo" (a int REFERENCES FOO(ID))')
    assert list(found.tables) == ["foo", "Foo"] and list(found.tables["foo"].columns) == ["id", "Bar"]
    assert found.tables["Foo"].references[0].to == "foo"


def test_identity_inheritance_and_like() -> None:
    found = schema(
        """CREATE TABLE a (id bigint NOT NULL, CHECK (id > 0));
ALTER TABLE a ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME s START WITH 1);
CREATE TABLE b (x int) INHERITS (a);
CREATE TABLE c (LIKE a INCLUDING ALL, y int);
CREATE TABLE p (d date) PARTITION BY RANGE (d);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');""",
        "postgres",
    )
    assert found.tables["a"].columns["id"].identity
    assert list(found.tables["b"].columns) == ["id", "x"] and len(found.tables["b"].checks) == 1
    assert list(found.tables["c"].columns) == ["id", "y"]
    assert "p1" not in found.tables and any("partitions" in note.said for note in found.notes)


def test_what_cannot_be_read_is_said_and_the_rest_kept() -> None:
    found = schema(
        "\nCREATE TABLE a (id int PRIMARY KEY, b text ??? odd, c int, EXCLUDE USING gist (c WITH =))", "postgres"
    )
    assert list(found.tables["a"].columns) == ["id", "b", "c"] and found.tables["a"].key == ("id",)
    said = [f"{note.place}: {note.said}" for note in found.notes]
    assert "line 2: not read: `b text ??? odd`" in said and any("EXCLUDE" in one for one in said)


@pytest.mark.parametrize(
    ("script", "said", "hint"),
    [
        (
            "CREATE TABLE a (b int REFERENCES custmers(id)); CREATE TABLE customers (id int)",
            "no such table",
            "`customers`",
        ),
        ("CREATE TABLE a (id int); CREATE TABLE b (c int REFERENCES a(idd))", "has no column `idd`", "`id`"),
        ("SELECT 1; INSERT INTO a VALUES (2)", "makes no table", "CREATE TABLE"),
        ("", "makes no table", "CREATE TABLE"),
    ],
)
def test_scripts_that_cannot_be_used_are_refused(script: str, said: str, hint: str) -> None:
    with pytest.raises(SettingsError, match=said) as fault:
        schema(script)
    assert hint in str(fault.value.hint)
