"""`datasets` loads each file named; how many rows and which columns: load_exports.py FILE..."""
import json
import sys

from datasets import load_dataset

loaded = {}
for file in sys.argv[1:]:
    rows = load_dataset("json", data_files=file, split="train", cache_dir=sys.argv[1] + ".cache")
    loaded[file.rsplit("/", 2)[-2]] = [len(rows), sorted(rows.column_names)]
print(json.dumps(loaded))
