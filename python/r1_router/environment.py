"""The environment of `r1-router environment serve` as a class for TRL's `environment_factory`.

    Environment = environment_class("http://127.0.0.1:8485")
    GRPOTrainer(model=..., environment_factory=Environment, train_dataset=Dataset.from_list(environment_rows(URL)), ...)

One method a tool, made from what the server lists, so that the model is offered the tools of your own knowledge bases.
"""
import inspect
from typing import Optional

from .http import Service

TYPES = {"string": str, "integer": int, "number": float, "boolean": bool, "object": dict}


def environment_class(url, api_key=None, ending="finish", timeout=120.0):
    """The class. `ending` is the tool that ends an episode: `finish`, as a served model knows it, or the plainer `answer`."""
    service = Service(url, api_key, timeout)
    listed = service.post("/mcp", {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}})["result"]["tools"]
    left_out = {"question", "finish", "answer"} - {ending}
    members = {tool["name"]: _method(tool) for tool in listed if tool["name"] not in left_out}
    return type("R1RouterEnvironment", (_Environment,), {**members, "_service": service})


class _Environment:
    """An episode at a time. Names that begin with an underscore are not offered to the model."""

    _service = None

    def __init__(self):
        self._episode = None
        self._reward = 0.0
        self._done = False
        self._observation = None

    def reset(self, question_id=None, seed=None, **row) -> str:
        """Begins a question; what it returns belongs behind the prompt."""
        asked = {"question_id": question_id, "seed": seed, "episode_id": self._episode}
        reply = self._service.post("/reset", {name: value for name, value in asked.items() if value is not None})
        self._reward, self._done = 0.0, False
        self._observation = reply["observation"]
        self._episode = self._observation["episode_id"]
        return self._observation["text"]

    def get_reward(self) -> float:
        """The sum of the step rewards so far."""
        return float(self._reward)

    def _state(self):
        """The step records and the reward of each."""
        return self._service.get(f"/state?episode_id={self._episode}")

    def _call(self, name, arguments):
        if self._done:
            return "The episode is over."
        action = {"type": "call_tool", "tool_name": name, "arguments": arguments}
        reply = self._service.post("/step", {"action": action, "episode_id": self._episode})
        self._observation = reply["observation"]
        self._reward += reply["reward"] or 0.0
        self._done = reply["done"]
        return self._observation["text"] or "The episode is over."


def _method(tool):
    """A typed, documented method, as trainers want them to make a schema of."""
    properties = tool["inputSchema"].get("properties", {})
    required = set(tool["inputSchema"].get("required", []))
    # Python wants what has a default behind what has none.
    names = sorted(properties, key=lambda name: name not in required)

    def method(self, *given, **arguments):
        arguments.update(zip(names, given))
        return self._call(tool["name"], arguments)

    hints = {name: _type_of(properties[name]) for name in names}
    method.__name__ = method.__qualname__ = tool["name"]
    method.__annotations__ = {**hints, "return": str}
    method.__signature__ = inspect.Signature(
        [inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)]
        + [_parameter(name, hints[name], name in required) for name in names],
        return_annotation=str,
    )
    lines = [f"    {name}: {_one_line(properties[name].get('description', name))}" for name in names]
    arguments = "\n\nArgs:\n" + "\n".join(lines) if lines else ""
    method.__doc__ = f"{_one_line(tool['description'])}{arguments}\n\nReturns:\n    What was found, or what was wrong."
    return method


def _parameter(name, hint, is_required):
    default = inspect.Parameter.empty if is_required else None
    return inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=hint)


def _type_of(schema):
    """The Python type of a JSON schema; what it cannot say is left to the description."""
    if isinstance(schema.get("type"), list):
        schema = {"anyOf": [{**schema, "type": kind} for kind in schema["type"]]}
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            others = [one for one in schema[choice] if one.get("type") != "null"]
            kind = _type_of(others[0]) if others else str
            return Optional[kind] if len(others) < len(schema[choice]) else kind
    if schema.get("type") == "array":
        return list[_type_of(schema.get("items", {}))]
    return TYPES.get(schema.get("type"), str)


def _one_line(text):
    return " ".join(str(text).split())
