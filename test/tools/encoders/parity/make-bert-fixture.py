"""Makes an ONNX export of a BERT sentence-transformers folder, and golden vectors for it, without torch.

The graph and the golden vectors come from two separate writings of the model: the graph is built node by node with `onnx`, the
vectors are computed with plain numpy in float64 from the same weights, on token ids of the `tokenizers` library. So the fixture
checks tokenizer, batching, padding, masking, pooling and normalisation of the encoder under test, and the graph as well.

    pip install numpy onnx onnxruntime safetensors tokenizers
    python make-bert-fixture.py MODEL_FOLDER OUTPUT_FOLDER
    R1_ROUTER_TEXT_MODEL_FIXTURE=OUTPUT_FOLDER npx vitest run test/encoders
"""

import json
import math
import shutil
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load_file
from tokenizers import Tokenizer

TEXTS = [
    "What is the capital of France?",
    "Paris is the capital and most populous city of France.",
    "Otters are carnivorous mammals that swim in rivers.",
    "Shōmu's café, naïve & co. — 66,123 people!",
    "北京是中国的首都",
    "a",
    "long " * 400,
]

source, target = Path(sys.argv[1]), Path(sys.argv[2])
config = json.loads((source / "config.json").read_text())
weights = load_file(source / "model.safetensors")
width, heads, layers = config["hidden_size"], config["num_attention_heads"], config["num_hidden_layers"]
head, epsilon = width // heads, config["layer_norm_eps"]


