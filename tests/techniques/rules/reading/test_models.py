"""Models of SQLAlchemy: what is generated goes into the tables that they make."""

from __future__ import annotations

import datetime as dt
import enum

import pytest
from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    MetaData,
    Numeric,
    String,
    UniqueConstraint,
    create_engine,
    func,
    insert,
)
from sqlalchemy import select as query
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeEngine

import likewise
from likewise.errors import SettingsError
from likewise.techniques.rules.reading.models import is_model, read_models


class Base(DeclarativeBase):
    pass


class Status(enum.Enum):
    NEW = "new"
    PAID = "paid"


class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(80), unique=True)
    first_name: Mapped[str | None]
    age: Mapped[int] = mapped_column(CheckConstraint("age >= 18"))
    above_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    orders: Mapped[list[Order]] = relationship(back_populates="customer")


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    status: Mapped[Status]
    total: Mapped[float] = mapped_column(Numeric(10, 2))
    at: Mapped[dt.datetime]
    customer: Mapped[Customer] = relationship(back_populates="orders")
    __table_args__ = (CheckConstraint("total > 0 AND total < 10000"), UniqueConstraint("customer_id", "at"))


class Note(Base):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


def test_generated_rows_meet_every_constraint_of_the_tables() -> None:
    shop = likewise.generate(Base, n=200, seed=2)
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = ON")
        Base.metadata.create_all(connection)
        for table in Base.metadata.sorted_tables:
            connection.execute(insert(table), shop[table.name].to_arrow().to_pylist())
            assert connection.scalar(query(func.count()).select_from(table)) == 200
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert {status for (status,) in connection.execute(query(Order.status).distinct())} == set(Status)


def test_one_class_brings_the_tables_that_it_refers_to() -> None:
    assert list(read_models(Order).document["tables"]) == ["customers", "orders"]
    assert list(read_models(Order.__table__).document["tables"]) == ["customers", "orders"]
    assert list(read_models(Note).document["tables"]) == ["notes"]
    assert set(read_models(Base.metadata).document["tables"]) == {"customers", "notes", "orders"}
    assert is_model(Base) and is_model(Order) and not is_model(Status) and not is_model({})


def test_types_that_are_not_known_and_no_tables_are_told() -> None:
    class Odd(TypeEngine[str]):
        __visit_name__ = "odd"

    class Other(DeclarativeBase):
        pass

    class Holder(Other):
        __tablename__ = "holders"
        id: Mapped[int] = mapped_column(primary_key=True)
        odd: Mapped[str] = mapped_column(Odd)

    with pytest.raises(SettingsError, match="cannot be made"):
        read_models(Holder)
    with pytest.raises(SettingsError, match="there is no table in it"):
        read_models(MetaData())
