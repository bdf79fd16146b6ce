"""How fast a picture follows a slider: seven ways in one run, in a real browser.

Each way is a notebook (`contenders.py`) in JupyterLab on a loopback port, shown by headless
Chromium. A step is an arrow key on the focused slider; it begins at the browser's own time of the
key event. DevTools' screencast delivers the frames that the compositor shows, at most 60 a second,
with the time at which each was captured. A step ends with the first frame whose pixels differ from
the one before inside the watched box: 864 × 288 px around the figure, whichever way it is drawn.
The slider lies outside. So a single time is known to a frame, 17 ms; keys come at irregular
intervals, which makes a median finer. Watching must not slow down what is watched: frames are
encoded at a quarter of their size, and decoded and compared only after the notebook is closed.

Only our own ways are served with the extension that the lab brings to a Jupyter server: who uses
one of the others does not have it.

All ways are measured in one run, in one order and then in the other. Names as arguments
(`make bench-live ARGS="ours text"`) restrict the run to these ways and their bounds.
"""

import asyncio
import base64
import contextlib
import io
import json
import math
import os
import random
import re
import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import bench
import contenders
import nbformat
import numpy as np
from jupyter_client.manager import start_new_kernel
from PIL import Image
from playwright.async_api import async_playwright
from serving import running

from mobilenet_lab.explorers.live import LiveFigure

TESTS = Path(__file__).parent
PACKAGES = ("jupyterlab", "ipywidgets", "matplotlib", "ipympl", "plotly", "bqplot", "playwright")
LABELS = {
    "asked": "ours, not ahead",
    "inline": "interactive_output",
    "plotly": "FigureWidget",
    "text": "text only",
}
OURS = ("ours", "asked")
WITHOUT_LAB = ["--ServerApp.jpserver_extensions={'mobilenet_lab.jupyter.server': False}"]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
VIEWPORT = {"width": 1080, "height": 600}
TALL = {"width": 1080, "height": 1000}
SCALE = 4  # screen pixels a pixel of the screencast
NOISE = 24  # of 255: less is JPEG's doing
ROUNDS, WARM_UP, PRESSES = 2, 5, 10
PAUSES = {"inline": 1.0, "ipympl": 0.7}  # seconds to the next key; the step must be over by then
BURSTS = ("at rest", "never seen") * 3  # of ours, in each round; one plain burst of the others
BURST, BURST_SECONDS = 60, 1.0
FILLED = 3.0  # seconds in which a rest has filled the positions that a burst will pass


def main(names):
    """Measure, print, and return 1 if a bound is missed."""
    bench.print_machine(PACKAGES)
    missed = kernel_side() + memory()
    visits, layers = asyncio.run(measure(names))
    missed += table(visits) + ratios(visits) + burst(visits) + other_layers(layers, visits)
    print("\nmissed: " + "; ".join(missed) if missed else "\nall bounds met")
    return 1 if missed else 0


# --- in the kernel ---


def kernel_side():
    """A frame of the three panels in this process, beside a plain one."""
    figure = LiveFigure(contenders.Panels())
    figure.show(0)
    ours, whole = median_ms(figure.show), median_ms(lambda position: plain(figure, position))
    print(f"\nthe moving lines drawn, and a whole PNG: {whole:.1f} ms a frame in the kernel")
    return bench.bound("of these, ours", ours / whole, most=0.6)


def plain(figure, position):
    """The moving lines over the kept background, and all of it as a PNG."""
    canvas = figure.picture.figure.canvas
    figure.picture.show(position)
    canvas.restore_region(figure._static())
    for line in figure.picture.moving:
        line.axes.draw_artist(line)
    buffer = io.BytesIO()
    Image.fromarray(np.asarray(canvas.buffer_rgba())).save(buffer, "png", compress_level=1)
    return base64.b64encode(buffer.getvalue())


def median_ms(draw, frames=100):
    """The median of the milliseconds to draw each of a hundred positions."""
    took = []
    for position in range(frames):
        start = time.perf_counter()
        draw(position)
        took.append(1e3 * (time.perf_counter() - start))
    return statistics.median(took)


def memory():
    """What 2,000 changes of the tour leave behind in a kernel."""
    said = []
    manager, client = start_new_kernel(cwd=TESTS, extra_arguments=["--log-level=ERROR"])
    try:
        code = "import json, endurance; print(json.dumps(endurance.growth()))"
        reply = client.execute_interactive(code, output_hook=said.append, timeout=600)
    finally:
        client.stop_channels()
        manager.shutdown_kernel()
    if reply["content"]["status"] != "ok":
        raise RuntimeError(reply["content"]["evalue"])
    grown, added = json.loads("".join(message["content"].get("text", "") for message in said))
    return bench.bound("MB more after 2,000 changes", grown / 1e6, most=5) + [
        f"{count} more of {kind} after 2,000 changes" for kind, count in added.items() if count > 0
    ]


# --- in the browser ---


@dataclass
class Visit:
    """What was seen of a way in one notebook; all times in seconds since 1970.

    `keys` are pressed, `handled` are (start, end) in the kernel of each position from 1 on, and at
    `changes` a frame in the watched box differed from the one before. `bursts` are the kinds of
    bursts, with the index of the key after their last.
    """

    name: str
    keys: list
    handled: dict
    changes: list
    bursts: list

    def steps(self):
        """Each single step's (key, handler's start, its end, first change, last change)."""
        for position in range(WARM_UP, WARM_UP + PRESSES):
            key, following = self.keys[position : position + 2]
            seen = [at for at in self.changes if key < at < following]
            if seen and position + 1 in self.handled:
                yield key, *self.handled[position + 1], seen[0], seen[-1]

    def rests(self, kind):
        """Each such burst's seconds from its last key to the last changed frame."""
        for own, end in self.bursts:
            if own == kind:
                following = [*self.keys, math.inf][end]
                last = max(at for at in self.changes if at < following)
                yield last - self.keys[end - 1]


async def measure(names):
    """The visits to all ways, in one order and then in the other; and what `walk_layers` gives."""
    found, layers = [], []
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        cells = {name: f'import contenders\n\ncontenders.show("{name}")' for name in names}
        prepare(folder, cells | {"inside": INSIDE})
        with server(folder) as with_lab, server(folder, *WITHOUT_LAB) as without_lab:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
                for turn in range(ROUNDS):
                    for name in names if turn % 2 == 0 else reversed(names):
                        page = await browser.new_page(viewport=VIEWPORT)
                        await page.goto((with_lab if name in OURS else without_lab).format(name))
                        found.append(await visit(page, name, folder))
                if "ours" in names:
                    page = await browser.new_page(viewport=TALL)
                    await page.goto(with_lab.format("inside"))
                    layers = await walk_layers(page)
                await browser.close()
    return found, layers


def prepare(folder, cells):
    """A notebook for each cell, what they import, and a JupyterLab that asks nothing."""
    shutil.copy(TESTS / "contenders.py", folder)
    for name, code in cells.items():
        cell = nbformat.v4.new_code_cell(code)
        kernel = {"name": "python3", "display_name": "Python 3"}
        notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": kernel})
        nbformat.write(notebook, folder / f"{name}.ipynb")
    settings = folder / "config" / "labconfig"
    settings.mkdir(parents=True)
    news = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    (settings / "page_config.json").write_text(json.dumps(news), encoding="utf-8")


@contextlib.contextmanager
def server(folder, *options):
    """A JupyterLab on the folder; yields a notebook's address, `{}` in place of its name."""
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += ["--ServerApp.ip=127.0.0.1", "--ServerApp.port=0", f"--ServerApp.root_dir={folder}"]
    command += ["--LabApp.expose_app_in_browser=True", *options]
    own = {"JUPYTER_CONFIG_DIR": str(folder / "config"), "IPYTHONDIR": str(folder / "ipython")}
    where = r"http://127\.0\.0\.1:\d+/lab\?token=\w+"
    with running(command, where, env=os.environ | own, cwd=folder) as url:
        address, token = re.fullmatch(r"(.*)/lab\?token=(\w+)", url).groups()
        yield f"{address}/doc/tree/{{}}.ipynb?token={token}"


RUN = """async () => {
  const until = async check => { while (!check()) await new Promise(r => setTimeout(r, 50)) }
  await jupyterapp.restored
  await until(() => jupyterapp.shell.currentWidget?.sessionContext)
  const panel = jupyterapp.shell.currentWidget
  await panel.context.ready
  await until(() => panel.sessionContext.session?.kernel?.connectionStatus === 'connected')
  await jupyterapp.commands.execute('notebook:run-all-cells')
}"""
INSIDE = """from mobilenet_lab.explorers import ThroughTheNetwork

ThroughTheNetwork("v2", alpha=1.0, weights="random", stage="stage3")"""
STOP = "() => jupyterapp.shell.currentWidget.sessionContext.shutdown()"
NOTE_KEYS = """() => {
  window.keys = []
  const note = event => keys.push((performance.timeOrigin + event.timeStamp) / 1000)
  addEventListener('keydown', note, true)
}"""


