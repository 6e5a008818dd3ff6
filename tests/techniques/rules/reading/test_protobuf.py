"""Messages of Protobuf, in the JSON form that Google's own library reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from likewise.errors import SettingsError
from likewise.techniques.rules.reading.protobuf import read_protobuf

SHOP = """
syntax = "proto3";
package shop;
import "google/protobuf/timestamp.proto";
import "money.proto";
// An order.
message Order {
  string id = 1;
  repeated Line lines = 2;
  Status status = 3;
  map<string, int32> counts = 4;
  oneof pay { Money card = 5; string iban = 6; }
  google.protobuf.Timestamp created_at = 7;
  optional int64 number = 8;
  message Line { int32 quantity = 1; double unit_price = 2; }
  bytes raw = 9;
  Order before = 10;
  .shop.Money total = 11;
  map<int64, Line> by_number = 12;
  reserved 13;
}
enum Status { NEW = 0; PAID = 1; }
"""


def shop(folder: Path) -> Path:
    (folder / "money.proto").write_text('syntax = "proto3"; package shop; message Money { float amount = 1; }')
    (folder / "shop.proto").write_text(SHOP, encoding="utf-8")
    return folder / "shop.proto"


def test_documents_are_in_the_json_form(tmp_path: Path) -> None:
    orders = list(read_protobuf(shop(tmp_path), part="Order", seed=1).range(0, 80))
    assert {order["status"] for order in orders} == {"NEW", "PAID"}
    assert all(not {"card", "iban"} <= set(order) for order in orders)
    assert {"card", "iban", None} == {next((n for n in ("card", "iban") if n in order), None) for order in orders}
    assert all(isinstance(order["number"], str) for order in orders if "number" in order)
    assert any("createdAt" in order and order["createdAt"].endswith("Z") for order in orders)
    assert all(set(line) == {"quantity", "unitPrice"} for order in orders for line in order.get("lines", ()))
    assert any("before" in order for order in orders)


def test_googles_library_reads_them(tmp_path: Path) -> None:
    pytest.importorskip("google.protobuf")
    from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

    path = tmp_path / "a.proto"
    path.write_text('syntax = "proto3"; message A { string s = 1; int64 n = 2; repeated A inner = 3; bytes b = 4; '
                    "E e = 5; float f = 6; enum E { X = 0; Y = 1; } }", encoding="utf-8")  # fmt: skip
    file = descriptor_pb2.FileDescriptorProto(name="a.proto", syntax="proto3")
    message = file.message_type.add(name="A")
    message.enum_type.add(name="E", value=[{"name": "X", "number": 0}, {"name": "Y", "number": 1}])
    for name, number, kind, label, of in (("s", 1, 9, 1, ""), ("n", 2, 3, 1, ""), ("inner", 3, 11, 3, ".A"),
                                          ("b", 4, 12, 1, ""), ("e", 5, 14, 1, ".A.E"),
                                          ("f", 6, 2, 1, "")):  # fmt: skip
        message.field.add(name=name, number=number, type=kind, label=label, **({"type_name": of} if of else {}))
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    kind = message_factory.GetMessageClass(pool.FindMessageTypeByName("A"))
    for document in read_protobuf(path).range(0, 40):
        json_format.ParseDict(document, kind())


@pytest.mark.parametrize(("text", "where", "said"), [
    ('syntax = "proto3";\nmessage X { string g 1; }', ":2:22", "not readable"),
    ("message X {", ":1:", "not readable"),
    ("message X { strin g = 1; }", "", "there is no type `strin`"),
    ('syntax = "proto3";', "", "there is no message"),
])  # fmt: skip
def test_faults_are_told_with_their_place(tmp_path: Path, text: str, where: str, said: str) -> None:
    path = tmp_path / "x.proto"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as fault:
        read_protobuf(path)
    assert said in fault.value.what and where in str(fault.value.where)


def test_the_message_is_named_where_there_are_several(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"shop\.proto#shop\.Order"):
        read_protobuf(shop(tmp_path))
    with pytest.raises(SettingsError, match=r"did you mean `shop\.Order`"):
        read_protobuf(shop(tmp_path), part="Ordr")
    assert set(read_protobuf(shop(tmp_path), part="Order.Line").at(0)) == {"quantity", "unitPrice"}
