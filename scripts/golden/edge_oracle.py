"""Runs requests in the REST form on qdrant-edge-py, the server's engine in process."""

import qdrant_edge as edge

DISTANCES = {"Cosine": edge.Distance.Cosine, "Dot": edge.Distance.Dot, "Euclid": edge.Distance.Euclid, "Manhattan": edge.Distance.Manhattan}


def config(collection):
    vectors = {}
    for name, params in collection["vectors"].items():
        multi = edge.MultiVectorConfig(edge.MultiVectorComparator.MaxSim) if "multivector_config" in params else None
        vectors[name] = edge.EdgeVectorParams(size=params["size"], distance=DISTANCES[params["distance"]], multivector_config=multi)
    sparse = {
        name: edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf if params.get("modifier") == "idf" else None)
        for name, params in collection["sparse_vectors"].items()
    }
    return edge.EdgeConfig(vectors=vectors, sparse_vectors=sparse)


def schema(value):
    if isinstance(value, dict):
        assert value["type"] == "text"
        return edge.TextIndexParams(tokenizer=edge.TokenizerType.Word, lowercase=value.get("lowercase"))
    return getattr(edge.PayloadSchemaType, value.capitalize())


def vector(value):
    if isinstance(value, dict):
        return edge.SparseVector(value["indices"], value["values"])
    return value


def geo(value):
    return edge.GeoPoint(value["lon"], value["lat"])


def ring(value):
    return [geo(point) for point in value["points"]]


def match(value):
    (kind, wanted), = value.items()
    return {
        "value": edge.MatchValue, "any": edge.MatchAny, "except": edge.MatchExcept, "text": edge.MatchText,
        "text_any": edge.MatchTextAny, "phrase": edge.MatchPhrase, "prefix": edge.MatchPrefix,
    }[kind](wanted)


def span(value):
    if any(isinstance(bound, str) for bound in value.values()):
        return edge.RangeDateTime(**value)
    return edge.RangeFloat(**value)


def condition(value):
    if "key" in value:
        fields = {name: item for name, item in value.items() if name != "key"}
        convert = {
            "match": match, "range": span,
            "values_count": lambda v: edge.ValuesCount(**v),
            "geo_radius": lambda v: edge.GeoRadius(geo(v["center"]), v["radius"]),
            "geo_bounding_box": lambda v: edge.GeoBoundingBox(geo(v["top_left"]), geo(v["bottom_right"])),
            "geo_polygon": lambda v: edge.GeoPolygon(ring(v["exterior"]), [ring(r) for r in v.get("interiors", [])] or None),
            "is_empty": bool, "is_null": bool,
        }
        return edge.FieldCondition(value["key"], **{name: convert[name](item) for name, item in fields.items()})
    if "is_empty" in value:
        return edge.IsEmptyCondition(value["is_empty"]["key"])
    if "is_null" in value:
        return edge.IsNullCondition(value["is_null"]["key"])
    if "has_id" in value:
        return edge.HasIdCondition(set(value["has_id"]))
    if "has_vector" in value:
        return edge.HasVectorCondition(value["has_vector"])
    if "nested" in value:
        return edge.NestedCondition(value["nested"]["key"], filter_(value["nested"]["filter"]))
    return filter_(value)


def filter_(value):
    if value is None:
        return None
    fields = {name: [condition(item) for item in items] for name, items in value.items() if name != "min_should"}
    if "min_should" in value:
        fields["min_should"] = edge.MinShould([condition(c) for c in value["min_should"]["conditions"]], value["min_should"]["min_count"])
    return edge.Filter(**fields)


CONDITIONS = {"key", "is_empty", "is_null", "has_id", "has_vector", "nested", "must", "should", "must_not", "min_should"}
DECAYS = {"lin_decay": edge.DecayKind.Lin, "exp_decay": edge.DecayKind.Exp, "gauss_decay": edge.DecayKind.Gauss}


def expression(value):
    e = edge.Expression
    if isinstance(value, (int, float)):
        return e.Constant(float(value))
    if isinstance(value, str):
        return e.Variable(value)
    if CONDITIONS & set(value):
        return e.Condition(condition(value))
    (name, item), = value.items()
    if name in ("sum", "mult"):
        return getattr(e, name.capitalize())([expression(term) for term in item])
    if name in ("neg", "abs", "sqrt", "exp", "ln", "log10"):
        return getattr(e, name.capitalize())(expression(item))
    if name == "div":
        return e.Div(expression(item["left"]), expression(item["right"]), item.get("by_zero_default"))
    if name == "pow":
        return e.Pow(expression(item["base"]), expression(item["exponent"]))
    if name == "geo_distance":
        return e.GeoDistance(geo(item["origin"]), item["to"])
    if name == "datetime":
        return e.Datetime(item)
    if name == "datetime_key":
        return e.DatetimeKey(item)
    target = expression(item["target"]) if "target" in item else None
    return e.Decay(DECAYS[name], expression(item["x"]), target, item.get("midpoint"), item.get("scale"))


