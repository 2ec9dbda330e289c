"""One step of an exported train.py: train_export.py FOLDER MODEL OUTPUT NAME=NUMBER..., where the numbers win over the settings."""
import importlib.util
import json
import sys

folder, model, output, *numbers = sys.argv[1:]
spec = importlib.util.spec_from_file_location("exported", f"{folder}/train.py")
exported = importlib.util.module_from_spec(spec)
spec.loader.exec_module(exported)
overrides = {name: int(value) for name, value in (pair.split("=") for pair in numbers)}
run = exported.trainer(model, output, 1, report_to=[], use_cpu=True, save_strategy="no", logging_steps=1, **overrides)
run.train()
logged = {name: value for entry in run.state.log_history for name, value in entry.items()}
print(json.dumps({"steps": run.state.global_step, "loss": logged.get("loss"), "reward": logged.get("reward")}))
