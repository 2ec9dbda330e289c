"""EasyR1's own configuration, dataset and reward code read an export: easyr1_export.py CHECKOUT FOLDER MODEL."""
import importlib
import importlib.util
import json
import os
import sys
import types

checkout, folder, model = sys.argv[1:]
# Its package is called verl as well, and imports much that only a GPU needs: the parts are loaded by their files.
parts = ["actor", "critic", "reward", "rollout"]
for name in ("verl", "verl.utils", "verl.trainer", "verl.workers", *(f"verl.workers.{part}" for part in parts)):
    package = types.ModuleType(name)
    package.__path__ = [os.path.join(checkout, *name.split("."))]
    sys.modules[name] = package
for part in parts:
    # What the package itself would pass on, without the workers.
    vars(sys.modules[f"verl.workers.{part}"]).update(vars(importlib.import_module(f"verl.workers.{part}.config")))
# Films are not read here, and what reads them wants torchvision.
films = types.ModuleType("qwen_vl_utils.vision_process")
films.fetch_video = None
sys.modules["qwen_vl_utils"] = types.ModuleType("qwen_vl_utils")
sys.modules["qwen_vl_utils.vision_process"] = films


def load(name):
    file = os.path.join(checkout, *name.split(".")) + ".py"
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


with open(os.path.join(folder, "settings.json")) as file:
    settings = json.load(file)
from transformers import AutoTokenizer
from verl.trainer.config import PPOConfig

config = PPOConfig()
for name, value in settings.items():
    *path, last = name.split(".")
    place = config
    for part in path:
        place = getattr(place, part)
    # A name that it does not know is an error here.
    getattr(place, last)
    setattr(place, last, value)
actor, batch = config.worker.actor, config.data.rollout_batch_size
assert batch % actor.global_batch_size == 0
assert batch * config.worker.rollout.n % actor.micro_batch_size_per_device_for_experience == 0
per_device = actor.global_batch_size * config.worker.rollout.n / config.trainer.n_gpus_per_node
assert per_device % actor.micro_batch_size_per_device_for_update == 0

tokenizer = AutoTokenizer.from_pretrained(model)
plain = tokenizer.apply_chat_template(
    [{"role": "system", "content": "SYSTEM"}, {"role": "user", "content": "USER"}], add_generation_prompt=True, tokenize=False
)
with open(os.path.join(folder, settings["data.override_chat_template"])) as file:
    tokenizer.chat_template = file.read()
dataset = load("verl.utils.dataset")
rows = dataset.RLHFDataset(
    os.path.join(folder, settings["data.train_files"]),
    tokenizer,
    None,
    prompt_key=settings["data.prompt_key"],
    answer_key=settings["data.answer_key"],
    # This tokenizer makes a token of nearly every byte: real ones need half.
    max_prompt_length=2 * settings["data.max_prompt_length"],
    filter_overlong_prompts_workers=1,
)
first = rows[0]
gold = json.loads(first["ground_truth"])
text = tokenizer.decode(first["raw_prompt_ids"], skip_special_tokens=False)
file, function = settings["worker.reward.reward_function"].split(":")
spec = importlib.util.spec_from_file_location("reward", os.path.join(folder, file))
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
said = f"<think></think><sub-question>{gold['subQuestion']}</sub-question><ret>{gold['retriever']}</ret>"
scores = getattr(module, function)([{"response": said, "response_length": 9, "ground_truth": first["ground_truth"]}])
print(json.dumps({"rows": len(rows), "text": text, "plain": plain, "scores": scores, "type": module.REWARD_TYPE}))