def order_by(value):
    if isinstance(value, str):
        return edge.OrderBy(value)
    direction = {"asc": edge.Direction.Asc, "desc": edge.Direction.Desc}[value.get("direction", "asc")]
    return edge.OrderBy(value["key"], direction, value.get("start_from"))


def scoring(value, using):
    if value is None:
        return None
    if isinstance(value, list) or "indices" in value:
        return edge.Query.Nearest(vector(value), using)
    if "fusion" in value:
        return edge.Fusion.Rrf(2) if value["fusion"] == "rrf" else edge.Fusion.Dbsf()
    if "rrf" in value:
        return edge.Fusion.Rrf(value["rrf"].get("k", 2), value["rrf"].get("weights"))
    if "order_by" in value:
        return order_by(value["order_by"])
    if "formula" in value:
        return edge.Formula(expression(value["formula"]), value.get("defaults") or {})
    raise ValueError(value)


def params(value):
    if not value:
        return edge.SearchParams(exact=True)
    corpus = value.get("idf", {}).get("corpus")
    return edge.SearchParams(exact=True, idf=edge.IdfParams(corpus=filter_(corpus)) if corpus else None)


def stage(value):
    prefetches = value.get("prefetch")
    return {
        "query": scoring(value.get("query"), value.get("using")),
        "prefetches": [edge.Prefetch(limit=item.get("limit", 10), **stage(item)) for item in prefetches] if prefetches else None,
        "filter": filter_(value.get("filter")),
        "score_threshold": value.get("score_threshold"),
        "params": params(value.get("params")),
    }


def with_payload(value, fallback):
    if value is None:
        return fallback
    if isinstance(value, dict):
        if "exclude" in value:
            return edge.PayloadSelector.Exclude(value["exclude"])
        return edge.PayloadSelector.Include(value["include"])
    return value


def plain(value):
    if isinstance(value, edge.SparseVector):
        return {"indices": list(value.indices), "values": list(value.values)}
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return value


def point_id(value):
    return value if isinstance(value, int) else str(value)


class Oracle:
    def __init__(self, path, collection, indexes, points):
        self.shard = edge.EdgeShard.create(path, config(collection))
        for field, value in indexes.items():
            self.shard.update(edge.UpdateOperation.create_field_index(field, schema(value)))
        rows = [edge.Point(p["id"], {n: vector(v) for n, v in p["vector"].items()}, p["payload"]) for p in points]
        self.shard.update(edge.UpdateOperation.upsert_points(rows))

    def run(self, method, request):
        return getattr(self, method)(request)

    def query(self, request):
        answer = self.shard.query(edge.QueryRequest(limit=request.get("limit", 10), offset=request.get("offset"), **stage(request)))
        return [
            {"id": point_id(p.id), "score": p.score, **({} if p.order_value is None else {"order_value": p.order_value})}
            for p in answer
        ]

    def scroll(self, request):
        order = order_by(request["order_by"]) if "order_by" in request else None
        records, following = self.shard.scroll(edge.ScrollRequest(
            offset=request.get("offset"), limit=request.get("limit"), filter=filter_(request.get("filter")),
            with_payload=with_payload(request.get("with_payload"), True), with_vector=request.get("with_vector", False), order_by=order,
        ))
        points = []
        for record in records:
            point = {"id": point_id(record.id)}
            if request.get("with_payload", True) is not False:
                point["payload"] = record.payload
            if request.get("with_vector"):
                point["vector"] = plain(record.vector)
            if record.order_value is not None:
                point["order_value"] = record.order_value
            points.append(point)
        return {"points": points, "next": None if following is None else point_id(following)}

    def count(self, request):
        return self.shard.count(edge.CountRequest(exact=True, filter=filter_(request.get("filter"))))

    def facet(self, request):
        answer = self.shard.facet(edge.FacetRequest(request["key"], request["limit"], True, filter_(request.get("filter"))))
        return [{"value": hit.value, "count": hit.count} for hit in answer.hits]
