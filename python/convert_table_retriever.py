"""The table retriever of Open-WikiTable (two BERT encoders, trained together) as two ONNX models that r1-router loads.

    python3 convert_table_retriever.py --question model.safetensors --table model_1.safetensors --bert BERT_FOLDER --out ./tables

BERT_FOLDER holds config.json and the tokenizer, with the marks of tables ([Title], [Header], [Row], ...) already added to it. A saved
state of accelerate names the encoders by their order: the question's is model, the table's model_1. Their vector is BERT's pooled
output. ./tables/table encodes tables and ./tables/question what is asked; in code:

    const [table, question] = await Promise.all(['table', 'question'].map((name) => openDenseTextEncoder({ model: `./tables/${name}` })));
    const dense = { ...table, encodeQuery: question.encodeQuery };
"""
import argparse
import json
from pathlib import Path

from convert_common import copy_tokenizer, export, load_weights


def convert(question_file, table_file, bert_folder, out):
    """Both models below `out`; the greatest difference of either from the model in torch."""
    files = {"question": question_file, "table": table_file}
    return max(_convert_one(load_weights(file), bert_folder, Path(out) / name) for name, file in files.items())


def _convert_one(weights, bert_folder, out):
    import torch
    from transformers import AutoConfig, AutoTokenizer, BertModel

    weights = {name.removeprefix("module.").removeprefix("bert."): value.float() for name, value in weights.items()}
    config = AutoConfig.from_pretrained(str(bert_folder))
    config.vocab_size = weights["embeddings.word_embeddings.weight"].shape[0]
    config._attn_implementation = "eager"
    tokenizer = AutoTokenizer.from_pretrained(str(bert_folder))
    if len(tokenizer) > config.vocab_size:
        raise SystemExit(f"{bert_folder}: {len(tokenizer)} tokens, the weights know {config.vocab_size}; take the tokenizer they were trained with")

    class Pooled(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.bert = BertModel(config)

        def forward(self, input_ids, attention_mask, token_type_ids):
            said = self.bert(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids)
            return said.pooler_output

    module = Pooled()
    missing, unknown = module.bert.load_state_dict(weights, strict=False)
    lacking = [name for name in missing if "position_ids" not in name]
    strange = [name for name in unknown if "position_ids" not in name]
    if lacking or strange:
        raise SystemExit(f"no BERT encoder: missing {lacking[:3]}, unknown {strange[:3]}")
    ids = torch.tensor([[1, 5, 6, 2], [1, 7, 2, 0]])
    mask = (ids != 0).long()
    names = ["input_ids", "attention_mask", "token_type_ids"]
    free = {name: {0: "batch", 1: "length"} for name in names}
    difference = export(module, (ids, mask, torch.zeros_like(ids)), names, "sentence_embedding", out / "onnx" / "model.onnx", free)
    copy_tokenizer(bert_folder, out)
    return difference


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--question", required=True)
    parser.add_argument("--table", required=True)
    parser.add_argument("--bert", required=True)
    parser.add_argument("--out", required=True)
    given = parser.parse_args()
    print(json.dumps({"difference": convert(given.question, given.table, given.bert, given.out)}))
