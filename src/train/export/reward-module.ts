/**
 * The reward of an exported turn as a Python module without dependencies, which outside trainers load: `compute_score` for verl,
 * `batch_scores` for EasyR1, `reward` for TRL. It follows the `paper` reward on single turns: half for the route, half for how near the sub-question comes,
 * recall of the best gold for answers, nothing for what cannot be read. Words are compared as they stand, where this package stems
 * them and tokenises as the reference's metric does: near, not equal.
 */
export const REWARD_MODULE = `"""Reward of one turn of r1-router: see docs/how-to/export.md."""
import json
import re
from collections import Counter

# EasyR1 looks for these two.
REWARD_NAME = "r1-router"
REWARD_TYPE = "batch"

TAG = r"<{0}>(.*?)</{0}>"


def _only(tag, text):
    found = re.findall(TAG.format(tag), text, re.S | re.I)
    return found[0].strip() if len(found) == 1 else None


def _words(text):
    return re.findall(r"\\w+", text.lower())


def _overlap(a, b):
    return sum((Counter(a) & Counter(b)).values())


def _f1(a, b):
    left, right = _words(a), _words(b)
    common = _overlap(left, right)
    return 2 * common / (len(left) + len(right)) if common else 0.0


def _recall(answer, golds):
    """Recall of the gold of best F1; 0 or 1 where golds are short or several."""
    best = max(golds, key=lambda gold: _f1(answer, gold))
    words = _words(best)
    recall = _overlap(_words(answer), words) / len(words) if words else 0.0
    strict = len(golds) > 1 or len(best.split()) <= 5
    return float(recall == 1) if strict else recall


def _decision(text, gold):
    asked, route = _only("sub-question", text), _only("ret", text)
    if not asked or not route or (asked.lower() == "none") != (route.lower() == "none"):
        return 0.0
    right = route.lower() == gold["retriever"].lower()
    if gold["subQuestion"] == "None" or asked.lower() == "none":
        return float(right)
    return 0.5 * right + 0.5 * _f1(asked, gold["subQuestion"])


def score(text, ground_truth):
    """text: a completion in the tag protocol; ground_truth: the JSON text of the exported row. In [0, 1]."""
    gold = json.loads(ground_truth)
    said = text.rsplit("</think>", 1)[-1]
    if gold["kind"] == "decide":
        return _decision(said, gold)
    answer = _only("answer", said)
    if not answer:
        return 0.0
    golds = [gold["answer"]] if gold["kind"] == "read" else gold["answers"]
    if answer.rstrip(".").lower() == "none" or not golds:
        return float(answer.rstrip(".").lower() == "none" and not golds)
    return _recall(answer, golds)


def compute_score(data_source, solution_str, ground_truth, extra_info=None, **_):
    """verl: custom_reward_function.path and .name."""
    return score(solution_str, ground_truth)


def batch_scores(reward_inputs, **_):
    """EasyR1: worker.reward.reward_function."""
    scores = [score(one["response"], one["ground_truth"]) for one in reward_inputs]
    return [{"overall": value} for value in scores]


def reward(completions, ground_truth, **_):
    """TRL: GRPOTrainer(reward_funcs=reward)."""
    texts = [c[0]["content"] if isinstance(c, list) else c for c in completions]
    return [score(text, gold) for text, gold in zip(texts, ground_truth)]
`;
