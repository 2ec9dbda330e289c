"""Supervised start with TRL on exported chat rows: python3 train.py --model MODEL [--max-steps N] [--output DIR].

Reads train.jsonl and settings.json from its own folder. Written for TRL 1.16.
"""
import argparse
import json
from pathlib import Path

HERE = Path(__file__).resolve().parent


def trainer(model, output, max_steps=-1, **overrides):
    """An SFTTrainer of the exported settings; overrides win over them. The loss is on what the teacher says."""
    from datasets import load_dataset
    from trl import SFTConfig, SFTTrainer

    settings = json.loads((HERE / "settings.json").read_text())
    settings.update(output_dir=output, max_steps=max_steps, **overrides)
    rows = load_dataset("json", data_files=str(HERE / "train.jsonl"), split="train")
    kept = [name for name in ("images",) if name in rows.column_names]
    rows = rows.map(
        lambda row: {"prompt": row["messages"][:-1], "completion": row["messages"][-1:]},
        remove_columns=[name for name in rows.column_names if name not in kept],
    )
    return SFTTrainer(model=model, args=SFTConfig(**settings), train_dataset=rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--output", default="checkpoint")
    parser.add_argument("--max-steps", type=int, default=-1)
    given = parser.parse_args()
    run = trainer(given.model, given.output, given.max_steps)
    run.train()
    run.save_model(given.output)
