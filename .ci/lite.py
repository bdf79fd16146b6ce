"""Build the notebooks that need no TensorFlow as a JupyterLite site: `make lite`.

python .ci/lite.py [FOLDER]    the site in FOLDER/site, build/lite by default

Whatever is plain Python comes from the site itself, at versions that are pinned: JupyterLite and
the widgets by constraints.txt, Pyodide by its kernel, the packages that Pyodide knows by Pyodide's
own lock. The compiled ones (NumPy, pandas, …) are on Pyodide's server alone, where the lock points.
"""

import argparse
import gzip
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tomllib
from importlib import metadata
from pathlib import Path

from jupyterlite_pyodide_kernel import constants
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
NOTEBOOKS = ("00", "01", "02", "03", "04", "05", "08", "09", "glossary")
EXTENSIONS = ("anywidget", "@jupyter-widgets/jupyterlab-manager")
EXTENSIONS += ("@jupyterlite/pyodide-kernel-extension",)
KERNEL = ("micropip", "ipython", "jedi", "comm")  # what the kernel loads as it starts
OWN = ("ipykernel", "piplite", "pyodide-kernel", "widgetsnbextension")  # it brings these
BROWSER = {"sys_platform": "emscripten", "python_version": constants.PYODIDE_PYTHON_VERSION}
BROWSER |= {"platform_system": "Emscripten", "extra": ""}
WEIGHTS = "mobilenet_lab/data/weights"  # which only TensorFlow reads


def dependencies():
    """What the lab asks for in a browser."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [line for line in map(Requirement, project["dependencies"]) if wanted(line)]


def wanted(requirement):
    return requirement.marker is None or requirement.marker.evaluate(BROWSER)


def too_old(lock):
    """A line for each package of the lock that is older than the lab's floor for it."""
    for line in dependencies():
        known = lock.get(canonicalize_name(line.name))
        if known and not line.specifier.contains(known["version"]):
            own = f"{line.name} {known['version']}"
            yield f"Pyodide {constants.PYODIDE_VERSION} has {own}, the lab needs {line}"


def closure(lock):
    """name -> version of what the lab and the kernel need, and of everything below."""
    found, todo = {}, [*KERNEL, *(line.name for line in dependencies())]
    while todo:
        name = canonicalize_name(todo.pop())
        if name in found or name in OWN:
            continue
        if name in lock:
            found[name] = lock[name]["version"]
            todo += lock[name]["depends"]
        else:
            found[name] = metadata.version(name)
            lines = map(Requirement, metadata.requires(name) or [])
            todo += [line.name for line in lines if wanted(line)]
    return found


def pyodide(folder):
    """Pyodide's npm package, unpacked into `folder`; returns the packages of its lock."""
    name = f"pyodide@{constants.PYODIDE_VERSION}"
    folder.mkdir(parents=True)
    subprocess.run(["npm", "pack", "--silent", name], cwd=folder, check=True)
    (packed,) = folder.glob("*.tgz")
    with gzip.open(packed, "rb") as plain, tarfile.TarFile(fileobj=plain) as archive:
        for member in archive.getmembers():
            member.name = Path(member.name).name
            archive.extract(member, folder, filter="data")
    packed.unlink()
    return json.loads((folder / constants.PYODIDE_LOCK).read_text(encoding="utf-8"))


def download(folder, pins):
    """The plain wheels of some packages, by name."""
    folder.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    plain = ["--no-deps", "--only-binary=:all:", "--platform", "any", "--abi", "none"]
    plain += ["--implementation", "py", "--python-version", constants.PYODIDE_PYTHON_VERSION]
    subprocess.run([*pip, *plain, "--dest", folder, *pins], check=True)
    return {canonicalize_name(path.name.split("-")[0]): path for path in folder.glob("*.whl")}


def light_wheel(folder):
    """The lab's own wheel, without the weights."""
    source = folder.parent / "source"
    left_out = shutil.ignore_patterns("__pycache__", Path(WEIGHTS).name)
    shutil.copytree(ROOT / "mobilenet_lab", source / "mobilenet_lab", ignore=left_out)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--no-deps", "--wheel-dir", folder, source], check=True)


def point(lock, here):
    """Point the lock at the wheels that are here, and for all others at Pyodide's server."""
    for name, package in lock["packages"].items():
        if name in here:
            package["file_name"] = here[name].name
            package["sha256"] = hashlib.sha256(here[name].read_bytes()).hexdigest()
        else:
            package["file_name"] = f"{constants.PYODIDE_CDN_URL}/{package['file_name']}"


def contents(folder):
    """The notebooks and the pictures that they show."""
    folder.mkdir(parents=True)
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        if path.name.startswith(NOTEBOOKS):
            shutil.copy(path, folder)
    shutil.copytree(ROOT / "notebooks" / "images", folder / "images")


def build(folder):
    """The site in folder/site."""
    shutil.rmtree(folder, ignore_errors=True)
    runtime = folder / "static" / "pyodide"
    lock = pyodide(runtime)
    if older := list(too_old(lock["packages"])):
        sys.exit("\n".join(older))
    versions = closure(lock["packages"])
    known = {name: lock["packages"][name] for name in versions if name in lock["packages"]}
    plain = [name for name, one in known.items() if one["file_name"].endswith("none-any.whl")]
    here = download(runtime, [f"{name}=={versions[name]}" for name in plain])
    point(lock, here)
    (runtime / constants.PYODIDE_LOCK).write_text(json.dumps(lock), encoding="utf-8")
    others = [f"{name}=={version}" for name, version in versions.items() if name not in known]
    download(folder / "pypi", others)
    light_wheel(folder / "pypi")
    contents(folder / "files")
    configure(folder)
    lite = [sys.executable, "-m", "jupyterlite_core", "build", "--lite-dir", folder]
    lite += ["--output-dir", folder / "site", "--contents", folder / "files"]
    subprocess.run([*lite, "--apps", "lab", "--no-sourcemaps"], cwd=folder, check=True)
    elsewhere = sorted(f"{name} {versions[name]}" for name in set(known) - set(plain))
    print(f"{folder / 'site'}: all but {', '.join(elsewhere)}, which Pyodide's server has")


def configure(folder):
    """JupyterLite's two files of settings."""
    extensions = Path(sys.prefix) / "share" / "jupyter" / "labextensions"
    config = {
        "LiteBuildConfig": {
            "federated_extensions": [str(extensions / name) for name in EXTENSIONS],
            "ignore_sys_prefix": ["federated_extensions"],
        }
    }
    kernel = {"disablePyPIFallback": True}  # what is not here, nobody is asked for
    page = {"litePluginSettings": {constants.PYODIDE_KERNEL_PLUGIN_ID: kernel}}
    page = {"jupyter-lite-schema-version": 0, "jupyter-config-data": page}
    for name, text in (("jupyter_lite_config", config), ("jupyter-lite", page)):
        (folder / f"{name}.json").write_text(json.dumps(text, indent=2), encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "build" / "lite")
    build(parser.parse_args().folder.resolve())
