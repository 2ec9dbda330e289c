"""Computes test/tools/stores/fixtures/golden.json; see README.md here."""

import json
import pathlib
import tempfile
from importlib.metadata import version

import cases
import client_oracle
import dataset
import edge_oracle

TARGET = pathlib.Path(__file__).resolve().parents[2] / "test" / "stores" / "fixtures" / "golden.json"


def from_server():
    """Cases whose answer was taken from a server of version 1.19, where it and the engine differ."""
    if not TARGET.exists():
        return {}
    cases_there = json.loads(TARGET.read_text(encoding="utf-8"))["cases"]
    return {(case["method"], case["name"]): case for case in cases_there if case["oracle"] == "server"}


def main():
    points = dataset.points()
    kept = from_server()
    with tempfile.TemporaryDirectory() as directory:
        engine = edge_oracle.Oracle(directory, dataset.COLLECTION, dataset.INDEXES, points)
        oracles = {"edge": engine, "client": client_oracle.Oracle(dataset.COLLECTION, points)}
        out = []
        for case in cases.build():
            if (case["method"], case["name"]) in kept:
                out.append(kept[case["method"], case["name"]])
                continue
            try:
                case["expect"] = oracles[case["oracle"]].run(case["method"], case["request"])
            except Exception as error:  # the engine's refusal is an expectation too
                case["error"] = str(error)
            out.append(case)
    document = {
        "made_with": {name: version(name) for name in ["qdrant-edge-py", "qdrant-client"]},
        "collection": dataset.COLLECTION,
        "indexes": dataset.INDEXES,
        "points": points,
        "cases": out,
    }
    lines = ["{"]
    for key in ["made_with", "collection", "indexes"]:
        lines.append(f'"{key}": {json.dumps(document[key])},')
    for key in ["points", "cases"]:
        rows = ",\n".join(json.dumps(row) for row in document[key])
        lines.append(f'"{key}": [\n{rows}\n]' + ("," if key == "points" else ""))
    lines.append("}")
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    failed = [case for case in out if "error" in case]
    print(f"{len(out)} cases, {len(failed)} refused by the oracle, {TARGET.stat().st_size // 1024} kB")
    for case in failed:
        print(" ", case["name"], "-", case["error"][:160])


if __name__ == "__main__":
    main()
