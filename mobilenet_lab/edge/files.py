"""What a .tflite file holds, how one is made, and what it answers.

TensorFlow's converter makes the float32 file of a Keras model; all others are made from that file,
without TensorFlow. TensorFlow can make int8 files, too. For the same network both have the same
operations, and sizes that differ by less than 1 %; ai-edge-quantizer needs a fifth of the time,
and neither the model nor TensorFlow.
"""

import contextlib
import importlib
import io
import warnings

import numpy as np

from mobilenet_lab import checks, layers
from mobilenet_lab.edge import packages

PRECISIONS = ("float32", "float16", "int8")
SIGNATURE = "serving_default"  # the converter's name for the one function in a file


def float_file(model, shape):
    """The float32 .tflite file, as bytes, of a Keras model that reads images of this shape.

    The batch is frozen at 1: a dynamic one would leave operations that work out shapes. So are the
    weights, or the converter would keep them as variables and fold no batch norm.
    """
    tensorflow = layers.tensorflow()
    freezing = importlib.import_module("tensorflow.python.framework.convert_to_constants")
    call = tensorflow.function(lambda image: model(image, training=False))
    call = call.get_concrete_function(tensorflow.TensorSpec((1, *shape), name="image"))
    frozen = freezing.convert_variables_to_constants_v2(call)
    # With a module it writes a signature, which the quantizer asks for.
    converter = tensorflow.lite.TFLiteConverter.from_concrete_functions(
        [frozen], tensorflow.Module()
    )
    with quiet():
        return converter.convert()


def reduced(content, precision, pictures):
    """The same network as a float16 or int8 file, from the bytes of a float32 file.

    int8 files have integer inputs and outputs, too; `pictures` (n, side, side, 3) give the ranges
    of the maps. In float16 files only the weights have 16 bits.
    """
    quantizer = packages.module("ai_edge_quantizer.quantizer")
    recipes = packages.module("ai_edge_quantizer.recipe")
    with quiet():
        if precision == "float16":
            made, ranges = quantizer.Quantizer(content, _half(recipes)), None
        else:
            made = quantizer.Quantizer(content, recipes.static_wi8_ai8())
            samples = [{"image": picture[None]} for picture in pictures]
            ranges = made.calibrate({SIGNATURE: samples})
        done = made.quantize(ranges, enable_progress_bar=False, enable_progress_report=False)
    return bytes(done.quantized_model)


def _half(recipes):
    """The quantizer's settings for weights of 16 bits, floats like everything else."""
    types = recipes.qtyping
    weights = types.TensorQuantizationConfig(num_bits=16, dtype=types.TensorDataType.FLOAT)
    config = types.OpQuantizationConfig(
        weight_tensor_config=weights,
        compute_precision=types.ComputePrecision.FLOAT,
        explicit_dequantize=True,
    )
    return [
        {
            "regex": ".*",
            "operation": types.TFLOperationName.ALL_SUPPORTED,
            "algorithm_key": recipes.AlgorithmName.FLOAT_CASTING,
            "op_config": config.to_dict(),
        }
    ]


def operations(content):
    """The names of a file's operations in order, such as "CONV_2D", from its bytes."""
    schema = packages.module("ai_edge_litert.schema_py_generated")
    codes = {code: name for name, code in vars(schema.BuiltinOperator).items() if name.isupper()}
    model = schema.Model.GetRootAs(content)
    graph = model.Subgraphs(0)
    used = (graph.Operators(number).OpcodeIndex() for number in range(graph.OperatorsLength()))
    return tuple(codes[model.OperatorCodes(code).BuiltinCode()] for code in used)


def interpreter(content, threads=1):
    """LiteRT's interpreter of a file, ready to run one image."""
    with quiet():
        found = packages.module("ai_edge_litert.interpreter").Interpreter(
            model_content=content, num_threads=threads
        )
        found.allocate_tensors()
    return found


def answers(content, pictures):
    """What a file answers to pictures (n, side, side, 3) in [-1, 1]: a float array per output."""
    found = interpreter(content)
    (image,), outputs = found.get_input_details(), found.get_output_details()
    shape = tuple(int(side) for side in image["shape"][1:])
    pictures = checked_pictures(pictures, shape)
    rows = []
    for picture in pictures:
        found.set_tensor(image["index"], _stored(picture[None], image))
        found.invoke()
        rows.append([_meant(found.get_tensor(own["index"]), own)[0] for own in outputs])
    return [np.stack(own) for own in zip(*rows, strict=True)]


def checked_pictures(pictures, shape):
    """Pictures as float32 (n, *shape). Raises `ValueError` for anything else."""
    accepted = f"an array of floats (n, {', '.join(map(str, shape))}) in [-1, 1]"
    found = checks.array("pictures", pictures, accepted)
    if found.shape[1:] != shape or np.abs(found).max() > 1:
        checks.refuse("pictures", found, accepted)
    return found.astype(np.float32)


def _stored(values, tensor):
    """Values as a tensor stores them: integers where it has a scale."""
    scale, zero = tensor["quantization"]
    if not scale:
        return values
    limits = np.iinfo(tensor["dtype"])
    return np.clip(np.rint(values / scale + zero), limits.min, limits.max).astype(tensor["dtype"])


def _meant(values, tensor):
    """The numbers that stored values mean."""
    scale, zero = tensor["quantization"]
    return (values.astype(np.float32) - zero) * scale if scale else values


@contextlib.contextmanager
def quiet():
    """Without the notes and bars of the converter, the quantizer and the interpreter."""
    nowhere = io.StringIO()
    with (
        layers.native_silence(),
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield
