"""The Python half of python.ts: answers one request a line on standard input with one line on standard output.

bm25s searches the texts, qdrant-client's local mode the vectors. Times are taken here, around the library call alone, so that
neither the pipe nor JSON counts for Python.
"""

import json
import sys
import time

import numpy as np

folder = sys.argv[1]
texts = json.load(open(f"{folder}/texts.json", encoding="utf-8"))
vectors = np.fromfile(f"{folder}/vectors.f32", dtype="<f4").reshape(len(texts), -1)

import bm25s  # noqa: E402
import Stemmer  # noqa: E402
from qdrant_client import QdrantClient, models  # noqa: E402

stemmer = Stemmer.Stemmer("english")


def tokens(batch):
    return bm25s.tokenize(batch, stopwords="en", stemmer=stemmer, show_progress=False)


start = time.perf_counter()
retriever = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
retriever.index(tokens(texts), show_progress=False)
built = time.perf_counter() - start

client = QdrantClient(":memory:")
size = vectors.shape[1]
client.create_collection("c", vectors_config=models.VectorParams(size=size, distance=models.Distance.COSINE))
start = time.perf_counter()
for first in range(0, len(texts), 1000):
    ids = list(range(first, min(first + 1000, len(texts))))
    client.upsert("c", models.Batch(ids=ids, vectors=vectors[first : first + 1000].tolist()))
uploaded = time.perf_counter() - start


def lexical(queries):
    found, _ = retriever.retrieve(tokens(queries), k=10, show_progress=False)
    return found


def dense(query):
    return [point.id for point in client.query_points("c", query=query, limit=10).points]


print(json.dumps({"indexSeconds": built, "uploadSeconds": uploaded}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    start = time.perf_counter()
    if "texts" in request:
        ids = [list(map(int, row)) for row in lexical(request["texts"])]
    else:
        ids = dense(request["vector"])
    milliseconds = (time.perf_counter() - start) * 1000
    print(json.dumps({"ids": ids, "ms": milliseconds}), flush=True)
