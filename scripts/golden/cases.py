"""The requests of the golden fixtures, in the REST form, each with a name."""

import random

from dataset import COLLECTION, sparse, vector


def filters():
    raw = {
        "value": {"key": "color", "match": {"value": "red"}},
        "value-int": {"key": "count", "match": {"value": 7}},
        "value-bool": {"key": "flag", "match": {"value": True}},
        "any": {"key": "tags", "match": {"any": ["a", "e"]}},
        "any-int": {"key": "count", "match": {"any": [1, 2, 3]}},
        "except": {"key": "tags", "match": {"except": ["a", "b"]}},
        "except-scalar": {"key": "color", "match": {"except": ["red"]}},
        "range": {"key": "price", "range": {"gte": 20.5, "lt": 60}},
        "range-int": {"key": "count", "range": {"gt": 3, "lte": 9}},
        "datetime": {"key": "when", "range": {"gte": "2022-01-01T00:00:00Z", "lt": "2024-06-01"}},
        "datetime-zone": {"key": "when", "range": {"lte": "2023-05-12T09:30:00+02:00"}},
        "text": {"key": "title", "match": {"text": "river"}},
        "text-case": {"key": "title", "match": {"text": "River"}},
        "text-two": {"key": "title", "match": {"text": "Stone River"}},
        "text-any": {"key": "title", "match": {"text_any": "River Orbit"}},
        "values-count": {"key": "tags", "values_count": {"gte": 2}},
        "values-count-none": {"key": "tags", "values_count": {"lt": 1}},
        "geo-radius": {"key": "place", "geo_radius": {"center": {"lon": 10.5, "lat": 48.2}, "radius": 500000}},
        "geo-box": {
            "key": "place",
            "geo_bounding_box": {"top_left": {"lon": 0, "lat": 55}, "bottom_right": {"lon": 20, "lat": 40}},
        },
        "geo-polygon": {
            "key": "place",
            "geo_polygon": {
                "exterior": {"points": [{"lon": 0, "lat": 40}, {"lon": 25, "lat": 38}, {"lon": 15, "lat": 58}, {"lon": 0, "lat": 40}]},
                "interiors": [
                    {"points": [{"lon": 8, "lat": 44}, {"lon": 14, "lat": 44}, {"lon": 11, "lat": 50}, {"lon": 8, "lat": 44}]}
                ],
            },
        },
    }
    out = {}
    for name, condition in raw.items():
        out[name] = {"must": [condition]}
        top = condition["key"]
        out[name + " unindexed"] = {"must": [{**condition, "key": top + "_raw"}]}
        out["not " + name] = {"must_not": [condition]}
    for name, value in {
        "is-empty": {"is_empty": {"key": "maybe"}},
        "is-null": {"is_null": {"key": "maybe"}},
        "is-empty-field": {"key": "tags", "is_empty": True},
        "is-empty-field-false": {"key": "tags", "is_empty": False},
        "is-null-field": {"key": "tags", "is_null": True},
        "is-null-field-false": {"key": "maybe", "is_null": False},
        "is-empty-absent": {"is_empty": {"key": "info.author"}},
        "values-count-odd": {"key": "maybe", "values_count": {"gte": 1}},
        "values-count-odd-two": {"key": "maybe", "values_count": {"gte": 2}},
        "values-count-odd-zero": {"key": "maybe", "values_count": {"lte": 0}},
        "match-zero": {"key": "maybe", "match": {"value": 0}},
        "match-false": {"key": "maybe", "match": {"value": False}},
        "match-one": {"key": "maybe", "match": {"value": 1}},
        "except-odd": {"key": "maybe", "match": {"except": [1]}},
        "has-id": {"has_id": [1, 2, 3, 4, 7, 9999]},
        "has-vector": {"has_vector": "euclid"},
        "has-vector-sparse": {"has_vector": "words"},
        "dotted": {"key": "info.author.name", "match": {"value": "ann"}},
        "quoted": {"key": 'info."odd key"', "match": {"value": 2}},
        "array-path": {"key": "parts[].size", "range": {"gte": 5}},
        "array-index": {"key": "parts[0].size", "range": {"gte": 5}},
        "array-no-brackets": {"key": "parts.size", "range": {"gte": 5}},
        "nested": {"nested": {"key": "parts", "filter": {"must": [{"key": "name", "match": {"value": "lid"}}, {"key": "size", "range": {"gt": 2}}]}}},
        "nested-not": {"nested": {"key": "parts", "filter": {"must_not": [{"key": "state", "match": {"value": "on"}}]}}},
        "nested-brackets": {"nested": {"key": "parts[]", "filter": {"must": [{"key": "state", "match": {"value": "on"}}]}}},
        "prefix-raw": {"key": "color_raw", "match": {"prefix": "gr"}},
    }.items():
        out[name] = {"must": [value]}
        out["not " + name] = {"must_not": [value]}
    red = {"key": "color", "match": {"value": "red"}}
    big = {"key": "count", "range": {"gte": 10}}
    tag = {"key": "tags", "match": {"value": "b"}}
    out["should"] = {"should": [red, big]}
    out["must-should-not"] = {"must": [big], "should": [red, tag], "must_not": [{"is_empty": {"key": "price"}}]}
    out["min-should"] = {"min_should": {"conditions": [red, big, tag], "min_count": 2}}
    out["nested-filter"] = {"must": [{"should": [red, {"must": [big, tag]}]}]}
    out["empty"] = {}
    out["empty-should"] = {"should": []}
    return out


