"""What a number was made with: versions of packages and the processor."""

import contextlib
import functools
import importlib.metadata
import os
import pathlib
import platform

PACKAGES = {  # whose versions decide what a report shows
    "MobileNet Lab": "mobilenet-lab",
    "NumPy": "numpy",
    "pandas": "pandas",
    "Matplotlib": "matplotlib",
}


def version(package: str) -> str | None:
    """The version of a package; None where it is not installed, but a folder on the path."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


@functools.cache
def processor() -> str:
    """What this machine's processor is called."""
    with contextlib.suppress(OSError):
        lines = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        for line in lines:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def facts() -> dict[str, str]:
    """This machine and the versions on it, by name."""
    found = {name: version(package) or "not installed" for name, package in PACKAGES.items()}
    return found | {
        "Python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": f"{processor()}, {os.cpu_count()} cores",
    }
