"""UniIR's CLIP checkpoints (clip_sf_large.pth, clip_ff_large.pth by its towers) as the two ONNX graphs that r1-router loads.

    python3 convert_uniir.py --weights clip_sf_large.pth --clip CLIP_FOLDER --out ./uniir

CLIP_FOLDER holds tokenizer and preprocessor_config.json of the CLIP model that was tuned (openai/clip-vit-large-patch14). UniIR keeps the
weights under the names of OpenAI's package; they are renamed to those of transformers. The sizes are read from the weights.
Then: r1-router ingest --modality text-image --image-encoder ./uniir
"""
import argparse
import json
import re
import shutil
from pathlib import Path

from convert_common import copy_tokenizer, export, load_weights

BLOCK = re.compile(r"^(visual\.)?transformer\.resblocks\.(\d+)\.(.+)$")
IN_BLOCK = {"ln_1": "layer_norm1", "ln_2": "layer_norm2", "mlp.c_fc": "mlp.fc1", "mlp.c_proj": "mlp.fc2"}
SINGLE = {
    "token_embedding.weight": "text_model.embeddings.token_embedding.weight",
    "positional_embedding": "text_model.embeddings.position_embedding.weight",
    "ln_final.weight": "text_model.final_layer_norm.weight",
    "ln_final.bias": "text_model.final_layer_norm.bias",
    "visual.class_embedding": "vision_model.embeddings.class_embedding",
    "visual.conv1.weight": "vision_model.embeddings.patch_embedding.weight",
    "visual.positional_embedding": "vision_model.embeddings.position_embedding.weight",
    # transformers has misspelt it from the beginning.
    "visual.ln_pre.weight": "vision_model.pre_layrnorm.weight",
    "visual.ln_pre.bias": "vision_model.pre_layrnorm.bias",
    "visual.ln_post.weight": "vision_model.post_layernorm.weight",
    "visual.ln_post.bias": "vision_model.post_layernorm.bias",
    "logit_scale": "logit_scale",
}


def renamed(weights):
    """OpenAI's names to those of transformers."""
    result = {}
    for name, value in weights.items():
        name = name.removeprefix("module.").removeprefix("clip_model.")
        value = value.float()
        if name in SINGLE:
            result[SINGLE[name]] = value
        elif name == "text_projection":
            result["text_projection.weight"] = value.T.contiguous()
        elif name == "visual.proj":
            result["visual_projection.weight"] = value.T.contiguous()
        elif match := BLOCK.match(name):
            visual, layer, rest = match.groups()
            place = f"{'vision' if visual else 'text'}_model.encoder.layers.{layer}"
            result.update(_of_block(place, rest, value))
    return result


def _of_block(place, rest, value):
    if rest.startswith("attn.in_proj_"):
        kind = rest.removeprefix("attn.in_proj_")
        parts = zip(("q_proj", "k_proj", "v_proj"), value.chunk(3))
        return {f"{place}.self_attn.{part}.{kind}": one.contiguous() for part, one in parts}
    if rest.startswith("attn.out_proj."):
        return {f"{place}.self_attn.{rest.removeprefix('attn.')}": value}
    inner, kind = rest.rsplit(".", 1)
    return {f"{place}.{IN_BLOCK[inner]}.{kind}": value}


def config_of(weights, heads_of=lambda width: max(1, width // 64)):
    """The sizes of both towers, as OpenAI's code reads them from its weights: a head is 64 wide."""
    from transformers import CLIPConfig

    def layers(tower):
        places = {name.split(".")[3] for name in weights if name.startswith(f"{tower}.encoder.layers.")}
        return len(places)

    patch = weights["vision_model.embeddings.patch_embedding.weight"]
    positions = weights["vision_model.embeddings.position_embedding.weight"]
    tokens = weights["text_model.embeddings.token_embedding.weight"]
    width, text = patch.shape[0], tokens.shape[1]
    vision = {
        "hidden_size": width,
        "intermediate_size": weights["vision_model.encoder.layers.0.mlp.fc1.weight"].shape[0],
        "num_hidden_layers": layers("vision_model"),
        "num_attention_heads": heads_of(width),
        "patch_size": patch.shape[-1],
        "image_size": patch.shape[-1] * round((positions.shape[0] - 1) ** 0.5),
        "hidden_act": "quick_gelu",
    }
    language = {
        "hidden_size": text,
        "intermediate_size": weights["text_model.encoder.layers.0.mlp.fc1.weight"].shape[0],
        "num_hidden_layers": layers("text_model"),
        "num_attention_heads": heads_of(text),
        "vocab_size": tokens.shape[0],
        "max_position_embeddings": weights["text_model.embeddings.position_embedding.weight"].shape[0],
        "hidden_act": "quick_gelu",
        # OpenAI's code takes the vector at the highest token id, which is the end of the text.
        "eos_token_id": 2,
    }
    projection = weights["text_projection.weight"].shape[0]
    return CLIPConfig(text_config=language, vision_config=vision, projection_dim=projection)


def convert(weights_file, clip_folder, out):
    """Both graphs below `out`; the greatest difference of either from the model in torch."""
    import torch
    from transformers import CLIPModel, CLIPTextModelWithProjection, CLIPVisionModelWithProjection

    weights = renamed(load_weights(weights_file))
    config = config_of(weights)
    config._attn_implementation = "eager"
    missing, unknown = CLIPModel(config).load_state_dict(weights, strict=False)
    lacking = [name for name in missing if "position_ids" not in name]
    if lacking or unknown:
        raise SystemExit(f"{weights_file}: no CLIP of UniIR: missing {lacking[:3]}, unknown {list(unknown)[:3]}")

    class Text(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.tower = CLIPTextModelWithProjection(config.text_config)

        def forward(self, input_ids):
            return self.tower(input_ids=input_ids).text_embeds

    class Vision(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.tower = CLIPVisionModelWithProjection(config.vision_config)

        def forward(self, pixel_values):
            return self.tower(pixel_values=pixel_values).image_embeds

    for part in (config.text_config, config.vision_config):
        part.projection_dim = config.projection_dim
        part._attn_implementation = "eager"
    text, vision = Text(), Vision()
    text.tower.load_state_dict({n: v for n, v in weights.items() if n.startswith("text_")}, strict=False)
    vision.tower.load_state_dict({n: v for n, v in weights.items() if n.startswith("vis")}, strict=False)
    vocabulary = config.text_config.vocab_size
    ids = torch.tensor([[vocabulary - 2, 2, 3, vocabulary - 1], [vocabulary - 2, 3, vocabulary - 1, vocabulary - 1]])
    edge = config.vision_config.image_size
    pixels = torch.rand(2, 3, edge, edge)
    out = Path(out)
    free = {0: "batch", 1: "length"}
    differences = [
        export(text, (ids,), ["input_ids"], "text_embeds", out / "onnx" / "text_model.onnx", {"input_ids": free}),
        export(vision, (pixels,), ["pixel_values"], "image_embeds", out / "onnx" / "vision_model.onnx", {"pixel_values": {0: "batch"}}),
    ]
    copy_tokenizer(clip_folder, out)
    shutil.copy(Path(clip_folder) / "preprocessor_config.json", out / "preprocessor_config.json")
    return max(differences)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--weights", required=True)
    parser.add_argument("--clip", required=True)
    parser.add_argument("--out", required=True)
    given = parser.parse_args()
    print(json.dumps({"difference": convert(given.weights, given.clip, given.out)}))
