"""Territory shares as one file: for reading on, where the register is not to be written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InputError
from ..stores.store import ShareRows, Store

if TYPE_CHECKING:
    import pyarrow as pa

FORMATS = (".parquet", ".csv")


def check_format(path: Path) -> None:
    """Raise `InputError` where a file's name ends otherwise than those that can be written."""
    if path.suffix.lower() not in FORMATS:
        raise InputError("documents.shares_format", file=path.name)


def write_shares(store: Store, path: Path, ags: Sequence[str], parts: Sequence[ShareRows]) -> None:
    """Write the columns of `asset_share`, by asset class and asset, as Parquet or CSV."""
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet

    text, number = pa.dictionary(pa.int32(), pa.string()), pa.float64()
    schema = pa.schema({"asset_class": text, "asset_uuid": pa.string(), "ags": text,
                        "length_m": number, "asset_length_m": number, "share": number})  # fmt: skip
    keys = pa.array(ags, pa.string())
    tables = (_table(store, keys, part, schema) for part in parts if len(part.fid))
    if path.suffix.lower() == ".csv":
        with pyarrow.csv.CSVWriter(path, schema) as writer:
            for table in tables:
                writer.write_table(table)
        return
    # Keys and lengths hardly repeat: trying to shorten them only takes time.
    options = {"use_dictionary": ["asset_class", "ags"], "write_statistics": False,
               "compression": "none"}  # fmt: skip
    with pyarrow.parquet.ParquetWriter(path, schema, **options) as writer:
        for table in tables:
            writer.write_table(table)


def _table(store: Store, keys: pa.Array, part: ShareRows, schema: pa.Schema) -> pa.Table:
    import pyarrow as pa

    n = len(part.fid)
    outside = part.municipality < 0
    places = pa.array(np.where(outside, 0, part.municipality).astype(np.int32), mask=outside)
    classes = pa.DictionaryArray.from_arrays(np.zeros(n, np.int32), pa.array([part.table]))
    lengths = (part.length_m, part.asset_length_m)
    return pa.table({
        "asset_class": classes,
        "asset_uuid": _uuids(store, part),
        "ags": pa.DictionaryArray.from_arrays(places, keys),
        "length_m": pa.array(lengths[0], mask=np.isnan(lengths[0])),
        "asset_length_m": pa.array(lengths[1], mask=np.isnan(lengths[1])),
        "share": part.share,
    }, schema)  # fmt: skip


def _uuids(store: Store, part: ShareRows) -> Any:
    import pyarrow as pa

    if part.uuid is None:
        known = store.find(part.table, [("fid", ">=", int(part.fid[0])),
                                        ("fid", "<=", int(part.fid[-1]))], ["uuid"])  # fmt: skip
        by_fid = dict(zip(known["fid"], known["uuid"], strict=True))
        return pa.array([by_fid[fid] for fid in part.fid.tolist()], pa.string())
    size = part.uuid.dtype.itemsize
    ends = pa.py_buffer(np.arange(0, (len(part.uuid) + 1) * size, size, dtype=np.int32))
    data = pa.py_buffer(np.ascontiguousarray(part.uuid))
    return pa.StringArray.from_buffers(len(part.uuid), ends, data)