def nearest_queries(rng):
    out = {}
    for name, params in COLLECTION["vectors"].items():
        for q in range(3):
            if "multivector_config" in params:
                out[f"{name} {q}"] = {"query": [vector(rng, params["size"]) for _ in range(q + 1)], "using": name}
            else:
                out[f"{name} {q}"] = {"query": vector(rng, params["size"]), "using": name}
    for name in COLLECTION["sparse_vectors"]:
        for q in range(5):
            out[f"{name} {q}"] = {"query": sparse(rng, 6), "using": name}
    return out


def build():
    rng = random.Random(7)
    cases = []

    def add(name, method, request, oracle="edge"):
        cases.append({"name": name, "method": method, "oracle": oracle, "request": request})

    near = nearest_queries(rng)
    for name, query in near.items():
        add(f"nearest {name}", "query", {**query, "limit": 10})
    add("nearest with offset", "query", {**near["cosine 0"], "limit": 5, "offset": 7})
    add("nearest everything", "query", {**near["cosine 1"], "limit": 500})
    for name, threshold in {"cosine 0": 0.3, "dot 1": 0.8, "euclid 0": 2.5, "manhattan 1": 4.5, "words 1": 3.0, "multi 1": 0.9}.items():
        add(f"threshold {name}", "query", {**near[name], "limit": 50, "score_threshold": threshold})
    for name, value in filters().items():
        # The engine's Python binding reads True as 1, so booleans go to the other oracle.
        oracle = "client" if "bool" in name or "false" in name and "match" in name else "edge"
        add(f"filter {name}", "scroll", {"filter": value, "limit": 500, "with_payload": False}, oracle)
        add(f"count {name}", "count", {"filter": value, "exact": True}, oracle)
    for name in ["should", "min-should", "nested", "geo-radius", "text-two", "not any"]:
        for using in ["cosine 2", "words 0", "plain 1", "euclid 1", "multi 0"]:
            add(f"nearest {using} with filter {name}", "query", {**near[using], "filter": filters()[name], "limit": 8})
    add("idf corpus", "query", {**near["words 2"], "params": {"idf": {"corpus": filters()["value"]}}, "limit": 10})

    fuse = [
        {**near["cosine 0"], "limit": 20},
        {**near["words 0"], "limit": 20},
    ]
    three = [*fuse, {**near["euclid 2"], "limit": 15}]
    for name, query in {
        "rrf": {"fusion": "rrf"},
        "dbsf": {"fusion": "dbsf"},
        "rrf k 60": {"rrf": {"k": 60}},
        "rrf k 1": {"rrf": {"k": 1}},
    }.items():
        add(name, "query", {"prefetch": fuse, "query": query, "limit": 40})
        add(name + " cut", "query", {"prefetch": fuse, "query": query, "limit": 7})
        add(name + " of three", "query", {"prefetch": three, "query": query, "limit": 60})
        add(name + " filtered", "query", {"prefetch": fuse, "query": query, "filter": filters()["should"], "limit": 40})
        add(name + " offset", "query", {"prefetch": fuse, "query": query, "limit": 5, "offset": 5})
    add("rrf weighted", "query", {"prefetch": fuse, "query": {"rrf": {"weights": [3.0, 1.0]}}, "limit": 40})
    add("rrf weighted k", "query", {"prefetch": three, "query": {"rrf": {"k": 10, "weights": [0.5, 2.0, 1.0]}}, "limit": 60})
    add("rrf weighted by fractions", "query", {"prefetch": fuse, "query": {"rrf": {"k": 3, "weights": [0.7, 1.3]}}, "limit": 40})
    add("rrf threshold", "query", {"prefetch": fuse, "query": {"fusion": "rrf"}, "score_threshold": 0.2, "limit": 40})
    add("dbsf threshold", "query", {"prefetch": fuse, "query": {"fusion": "dbsf"}, "score_threshold": 0.55, "limit": 40})
    add("dbsf of one hit", "query", {"prefetch": [{**near["cosine 0"], "limit": 1}, {**near["words 0"], "limit": 5}], "query": {"fusion": "dbsf"}, "limit": 10})
    add("dbsf of distances", "query", {"prefetch": [{**near["euclid 0"], "limit": 9}, {**near["manhattan 0"], "limit": 9}], "query": {"fusion": "dbsf"}, "limit": 30})
    add("dbsf with an empty list", "query", {"prefetch": [{**near["cosine 0"], "limit": 5, "score_threshold": 9.0}, {**near["words 0"], "limit": 5}], "query": {"fusion": "dbsf"}, "limit": 10})
    # Weights without a common ratio, or ties at the inner cut would leave the outer result open.
    nested = {"prefetch": fuse, "query": {"rrf": {"weights": [1.0, 0.73]}}, "limit": 12}
    add("nested rrf then dense", "query", {"prefetch": [nested], **near["dot 0"], "limit": 6})
    add("nested rrf in rrf", "query", {"prefetch": [nested, {**near["manhattan 0"], "limit": 10}], "query": {"fusion": "rrf"}, "limit": 30})
    add("nested filters", "query", {"prefetch": [{**nested, "filter": filters()["range"]}], **near["cosine 2"], "filter": filters()["not value"], "limit": 10})
    add("rescore dense by multi", "query", {"prefetch": [{**near["cosine 0"], "limit": 30}], **near["multi 2"], "limit": 10})
    add("rescore dense by sparse", "query", {"prefetch": [{**near["cosine 0"], "limit": 30}], **near["words 3"], "limit": 10})
    add("rescore threshold", "query", {"prefetch": [{**near["cosine 0"], "limit": 30}], **near["euclid 0"], "score_threshold": 2.6, "limit": 10})
    add("prefetch by id order", "query", {"prefetch": [{"limit": 25}], **near["cosine 0"], "limit": 25})
    add("prefetch with threshold", "query", {"prefetch": [{**near["dot 2"], "limit": 50, "score_threshold": 1.0}], **near["cosine 0"], "limit": 50})

    for name, formula in {
        "score": "$score",
        "boost": {"sum": ["$score", {"mult": [0.5, {"key": "color", "match": {"any": ["red", "blue"]}}]}]},
        "second list": {"sum": ["$score[0]", {"mult": [0.1, "$score[1]"]}]},
        "payload": {"sum": ["$score", {"div": {"left": "price", "right": 100}}]},
        "neg abs": {"neg": {"abs": {"sum": ["$score", -0.5]}}},
        "sqrt": {"sqrt": {"abs": "$score"}},
        "pow": {"pow": {"base": {"sum": [1, "count"]}, "exponent": 0.5}},
        "logs": {"sum": [{"ln": {"sum": [1, "count"]}}, {"log10": {"sum": [1, "price"]}}, {"exp": {"neg": "count"}}]},
        "div by zero": {"div": {"left": 1, "right": "count", "by_zero_default": 5}},
        "geo": {"mult": [{"geo_distance": {"origin": {"lon": 10, "lat": 50}, "to": "place"}}, 0.001]},
        "gauss": {"gauss_decay": {"x": "price", "target": 50, "scale": 20}},
        "exp decay": {"exp_decay": {"x": "count", "target": 5, "scale": 3, "midpoint": 0.3}},
        "lin decay": {"lin_decay": {"x": "count", "target": 5, "scale": 4}},
        "datetime": {"exp_decay": {"x": {"datetime_key": "when"}, "target": {"datetime": "2023-01-01T00:00:00Z"}, "scale": 86400000}},
        "nested condition": {"sum": ["$score", {"must": [{"key": "count", "range": {"gte": 5}}], "must_not": [{"key": "tags", "match": {"value": "b"}}]}]},
    }.items():
        defaults = {"price": 10.0, "count": 2, "place": {"lon": 0, "lat": 0}, "when": "2021-01-01T00:00:00Z", "$score[1]": 0.25}
        add(f"formula {name}", "query", {"prefetch": fuse, "query": {"formula": formula, "defaults": defaults}, "limit": 50})
    add("formula threshold", "query", {"prefetch": fuse, "query": {"formula": {"sum": ["$score", 1]}}, "score_threshold": 1.2, "limit": 50})

    for direction in ["asc", "desc"]:
        for key in ["count", "price", "when"]:
            add(f"scroll order {key} {direction}", "scroll", {"order_by": {"key": key, "direction": direction}, "limit": 300, "with_payload": False})
    add("scroll order start", "scroll", {"order_by": {"key": "price", "direction": "desc", "start_from": 40.0}, "limit": 20, "with_payload": False})
    add("scroll order many", "scroll", {"order_by": {"key": "parts[].size", "direction": "asc"}, "limit": 500, "with_payload": False})
    add("query order", "query", {"query": {"order_by": {"key": "price", "direction": "asc"}}, "filter": filters()["value"], "limit": 12})
    add("order over prefetch", "query", {"prefetch": fuse, "query": {"order_by": {"key": "count", "direction": "desc"}}, "limit": 20})
    add("query by id order", "query", {"limit": 20})
    add("query by id order filtered", "query", {"filter": filters()["should"], "limit": 20, "offset": 4})
    add("scroll page", "scroll", {"limit": 9, "offset": 20, "with_payload": ["color", "info.author", "parts[].name"]})
    add("scroll exclude", "scroll", {"limit": 12, "with_payload": {"exclude": ["info.author", "title", "parts[].size"]}})
    add("scroll odd includes", "scroll", {"limit": 40, "with_payload": ["parts[0].size", "info.nope", "tags.x", "maybe", "color.x", "place.lon", "parts[].nope"]})
    add("scroll odd excludes", "scroll", {"limit": 40, "with_payload": {"exclude": ["parts[0]", "tags[]", "title", "title_raw", "parts_raw[].name"]}})
    add("scroll vectors", "scroll", {"limit": 15, "with_payload": False, "with_vector": True})
    add("scroll some vectors", "scroll", {"limit": 15, "with_payload": False, "with_vector": ["euclid", "words"]})
    for key in ["color", "tags", "count", "flag"]:
        add(f"facet {key}", "facet", {"key": key, "limit": 100, "exact": True})
        add(f"facet {key} filtered", "facet", {"key": key, "limit": 3, "exact": True, "filter": filters()["range"]})

    for key in ["color_raw", "count_raw", "tags_raw"]:
        add(f"groups {key}", "queryGroups", {**near["cosine 0"], "group_by": key, "limit": 4, "group_size": 3}, "client")
    add("groups filtered", "queryGroups", {**near["euclid 0"], "group_by": "color_raw", "limit": 3, "group_size": 2, "filter": filters()["range"]}, "client")
    return cases
