"""What trainers read: rows of an export, and the questions of a running environment as prompts."""
import json
from pathlib import Path

from .http import Service


def read_rows(path):
    """Rows of an exported JSON Lines file, one at a time."""
    with Path(path).open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def environment_rows(url, api_key=None, split=None):
    """A row for each question of the environment: `prompt` (the instructions of a served model, and a user turn that `reset`
    fills) and `question_id`, which `reset` takes."""
    told = Service(url, api_key).get("/v1/tasks")
    return [
        {
            "prompt": [{"role": "system", "content": told["system"]}, {"role": "user", "content": ""}],
            "question_id": task["question_id"],
        }
        for task in told["tasks"]
        if split is None or task.get("split") == split
    ]
