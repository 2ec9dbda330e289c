"""verl's own configuration, dataset and reward loading read an export: verl_export.py FOLDER MODEL."""
import inspect
import json
import os
import sys

import verl.trainer.config
from hydra import compose, initialize_config_dir
from transformers import AutoTokenizer
from verl.utils.config import validate_config
from verl.utils.dataset.rl_dataset import RLHFDataset

folder, model = sys.argv[1:]
files = {"train.json", "validation.json", "reward.py"}


def word(name, value):
    text = "null" if value is None else str(value)
    return f"{name}={os.path.join(folder, text) if text in files else text}"


with open(os.path.join(folder, "settings.json")) as file:
    words = [word(name, value) for name, value in json.load(file).items()]
with initialize_config_dir(config_dir=os.path.dirname(verl.trainer.config.__file__), version_base=None):
    config = compose("ppo_trainer", overrides=[*words, f"actor_rollout_ref.model.path={model}"])
validate_config(config, use_reference_policy=True, use_critic=False)
# This tokenizer makes a token of nearly every byte: real ones need half.
config.data.max_prompt_length *= 2
rows = RLHFDataset(config.data.train_files, AutoTokenizer.from_pretrained(model), config.data)
from verl.experimental.reward_loop.reward_loop import migrate_legacy_reward_impl
from verl.trainer.ppo.reward import get_custom_reward_fn

# As its own command does: the names of before are still taken.
reward = get_custom_reward_fn(migrate_legacy_reward_impl(config))
row = rows[0]
gold = json.loads(row["reward_model"]["ground_truth"])
said = f"<think></think><sub-question>{gold['subQuestion']}</sub-question><ret>{gold['retriever']}</ret>"
score = reward(row["data_source"], said, row["reward_model"]["ground_truth"], row["extra_info"])
if inspect.iscoroutine(score):
    import asyncio

    score = asyncio.run(score)
print(json.dumps({"rows": len(rows), "roles": [message["role"] for message in row["raw_prompt"]], "score": score}))
