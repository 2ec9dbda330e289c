"""Runs requests in the REST form on qdrant-client's local mode: the oracle of what the engine in process does not have."""

from qdrant_client import QdrantClient, models


class Oracle:
    def __init__(self, collection, points):
        self.client = QdrantClient(":memory:")
        self.client.create_collection(
            "golden",
            vectors_config={name: models.VectorParams(**params) for name, params in collection["vectors"].items()},
            sparse_vectors_config={name: models.SparseVectorParams(**params) for name, params in collection["sparse_vectors"].items()},
        )
        self.client.upsert("golden", [models.PointStruct(**point) for point in points])

    def run(self, method, request):
        if method == "count":
            return self.client.count("golden", models.Filter(**request["filter"])).count
        if method == "scroll":
            records, _ = self.client.scroll("golden", models.Filter(**request["filter"]), limit=request["limit"], with_payload=False)
            return {"points": [{"id": record.id} for record in records], "next": None}
        filter_ = models.Filter(**request["filter"]) if "filter" in request else None
        answer = self.client.query_points_groups(
            "golden", group_by=request["group_by"], query=request["query"], using=request["using"], query_filter=filter_,
            limit=request["limit"], group_size=request["group_size"], with_payload=False,
        )
        return [{"id": g.id, "hits": [{"id": h.id, "score": h.score} for h in g.hits]} for g in answer.groups]
