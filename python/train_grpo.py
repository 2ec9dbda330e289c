"""GRPO with TRL on exported turns: python3 train.py --model Qwen/Qwen2.5-3B-Instruct [--max-steps N] [--output DIR].

Reads train.jsonl, settings.json and reward.py from its own folder. Written for TRL 1.16.
"""
import argparse
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def trainer(model, output, max_steps=-1, **overrides):
    """A GRPOTrainer of the exported settings; overrides win over them."""
    from datasets import load_dataset
    from trl import GRPOConfig, GRPOTrainer

    sys.path.insert(0, str(HERE))
    from reward import reward

    settings = json.loads((HERE / "settings.json").read_text())
    settings.update(output_dir=output, max_steps=max_steps, **overrides)
    rows = load_dataset("json", data_files=str(HERE / "train.jsonl"), split="train")
    # What the teacher said is for a supervised start; here the model samples its own.
    rows = rows.remove_columns("completion")
    return GRPOTrainer(model=model, reward_funcs=reward, args=GRPOConfig(**settings), train_dataset=rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--output", default="checkpoint")
    parser.add_argument("--max-steps", type=int, default=-1)
    given = parser.parse_args()
    run = trainer(given.model, given.output, given.max_steps)
    run.train()
    run.save_model(given.output)
