"""Tiny random checkpoints of the released retrievers' classes, converted: tiny_retrievers.py FOLDER. Prints what torch says of two texts."""
import json
import sys
from pathlib import Path

import torch
from convert_table_retriever import convert as convert_tables
from convert_uniir import config_of, convert as convert_uniir, renamed
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

folder = Path(sys.argv[1])
torch.manual_seed(0)


def words(start, end, vocabulary, folder):
    """A tokenizer of whole words."""
    tokenizer = Tokenizer(models.WordLevel({word: index for index, word in enumerate(vocabulary)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    places = [(start, vocabulary.index(start)), (end, vocabulary.index(end))]
    tokenizer.post_processor = processors.TemplateProcessing(single=f"{start} $A {end}", special_tokens=places)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="[UNK]", pad_token="[PAD]", cls_token=start, eos_token=end, model_max_length=16
    )
    fast.save_pretrained(folder)
    return fast


# Table retriever: two BERTs.
bert = folder / "bert"
vocabulary = ["[PAD]", "[CLS]", "[SEP]", "[UNK]", "which", "river", "table", "of", "rivers"]
tokenizer = words("[CLS]", "[SEP]", vocabulary, bert)
config = BertConfig(
    vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64, max_position_embeddings=32
)
config.save_pretrained(bert)
encoders = {name: BertModel(config).eval() for name in ("question", "table")}
for name, encoder in encoders.items():
    save_file({key: value.contiguous() for key, value in encoder.state_dict().items()}, str(folder / f"{name}.safetensors"))
tables = convert_tables(folder / "question.safetensors", folder / "table.safetensors", bert, folder / "tables")


def pooled(name, text):
    with torch.no_grad():
        vector = encoders[name](**tokenizer(text, return_tensors="pt")).pooler_output[0]
    return torch.nn.functional.normalize(vector, dim=0).tolist()


# UniIR: a CLIP under OpenAI's names.
clip = folder / "clip"
clip_words = ["[PAD]", "[UNK]", "a", "river", "<start>", "<end>"]
words("<start>", "<end>", clip_words, clip)
(clip / "preprocessor_config.json").write_text(
    json.dumps({"size": {"shortest_edge": 16}, "crop_size": 16, "do_center_crop": True, "image_mean": [0, 0, 0], "image_std": [1, 1, 1]})
)


def block(width):
    return {
        "attn.in_proj_weight": torch.randn(3 * width, width) * 0.1,
        "attn.in_proj_bias": torch.randn(3 * width) * 0.1,
        "attn.out_proj.weight": torch.randn(width, width) * 0.1,
        "attn.out_proj.bias": torch.randn(width) * 0.1,
        **{f"ln_{n}.{kind}": torch.rand(width) for n in (1, 2) for kind in ("weight", "bias")},
        "mlp.c_fc.weight": torch.randn(2 * width, width) * 0.1,
        "mlp.c_fc.bias": torch.randn(2 * width) * 0.1,
        "mlp.c_proj.weight": torch.randn(width, 2 * width) * 0.1,
        "mlp.c_proj.bias": torch.randn(width) * 0.1,
    }


weights = {
    "visual.class_embedding": torch.randn(64),
    "visual.conv1.weight": torch.randn(64, 3, 8, 8),
    "visual.positional_embedding": torch.randn(5, 64),
    **{f"visual.ln_{place}.{kind}": torch.rand(64) for place in ("pre", "post") for kind in ("weight", "bias")},
    "visual.proj": torch.randn(64, 24),
    "token_embedding.weight": torch.randn(len(clip_words), 64),
    "positional_embedding": torch.randn(16, 64),
    "ln_final.weight": torch.rand(64),
    "ln_final.bias": torch.rand(64),
    "text_projection": torch.randn(64, 24),
    "logit_scale": torch.tensor(1.0),
}
for prefix in ("visual.transformer", "transformer"):
    for layer in range(2):
        weights.update({f"{prefix}.resblocks.{layer}.{name}": value for name, value in block(64).items()})
torch.save({"model": {f"clip_model.{name}": value for name, value in weights.items()}, "epoch": 3}, folder / "clip_sf.pth")
uniir = convert_uniir(folder / "clip_sf.pth", clip, folder / "uniir")


def openai_text(ids):
    """OpenAI's own computation of a text, step by step: what the converted graph must agree with."""
    x = weights["token_embedding.weight"][ids] + weights["positional_embedding"][: len(ids)]
    mask = torch.full((len(ids), len(ids)), float("-inf")).triu(1)
    for layer in range(2):
        w = {name: weights[f"transformer.resblocks.{layer}.{name}"] for name in block(1)}
        normed = torch.nn.functional.layer_norm(x, (64,), w["ln_1.weight"], w["ln_1.bias"])
        q, k, v = (normed @ w["attn.in_proj_weight"].T + w["attn.in_proj_bias"]).chunk(3, -1)
        attended = torch.softmax(q @ k.T / 8 + mask, -1) @ v
        x = x + attended @ w["attn.out_proj.weight"].T + w["attn.out_proj.bias"]
        normed = torch.nn.functional.layer_norm(x, (64,), w["ln_2.weight"], w["ln_2.bias"])
        hidden = normed @ w["mlp.c_fc.weight"].T + w["mlp.c_fc.bias"]
        x = x + (hidden * torch.sigmoid(1.702 * hidden)) @ w["mlp.c_proj.weight"].T + w["mlp.c_proj.bias"]
    x = torch.nn.functional.layer_norm(x, (64,), weights["ln_final.weight"], weights["ln_final.bias"])
    return torch.nn.functional.normalize(x[ids.index(max(ids))] @ weights["text_projection"], dim=0).tolist()


print(
    json.dumps(
        {
            "differences": [tables, uniir],
            "question": pooled("question", "which river"),
            "table": pooled("table", "table of rivers"),
            "text": openai_text([4, 2, 3, 5]),
            "dimension": config_of(renamed(weights)).projection_dim,
        }
    )
)
