"""The points of the golden fixtures, drawn from a fixed seed: every kind of vector, and payloads with every oddity a filter meets."""

import random

SIZE = 240
WORDS = "river stone lantern harbor winter copper meadow signal orbit violet marble thunder".split()

COLLECTION = {
    "vectors": {
        "cosine": {"size": 8, "distance": "Cosine"},
        "dot": {"size": 6, "distance": "Dot"},
        "euclid": {"size": 5, "distance": "Euclid"},
        "manhattan": {"size": 5, "distance": "Manhattan"},
        "multi": {"size": 4, "distance": "Cosine", "multivector_config": {"comparator": "max_sim"}},
        "multi_dot": {"size": 4, "distance": "Dot", "multivector_config": {"comparator": "max_sim"}},
    },
    "sparse_vectors": {"words": {"modifier": "idf"}, "plain": {}},
}

# Fields with a payload index; their twins without one carry the same values under the name + "_raw".
INDEXES = {
    "color": "keyword",
    "tags": "keyword",
    "count": "integer",
    "price": "float",
    "when": "datetime",
    "flag": "bool",
    "place": "geo",
    "title": {"type": "text", "tokenizer": "word", "lowercase": True},
    "parts[].size": "integer",
}


def vector(rng, size):
    return [round(rng.gauss(0, 1), 3) for _ in range(size)]


def sparse(rng, most):
    indices = sorted({int(rng.random() ** 2 * 60) for _ in range(rng.randint(1, most))})
    return {"indices": indices, "values": [round(rng.uniform(0.1, 2.5), 3) for _ in indices]}


def payload(rng, i):
    out = {"n": i, "color": rng.choice(["red", "green", "blue", "gray"])}
    if rng.random() < 0.8:
        out["count"] = rng.randint(0, 20)
    if rng.random() < 0.8:
        out["price"] = round(rng.uniform(0, 100), 2)
    if rng.random() < 0.7:
        out["tags"] = rng.sample(["a", "b", "c", "d", "e"], rng.randint(0, 3))
    elif rng.random() < 0.5:
        out["tags"] = rng.choice(["a", None, []])
    if rng.random() < 0.7:
        out["when"] = f"202{rng.randint(0, 5)}-0{rng.randint(1, 9)}-1{rng.randint(0, 9)}T0{rng.randint(0, 9)}:30:00Z"
    if rng.random() < 0.6:
        out["flag"] = rng.random() < 0.5
    if rng.random() < 0.6:
        out["place"] = {"lon": round(rng.uniform(-10, 30), 4), "lat": round(rng.uniform(35, 60), 4)}
    out["title"] = " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, 5))).title()
    if rng.random() < 0.6:
        out["parts"] = [
            {"name": rng.choice(["lid", "base", "arm"]), "size": rng.randint(1, 6), "state": rng.choice(["on", "off"])}
            for _ in range(rng.randint(0, 3))
        ]
    if rng.random() < 0.4:
        out["info"] = {"author": {"name": rng.choice(["ann", "bob"])}, "odd key": rng.randint(0, 3)}
    out["maybe"] = rng.choice([None, 1, "x", [], [None], [1, None], {}, False, 0, ""])
    if out["maybe"] == "":
        del out["maybe"]
    for name in INDEXES:
        top = name.split("[")[0]
        if top in out:
            out[top + "_raw"] = out[top]
    return out


def points():
    rng = random.Random(20260131)
    out = []
    for i in range(SIZE):
        point = i + 1 if i % 5 else f"00000000-0000-4000-8000-{rng.getrandbits(48):012x}"
        vectors = {}
        for name, params in COLLECTION["vectors"].items():
            if rng.random() < 0.12:
                continue
            if "multivector_config" in params:
                vectors[name] = [vector(rng, params["size"]) for _ in range(rng.randint(1, 4))]
            else:
                vectors[name] = vector(rng, params["size"])
        if rng.random() < 0.9:
            vectors["words"] = sparse(rng, 12)
        if rng.random() < 0.9:
            vectors["plain"] = sparse(rng, 8)
        out.append({"id": point, "vector": vectors, "payload": payload(rng, i)})
    return out
