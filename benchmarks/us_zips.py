"""Write the table of American postcodes that addresses are drawn from, out of the package `zipcodes`.

    python benchmarks/us_zips.py

The package takes a second of CPU time to read, more than a thousand addresses take to make, and its data changes between
releases, which would change what a seed gives; so the table is part of the code, and made anew with this script. It
keeps the ordinary postcodes that are in use, and of their telephone areas those that `phonenumbers` knows as American.
"""

from __future__ import annotations

import re
from pathlib import Path

import phonenumbers
import pyarrow as pa
import pyarrow.parquet as pq
import zipcodes

TARGET = Path(__file__).parents[1] / "src/likewise/techniques/rules/records/reference/us_zips.parquet"


def main() -> None:
    """Write the table."""
    pattern = re.compile(phonenumbers.PhoneMetadata.metadata_for_region("US").fixed_line.national_number_pattern)
    rows = []
    for zip_ in zipcodes.list_all():
        areas = [area for area in zip_["area_codes"] if pattern.fullmatch(f"{area}5550123")]
        if zip_["zip_code_type"] == "STANDARD" and zip_["active"] and zip_["county"] and areas and zip_["lat"]:
            rows.append((zip_["zip_code"], zip_["city"], zip_["county"], zip_["state"], float(zip_["lat"]),
                         float(zip_["long"]), zip_["timezone"], ",".join(areas)))  # fmt: skip
    names = ["zip", "city", "county", "state", "latitude", "longitude", "zone", "areas"]
    table = pa.table([pa.array(values) for values in zip(*sorted(rows), strict=True)], names)
    for place in ("latitude", "longitude"):
        at = names.index(place)
        table = table.set_column(at, place, table[place].cast(pa.float32()))
    repeated = ["city", "county", "state", "zone", "areas"]
    pq.write_table(table, TARGET, compression="zstd", compression_level=19, use_dictionary=repeated)
    print(f"{len(table)} postcodes in {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
