"""How fast a live page follows its slider: from a key to changed pixels, also on a slow processor.

A step is measured as in `bench_live`: an arrow key on the focused slider, and the first frame that
the compositor shows with other pixels in the plots. The second figure has the processor slowed four
times by DevTools, for a phone. Bounds are of the medians, of what the site promises.
"""

import asyncio
import math
import random
import statistics
import sys
import tempfile
from pathlib import Path

import bench
import bench_live
from playwright.async_api import async_playwright

from mobilenet_lab import live_page
from mobilenet_lab.pages.live import PAGES

WARM_UP, PRESSES, PAUSE = 3, 20, 0.4
SLIDERS = {"families": "network", "candidates": "ram"}  # others have α
SLOWED = {1: 60, 4: 150}  # times: ms at most
TURN = 9  # steps one way, then as many back: no slider is shorter


def main():
    """Measure, print, and return 1 if a bound is missed."""
    bench.print_machine(("playwright",))
    found = asyncio.run(measure())
    missed = []
    for (name, times), steps in found.items():
        seen = [step for step in steps if step < math.inf]
        high = statistics.quantiles(seen, n=20)[-1]
        slow = f", processor slowed {times} times" if times > 1 else ""
        print(
            f"\n{name}{slow}: {len(seen)} of {len(steps)} steps changed pixels, p95 {high:.0f} ms"
        )
        missed += bench.bound(
            f"{name}{slow}: ms from a key to pixels", statistics.median(seen), SLOWED[times]
        )
    print("\nmissed: " + "; ".join(missed) if missed else "\nall bounds met")
    return 1 if missed else 0


async def measure():
    """Milliseconds of each step, by the page and how many times the processor is slowed."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=bench_live.CHROMIUM, args=bench_live.FLAGS
            )
            for name in [name for name in PAGES if name != "quiz"]:  # which draws nothing
                place = live_page(name).save(Path(folder) / f"{name}.html")
                for times in SLOWED:
                    found[name, times] = await visit(browser, place, name, times)
            await browser.close()
    return found


async def visit(browser, place, name, times):
    """The steps of one page."""
    page = await browser.new_page(viewport=bench_live.VIEWPORT)
    await page.goto(place.as_uri())
    await page.wait_for_selector("body[data-ready]")
    box = await page.locator("#panels").bounding_box()
    await page.locator(f"#{SLIDERS.get(name, 'alpha')}").press("Home")
    await page.evaluate(bench_live.NOTE_KEYS)
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("Emulation.setCPUThrottlingRate", {"rate": times})
    irregular = random.Random(0)
    async with bench_live.screencast(devtools) as frames:
        for step in range(WARM_UP + PRESSES):
            key = bench_live.LEFT if step // TURN % 2 else bench_live.RIGHT
            await bench_live.press(devtools, 1, PAUSE * (1 + 0.3 * irregular.random()), key)
    keys = await page.evaluate("keys")
    await page.close()
    seen = bench_live.changes(frames, box)
    ends = [*keys[1:], math.inf]
    steps = [
        1e3 * (next((at for at in seen if key < at < end), math.inf) - key)
        for key, end in zip(keys, ends, strict=True)
    ]
    return steps[WARM_UP:]


if __name__ == "__main__":
    sys.exit(main())