def export(path):
    nodes, constants = [], []

    def weight(name, transpose=False):
        array = weights[name].T.copy() if transpose else weights[name]
        key = name + (".T" if transpose else "")
        if all(constant.name != key for constant in constants):
            constants.append(numpy_helper.from_array(array, key))
        return key

    def constant(name, value, kind):
        if all(existing.name != name for existing in constants):
            constants.append(numpy_helper.from_array(np.array(value, dtype=kind), name))
        return name

    def node(kind, inputs, name, **attributes):
        nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name

    def dense(x, prefix, name):
        product = node("MatMul", [x, weight(prefix + ".weight", transpose=True)], name + ".product")
        return node("Add", [product, weight(prefix + ".bias")], name)

    def norm(x, prefix, name):
        return node("LayerNormalization", [x, weight(prefix + ".weight"), weight(prefix + ".bias")], name, epsilon=epsilon, axis=-1)

    shape = node("Shape", ["input_ids"], "shape")
    length = node("Gather", [shape, constant("one", 1, np.int64)], "length", axis=0)
    places = node("Range", [constant("zero", 0, np.int64), length, "one"], "places")
    x = node("Gather", [weight("embeddings.word_embeddings.weight"), "input_ids"], "words")
    x = node("Add", [x, node("Gather", [weight("embeddings.position_embeddings.weight"), places], "positions")], "placed")
    x = node("Add", [x, node("Gather", [weight("embeddings.token_type_embeddings.weight"), "token_type_ids"], "types")], "typed")
    x = norm(x, "embeddings.LayerNorm", "embedded")
    mask = node("Cast", ["attention_mask"], "mask", to=TensorProto.FLOAT)
    mask = node("Mul", [node("Sub", [constant("unit", 1, np.float32), mask], "hidden"), constant("far", -1e4, np.float32)], "bias")
    mask = node("Unsqueeze", [mask, constant("axes", [1, 2], np.int64)], "mask4")
    for layer in range(layers):
        prefix, name = f"encoder.layer.{layer}", f"l{layer}"
        parts = {}
        for part in ("query", "key", "value"):
            flat = dense(x, f"{prefix}.attention.self.{part}", f"{name}.{part}")
            split = node("Reshape", [flat, constant("split", [0, 0, heads, head], np.int64)], f"{name}.{part}.split")
            order = [0, 2, 3, 1] if part == "key" else [0, 2, 1, 3]
            parts[part] = node("Transpose", [split], f"{name}.{part}.heads", perm=order)
        scores = node("MatMul", [parts["query"], parts["key"]], f"{name}.scores")
        scores = node("Mul", [scores, constant("scale", 1 / math.sqrt(head), np.float32)], f"{name}.scaled")
        attention = node("Softmax", [node("Add", [scores, mask], f"{name}.masked")], f"{name}.attention", axis=-1)
        mixed = node("Transpose", [node("MatMul", [attention, parts["value"]], f"{name}.mixed")], f"{name}.back", perm=[0, 2, 1, 3])
        mixed = node("Reshape", [mixed, constant("join", [0, 0, width], np.int64)], f"{name}.joined")
        out = dense(mixed, f"{prefix}.attention.output.dense", f"{name}.out")
        x = norm(node("Add", [out, x], f"{name}.sum1"), f"{prefix}.attention.output.LayerNorm", f"{name}.norm1")
        inner = node("Gelu", [dense(x, f"{prefix}.intermediate.dense", f"{name}.inner")], f"{name}.gelu")
        outer = dense(inner, f"{prefix}.output.dense", f"{name}.outer")
        last = "last_hidden_state" if layer == layers - 1 else f"{name}.norm2"
        x = norm(node("Add", [outer, x], f"{name}.sum2"), f"{prefix}.output.LayerNorm", last)
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"])
        for name in ("input_ids", "attention_mask", "token_type_ids")
    ]
    outputs = [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["batch", "length", width])]
    graph = helper.make_graph(nodes, "bert", inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def reference(ids):
    """One text, no padding, float64."""
    w = {name: array.astype(np.float64) for name, array in weights.items() if array.dtype == np.float32}
    linear = lambda x, name: x @ w[name + ".weight"].T + w[name + ".bias"]

    def norm(x, name):
        centred = x - x.mean(-1, keepdims=True)
        return centred / np.sqrt((centred**2).mean(-1, keepdims=True) + epsilon) * w[name + ".weight"] + w[name + ".bias"]

    erf = np.vectorize(math.erf)
    x = w["embeddings.word_embeddings.weight"][ids] + w["embeddings.position_embeddings.weight"][: len(ids)]
    x = norm(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for layer in range(layers):
        p = f"encoder.layer.{layer}"
        q, k, v = (linear(x, f"{p}.attention.self.{part}").reshape(-1, heads, head).transpose(1, 0, 2) for part in ("query", "key", "value"))
        scores = q @ k.transpose(0, 2, 1) / math.sqrt(head)
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (scores / scores.sum(-1, keepdims=True) @ v).transpose(1, 0, 2).reshape(-1, width)
        x = norm(linear(mixed, f"{p}.attention.output.dense") + x, f"{p}.attention.output.LayerNorm")
        inner = linear(x, f"{p}.intermediate.dense")
        x = norm(linear(inner * 0.5 * (1 + erf(inner / math.sqrt(2))), f"{p}.output.dense") + x, f"{p}.output.LayerNorm")
    pooled = x.mean(0)
    return pooled / np.linalg.norm(pooled)


(target / "onnx").mkdir(parents=True, exist_ok=True)
for name in ["config.json", "modules.json", "tokenizer.json", "tokenizer_config.json", "sentence_bert_config.json", "config_sentence_transformers.json"]:
    if (source / name).exists():
        shutil.copy(source / name, target / name)
shutil.copytree(source / "1_Pooling", target / "1_Pooling", dirs_exist_ok=True)
export(target / "onnx" / "model.onnx")
# Reduced range: products of 8-bit numbers overflow 16 bits on processors without VNNI.
quantize_dynamic(
    target / "onnx" / "model.onnx",
    target / "onnx" / "model_quantized.onnx",
    weight_type=QuantType.QInt8,
    per_channel=True,
    reduce_range=True,
    op_types_to_quantize=["MatMul"],
)
tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
tokenizer.no_padding()
tokenizer.enable_truncation(json.loads((source / "sentence_bert_config.json").read_text())["max_seq_length"])
golden = [{"text": text, "ids": tokenizer.encode(text).ids, "vector": reference(tokenizer.encode(text).ids).tolist()} for text in TEXTS]
(target / "golden.json").write_text(json.dumps(golden))
print(f"{len(golden)} golden vectors in {target}")