async def visit(page, name, folder):
    """Run a way's notebook, press the keys one by one, then in a burst; and close it."""
    await page.wait_for_function("() => window.jupyterapp")
    await page.evaluate(RUN)
    await page.wait_for_selector(".watched")
    await asyncio.sleep(2)  # until all that is shown at first is there
    await page.locator(".noUi-handle").focus()
    box = await page.locator(".watched").bounding_box()
    await page.evaluate(NOTE_KEYS)
    devtools = await page.context.new_cdp_session(page)
    pause = PAUSES.get(name, 0.4)
    async with screencast(devtools) as frames:
        irregular = random.Random(0)
        for _ in range(WARM_UP + PRESSES):
            await press(devtools, 1, pause + 0.1 * irregular.random())
        bursts, count, position = [], WARM_UP + PRESSES, WARM_UP + PRESSES
        for kind in BURSTS if name == "ours" else ("at rest",):
            await asyncio.sleep(FILLED if name == "ours" else 0.5)
            key, step, keys = RIGHT, 1, BURST
            if kind == "never seen":  # from the far end, at once
                end, position = (END, LAST) if position < LAST / 2 else (HOME, 0)
                await press(devtools, 1, 0.02, end)
                key, step, keys = (LEFT, -1, BURST) if position else (RIGHT, 1, BURST)
                count += 1
            await press(devtools, keys, BURST_SECONDS, key)
            position, count = position + step * keys, count + keys
            bursts.append((kind, count))
            await asyncio.sleep(pause + 0.6)
    keys = await page.evaluate("keys")
    if name == "ours":
        await check_last(page, position)
    await page.evaluate(STOP)
    await page.close()
    handled = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    handled = {position: (start, end) for position, start, end in handled}
    return Visit(name, keys, handled, changes(frames, box), bursts)


async def walk_layers(page):
    """Seconds from an arrow key in the list of layers to the changed mosaic, for some layers."""
    await page.wait_for_function("() => window.jupyterapp")
    await page.evaluate(RUN)
    maps = page.get_by_alt_text(re.compile("Black is 0"))
    await maps.wait_for(timeout=60_000)
    await asyncio.sleep(2)
    await page.get_by_role("combobox", name="layer", exact=True).focus()
    box = await maps.bounding_box()
    await page.evaluate(NOTE_KEYS)
    devtools = await page.context.new_cdp_session(page)
    async with screencast(devtools) as frames:
        for _ in range(1 + PRESSES):
            await press(devtools, 1, 0.6, UP)
    keys = await page.evaluate("keys")
    await page.evaluate(STOP)
    await page.close()
    seen = changes(frames, box)
    ends = [*keys[2:], math.inf]
    return [
        next((at - key for at in seen if key < at < end), math.inf)
        for key, end in zip(keys[1:], ends, strict=True)
    ]


def _key(name, number):
    return {"key": name, "code": name, "windowsVirtualKeyCode": number}


UP, LEFT, RIGHT = _key("ArrowUp", 38), _key("ArrowLeft", 37), _key("ArrowRight", 39)
END, HOME, LAST = _key("End", 35), _key("Home", 36), contenders.POSITIONS


async def press(devtools, times, seconds, key=RIGHT):
    """Hold the arrow key down until it was repeated so often, without waiting for the browser."""
    start = time.perf_counter()
    for count in range(times):
        down = {"type": "rawKeyDown", "autoRepeat": count > 0}
        later(devtools.send("Input.dispatchKeyEvent", down | key))
        await asyncio.sleep(start + (count + 1) * seconds / times - time.perf_counter())
    later(devtools.send("Input.dispatchKeyEvent", {"type": "keyUp"} | key))


TASKS = set()  # asyncio itself keeps no hold of what runs


def later(work):
    task = asyncio.ensure_future(work)
    TASKS.add(task)
    task.add_done_callback(TASKS.discard)


