"""The environment class by hand, its state, and the reward service over the same run: play_environment.py URL QUESTION."""
import json
import sys

from transformers.utils import get_json_schema
from r1_router import RewardService, environment_class

url, question_id = sys.argv[1:]
Environment = environment_class(url)
environment = Environment()
text = environment.reset(question_id=question_id, prompt=[{"role": "user", "content": ""}])
found = environment.search_table(query="capital of Arland")
wrong = environment.calculate_table(table="p9", **{})
end = environment.finish("Capital: Arland City", "Arland City", ["p1"])
state = environment._state()
run = {"question_id": question_id, "steps": state["steps"], "answer": state["answer"]}
print(
    json.dumps(
        {
            "text": text,
            "found": found,
            "wrong": wrong,
            "end": end,
            "again": environment.search_table(query="x"),
            "reward": environment.get_reward(),
            "total": state["total_reward"],
            "scored": RewardService(url).totals([run])[0],
            "schemas": [get_json_schema(getattr(environment, name)) for name in ("search_table", "finish")],
        }
    )
)
