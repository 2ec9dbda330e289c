"""The PyTorch half of torch-step.ts: the same decoder, eager, one thread. Prints one line of JSON.

In two forms. `transformers`: that library's own model and PyTorch's AdamW as it comes. `by-hand`: the fastest parts that PyTorch has for
each place, `rms_norm`, `scaled_dot_product_attention` over repeated keys, `cross_entropy`, the fused AdamW.
"""

import json
import resource
import sys
import time

import torch
import torch.nn.functional as F

folder, form, steps = sys.argv[1], sys.argv[2], int(sys.argv[3])
job = json.load(open(f"{folder}/job.json", encoding="utf-8"))
torch.set_num_threads(job["threads"])
torch.set_num_interop_threads(1)
config, batch, length = job["config"], job["batch"], job["length"]
heads, key_value_heads, head_size = config["heads"], config["keyValueHeads"], config["headSize"]


def read(name, kind):
    with open(f"{folder}/{name}", "rb") as file:
        return torch.frombuffer(bytearray(file.read()), dtype=kind)


flat = read("weights.f32", torch.float32)
weights, start = {}, 0
for name, shape in job["specs"]:
    size = torch.Size(shape).numel()
    weights[name] = flat[start : start + size].reshape(shape).clone().requires_grad_()
    start += size
del flat
tokens = read("tokens.i32", torch.int32).reshape(-1, batch, length).long()
targets = read("targets.i32", torch.int32).reshape(-1, batch * length).long()

frequencies = config["rotaryBase"] ** (-torch.arange(0, head_size, 2, dtype=torch.float64) / head_size)
angles = torch.outer(torch.arange(length, dtype=torch.float64), frequencies)
cosine, sine = torch.cat([angles.cos()] * 2, -1).float(), torch.cat([angles.sin()] * 2, -1).float()


def rotate(x):
    left, right = x.chunk(2, -1)
    return x * cosine + torch.cat([-right, left], -1) * sine


def norm(x, name):
    return F.rms_norm(x, (config["hidden"],), weights[f"{name}.weight"], config["normEpsilon"])


def linear(x, name):
    return F.linear(x, weights[f"{name}.weight"], weights.get(f"{name}.bias"))


def split(x, count):
    return x.view(batch, length, count, head_size).transpose(1, 2)


def logits_by_hand(tokens):
    x = F.embedding(tokens, weights["model.embed_tokens.weight"])
    for layer in range(config["layers"]):
        name = f"model.layers.{layer}"
        between = norm(x, f"{name}.input_layernorm")
        query = rotate(split(linear(between, f"{name}.self_attn.q_proj"), heads))
        key = rotate(split(linear(between, f"{name}.self_attn.k_proj"), key_value_heads))
        value = split(linear(between, f"{name}.self_attn.v_proj"), key_value_heads)
        key, value = (part.repeat_interleave(heads // key_value_heads, 1) for part in (key, value))
        mixed = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = x + linear(mixed.transpose(1, 2).reshape(batch, length, -1), f"{name}.self_attn.o_proj")
        between = norm(x, f"{name}.post_attention_layernorm")
        inner = F.silu(linear(between, f"{name}.mlp.gate_proj")) * linear(between, f"{name}.mlp.up_proj")
        x = x + linear(inner, f"{name}.mlp.down_proj")
    head = weights["model.embed_tokens.weight" if config["tiedEmbeddings"] else "lm_head.weight"]
    return F.linear(norm(x, "model.norm"), head)


def model_of_transformers():
    import transformers

    kind = {"qwen2": transformers.Qwen2Config, "llama": transformers.LlamaConfig}[config["family"]]
    model = transformers.AutoModelForCausalLM.from_config(
        kind(
            vocab_size=config["vocabulary"],
            hidden_size=config["hidden"],
            intermediate_size=config["intermediate"],
            num_hidden_layers=config["layers"],
            num_attention_heads=heads,
            num_key_value_heads=key_value_heads,
            rms_norm_eps=config["normEpsilon"],
            tie_word_embeddings=config["tiedEmbeddings"],
            use_cache=False,
        )
    )
    missing, unexpected = model.load_state_dict(weights, strict=False)
    assert not unexpected and set(missing) <= {"lm_head.weight"}, (missing, unexpected)
    return model.train()


if form == "transformers":
    model = model_of_transformers()
    weights = None  # it has its own
    trained = list(model.parameters())
    optimiser = torch.optim.AdamW(trained, lr=job["rate"], weight_decay=0)
else:
    model = None
    trained = list(weights.values())
    optimiser = torch.optim.AdamW(trained, lr=job["rate"], weight_decay=0, fused=True)
losses = []


def loss_of(tokens, targets):
    logits = logits_by_hand(tokens) if model is None else model(input_ids=tokens).logits
    return F.cross_entropy(logits.view(batch * length, -1), targets)


def step():
    place = len(losses) % len(tokens)
    optimiser.zero_grad(set_to_none=True)
    loss = loss_of(tokens[place], targets[place])
    loss.backward()
    torch.nn.utils.clip_grad_norm_(trained, job["maxNorm"])
    optimiser.step()
    losses.append(loss.item())


step()
before = time.process_time()
for _ in range(steps):
    step()
seconds = time.process_time() - before
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
print(json.dumps({"secondsPerStep": seconds / steps, "peakMegabytes": peak, "losses": losses, "version": torch.__version__}))
