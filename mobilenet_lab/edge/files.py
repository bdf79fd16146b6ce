"""What a .tflite file holds, how one is made, and what it answers.

TensorFlow's converter makes all files. ai-edge-quantizer makes int8 from a float file in a fifth of
the time, with the same operations and the same size, but its files answer less like the float ones:
of 600 held-out patches, the small v2 named the same picture for 89 to 96 %, by TensorFlow's file
for 98 %.
"""

import contextlib
import importlib
import io
import logging
import warnings

import numpy as np

from mobilenet_lab import capacity, checks, layers
from mobilenet_lab.edge import packages

PRECISIONS = ("float32", "float16", "int8")


def tflite(model, shape, precision, pictures=()):
    """The .tflite file, as bytes, of a Keras model that reads images of this shape.

    The batch is frozen at 1: a dynamic one would leave operations that work out shapes. So are the
    weights, or the converter would keep them as variables and fold no batch norm. An int8 file has
    integer inputs and outputs, too; `pictures` (n, *shape) give the ranges of its maps. In a
    float16 file only the weights have 16 bits.
    """
    tensorflow = layers.tensorflow()
    lite, owner = tensorflow.lite, tensorflow.Module()  # the converter asks for an owner
    with quiet():
        frozen = _frozen(model, shape)
        capacity.give_back()  # what freezing took: 100 MB
        converter = lite.TFLiteConverter.from_concrete_functions([frozen], owner)
        if precision != "float32":
            converter.optimizations = [lite.Optimize.DEFAULT]
        if precision == "float16":
            converter.target_spec.supported_types = [tensorflow.float16]
        if precision == "int8":
            converter.target_spec.supported_ops = [lite.OpsSet.TFLITE_BUILTINS_INT8]
            converter.representative_dataset = lambda: ([picture[None]] for picture in pictures)
            converter.inference_input_type = converter.inference_output_type = tensorflow.int8
        return converter.convert()


def _frozen(model, shape):
    """A model as a TensorFlow function of one image, its weights as constants."""
    tensorflow = layers.tensorflow()
    freezing = importlib.import_module("tensorflow.python.framework.convert_to_constants")
    call = tensorflow.function(lambda image: model(image, training=False))
    call = call.get_concrete_function(tensorflow.TensorSpec((1, *shape), name="image"))
    return freezing.convert_variables_to_constants_v2(call)


def operations(content):
    """The names of a file's operations in order, such as "CONV_2D", from its bytes."""
    schema = packages.litert("schema_py_generated")
    codes = {code: name for name, code in vars(schema.BuiltinOperator).items() if name.isupper()}
    model = schema.Model.GetRootAs(content)
    graph = model.Subgraphs(0)
    used = (graph.Operators(number).OpcodeIndex() for number in range(graph.OperatorsLength()))
    return tuple(codes[model.OperatorCodes(code).BuiltinCode()] for code in used)


def interpreter(content, threads=1):
    """LiteRT's interpreter of a file, ready to run one image."""
    with quiet():
        found = packages.litert("interpreter").Interpreter(
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
    """Without the notes of TensorFlow, its converter and the interpreter."""
    nowhere = io.StringIO()
    with (
        layers.native_silence(),
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
        warnings.catch_warnings(),
        contextlib.ExitStack() as stack,
    ):
        warnings.simplefilter("ignore")
        for name in ("absl", "tensorflow"):
            notes = logging.getLogger(name)
            stack.callback(notes.setLevel, notes.level)
            notes.setLevel(logging.ERROR)
        yield
