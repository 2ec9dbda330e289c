"""The steps of the published F1-Recall metric in plain Python on nltk's own tokenizer: the pace to beat, and a second opinion.

Reads JSONL rows {"prediction", "answer"} from the file named on the command line and prints one JSON object:
{"rows", "seconds", "nltk", "scores": [[precision, recall, f1], ...]}. The time covers scoring alone, not start-up or reading.
Scores agree with this package's for nltk 3.8 to 3.9.2; later ones split at dashes. Needs: pip install nltk==3.9.2
"""

import json
import math
import re
import sys
import time
from collections import Counter

import nltk
from nltk.tokenize.destructive import NLTKWordTokenizer

MARKS = list(';/[]"{}()=+\\_-><@`,?!')
NUMBERS = {word: str(value) for value, word in enumerate("zero one two three four five six seven eight nine ten".split())}
NUMBERS["none"] = "0"
tokenize = NLTKWordTokenizer().tokenize


def contractions(path):
    """The table of full forms stands once, in the package's source; each is reached by leaving out one apostrophe."""
    source = open(path, encoding="utf8").read()
    block = re.search(r"const CONTRACTIONS.*?`(.*?)`", source, re.S).group(1)
    table = {}
    for full in block.split():
        for place, letter in enumerate(full):
            if letter == "'":
                table[full[:place] + full[place + 1 :]] = full
    table["somebody'd"] = "somebodyd"
    return table


def normalised(text, table):
    text = text.replace("\n", " ").replace("\t", " ").strip()
    result = text
    for mark in MARKS:
        beside = mark + " " in text or " " + mark in text
        result = result.replace(mark, "" if beside or re.search(r"\d,\d", text) else " ")
    result = re.sub(r"\.(?!\d)", "", result, count=32)
    words = []
    for word in result.lower().split():
        word = NUMBERS.get(word, word)
        if word not in ("an", "the"):
            words.append(table.get(word, word))
    return " ".join(words)


def tokens(text):
    return [token for token in tokenize(text.lower()) if token not in ",.?!:;'\""]


def golds_of(answer):
    golds = []
    for item in answer if isinstance(answer, list) else [answer]:
        if not isinstance(item, dict):
            golds.append(str(item))
            continue
        low, high = item["range"]
        width = high - low
        step = 1 if width >= 50 else 0.1 if width >= 5 else 0.01 if width >= 1 else 0.001
        stride = (low + step) - low
        count = max(0, math.ceil((high + step - low) / step))
        golds += [str(round(low + i * stride, 3)) for i in range(count)]
        golds += [str(i) for i in range(int(low), int(high) + 1)]
    return golds


def score(prediction, answer, table):
    text = normalised(prediction, table)
    if text == "":
        return (0, 0, 0)
    predicted = tokens(text)
    best = (0.0, 0.0, 0.0)
    for gold in golds_of(answer):
        wanted = tokens(normalised(gold, table))
        same = sum((Counter(wanted) & Counter(predicted)).values())
        if same == 0:
            continue
        precision, recall = same / len(predicted), same / len(wanted)
        f1 = 2 * precision * recall / (precision + recall)
        if f1 > best[2]:
            best = (precision, recall, f1)
    return best


def main():
    table = contractions(sys.argv[2])
    rows = [json.loads(line) for line in open(sys.argv[1], encoding="utf8")]
    start = time.perf_counter()
    scores = [score(row["prediction"], row["answer"], table) for row in rows]
    seconds = time.perf_counter() - start
    print(json.dumps({"rows": len(rows), "seconds": seconds, "nltk": nltk.__version__, "scores": scores}))


main()
