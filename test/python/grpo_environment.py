"""One step of TRL's GRPOTrainer with our environment class: grpo_environment.py URL MODEL OUTPUT."""
import json
import sys

from datasets import Dataset
from r1_router import environment_class, environment_rows
from trl import GRPOConfig, GRPOTrainer

url, model, output = sys.argv[1:]
Environment = environment_class(url)
taken = []


class Watched(Environment):
    """Keeps what the trainer asks of it."""

    def reset(self, **row) -> str:
        told = super().reset(**row)
        taken.append((row.get("question_id"), told))
        return told


rows = Dataset.from_list(environment_rows(url)[:2])
settings = GRPOConfig(
    output_dir=output,
    max_steps=1,
    per_device_train_batch_size=2,
    num_generations=2,
    max_completion_length=12,
    report_to=[],
    use_cpu=True,
    save_strategy="no",
    logging_steps=1,
    learning_rate=1e-3,
)
trainer = GRPOTrainer(model=model, args=settings, train_dataset=rows, environment_factory=Watched)
trainer.train()
logged = [entry for entry in trainer.state.log_history if "reward" in entry]
tools = sorted(tool.__name__ for tool in trainer.tools)
print(json.dumps({"steps": trainer.state.global_step, "reward": logged[0]["reward"], "tools": tools, "taken": taken}))