@contextlib.asynccontextmanager
async def screencast(devtools):
    """The frames that the browser shows while the block runs: (time, JPEG in base64)."""
    frames = []

    def keep(event):
        later(devtools.send("Page.screencastFrameAck", {"sessionId": event["sessionId"]}))
        frames.append((event["metadata"]["timestamp"], event["data"]))

    devtools.on("Page.screencastFrame", keep)
    size = {f"max{side.title()}": pixels // SCALE for side, pixels in VIEWPORT.items()}
    await devtools.send("Page.startScreencast", {"format": "jpeg", "quality": 80} | size)
    await asyncio.sleep(0.5)
    yield frames
    await devtools.send("Page.stopScreencast")


def changes(frames, box):
    """The times of the frames that differ, inside the box, from the frame before."""
    left, top = math.ceil(box["x"] / SCALE), math.ceil(box["y"] / SCALE)
    width, height = int(box["width"]) // SCALE, int(box["height"]) // SCALE
    area = (left, top, left + width - 1, top + height - 1)
    found, before = [], None
    for at, data in sorted(frames):
        image = Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")
        pixels = np.asarray(image.crop(area)).astype(int)
        if before is not None and np.abs(pixels - before).max() > NOISE:
            found.append(at)
        before = pixels
    return found


async def check_last(page, position):
    """Our picture shows the last position, in words and pixel by pixel."""
    figure = LiveFigure(contenders.Panels())
    figure.picture.show(position)
    picture = page.locator(".watched img:not([hidden])")
    alternative, mark = [await picture.get_attribute(name) for name in ("alt", "data-mark")]
    assert alternative == figure.picture.words, alternative
    assert mark == figure.frame()[-40:].hex()  # the checksums of the PNG


# --- the figures ---

HEAD = ("median", "p95", "still", "to kernel", "handler", "to pixels", "burst")
NOTES = f"""\
still: to the last changed frame. The parts of the median: from the key to the slider's handler in
the kernel, in it (ipympl draws later), and from its end to the pixels. burst: of {BURST} keys in
{BURST_SECONDS:g} s, ms from the last key to the last changed frame; of ours, over positions that
were at rest before. Where a position was sent ahead, its pixels come before the kernel's answer,
and the last part is negative."""


def table(visits):
    """Print what was measured; returns the ways of which a step showed no change."""
    print(f"\n{'ms from key to pixels':22}" + "".join(f"{word:>10}" for word in HEAD))
    missed = []
    for name in dict.fromkeys(visit.name for visit in visits):
        own = [visit for visit in visits if visit.name == name]
        steps = [step for visit in own for step in visit.steps()]
        if len(steps) < ROUNDS * PRESSES:
            missed.append(f"{name}: {ROUNDS * PRESSES - len(steps)} steps without a change")
        key, start, end, first, last = np.array(steps).T * 1e3
        rest = statistics.median(rest for visit in own for rest in visit.rests("at rest"))
        figures = [np.median(first - key), np.percentile(first - key, 95), np.median(last - key)]
        figures += [np.median(part) for part in (start - key, end - start, first - end)]
        figures += [1e3 * rest]
        print(f"{LABELS.get(name, name):22}" + "".join(f"{figure:10.0f}" for figure in figures))
    print(NOTES)
    return missed


def single(visits, name):
    """The median seconds of a way's single steps."""
    own = [visit for visit in visits if visit.name == name]
    return statistics.median(first - key for v in own for key, _, _, first, _ in v.steps())


def ratios(visits):
    """Our median beside those of the others."""
    print()
    missed = []
    for name, most in {"inline": 1 / 8, "plotly": 1 / 2, "bqplot": 1, "text": 1 / 2}.items():
        if {name, "ours"} <= {visit.name for visit in visits}:
            ratio = single(visits, "ours") / single(visits, name)
            missed += bench.bound(f"ours / {LABELS.get(name, name)}", ratio, most)
    return missed


def burst(visits):
    """The last picture of our bursts comes soon after the last key, beside bqplot's."""
    names, missed = {visit.name for visit in visits}, []
    for kind, most in {"at rest": 1 / 2, "never seen": 1}.items() if "ours" in names else ():
        rests = [1e3 * rest for v in visits if v.name == "ours" for rest in v.rests(kind)]
        print(f"ours, ms after a burst ({kind} before): {', '.join(f'{one:.0f}' for one in rests)}")
        if "bqplot" in names:
            theirs = [1e3 * r for v in visits if v.name == "bqplot" for r in v.rests("at rest")]
            ratio = statistics.median(rests) / statistics.median(theirs)
            missed += bench.bound(f"after a burst ({kind}), ours / bqplot", ratio, most)
    return missed


def other_layers(steps, visits):
    """Another layer's mosaic, from maps that are there."""
    if not steps:
        return []
    print(f"another layer, ms: {', '.join(f'{1e3 * step:.0f}' for step in steps)}")
    if math.inf in steps:
        print("inf: a new batch norm leaves its picture as it was; only the name above it changes,")
        print("which can be too little for the screencast")
    if "text" not in {visit.name for visit in visits}:
        return []
    ratio = statistics.median(steps) / single(visits, "text")
    return bench.bound("another layer's mosaic / text only", ratio, most=3)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(contenders.WAYS)))
