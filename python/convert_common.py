"""What both conversions share: weights from a file, a graph with a free batch and length, and the proof that it says the same."""
from pathlib import Path


def load_weights(path):
    """A state dict from .safetensors, .bin, .pt or .pth; of a checkpoint with more in it, the model's part."""
    path = Path(path)
    if path.suffix == ".safetensors":
        from safetensors.torch import load_file

        return load_file(str(path))
    import torch

    # Nothing but tensors and plain values is read: a checkpoint is somebody else's file.
    held = torch.load(str(path), map_location="cpu", weights_only=True)
    for name in ("model", "state_dict"):
        if isinstance(held.get(name), dict):
            return held[name]
    return held


def export(module, inputs, names, output, path, free):
    """Writes an ONNX graph and compares it with the module on the same inputs; the greatest difference."""
    import numpy
    import onnxruntime
    import torch

    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    module.eval()
    torch.onnx.export(
        module,
        inputs,
        str(path),
        input_names=names,
        output_names=[output],
        dynamic_axes={**free, output: {0: "batch"}},
        opset_version=17,
        dynamo=False,
    )
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    with torch.no_grad():
        expected = module(*inputs).numpy()
    said = session.run([output], {name: value.numpy() for name, value in zip(names, inputs)})[0]
    return float(numpy.abs(said - expected).max())


def copy_tokenizer(source, target):
    """tokenizer.json and its configuration, made from the slow files where they are all there is."""
    from transformers import AutoTokenizer

    AutoTokenizer.from_pretrained(str(source), use_fast=True).save_pretrained(str(target))
