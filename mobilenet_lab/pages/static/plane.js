// One family over two knobs: MACs along α with a curve for each resolution, and top-1 over MACs.

import { chart, INK, PALE, REFERENCE } from "./chart.js";
import { byId, counted, placed, table } from "./live.js";

export function plane({ axes, family, sizes, points, law, plots, note }) {
  const colors = Object.entries(sizes), alphas = [...new Set(points.map(one => one.alpha))];
  const left = chart(byId("macs"), plots.macs,
    [...colors.map(([, color]) => ({ color })), { color: INK, width: 2.4 }]);
  const right = chart(byId("top1"), plots.top1,
    [...alphas.map(() => ({ color: PALE, width: 1.2 })), { color: REFERENCE, dash: [6, 4] }]);
  const macs = (alpha, resolution) => family.macs[placed(family, axes, { alpha, resolution })] / 1e6;
  const curve = resolution => ({ x: axes.alpha, y: axes.alpha.map((_, at) => macs(at, resolution)) });
  const curves = colors.map(([size]) => curve(axes.resolution.indexOf(Number(size))));
  const ofAlpha = alphas.map(alpha => {
    const own = points.filter(one => one.alpha === alpha).toSorted((a, b) => a.macs - b.macs);
    return { x: own.map(one => one.macs / 1e6), y: own.map(one => one.top1) };
  });
  const dots = points.map(one => ({ x: one.macs / 1e6, y: one.top1, size: 6, fill: sizes[one.resolution],
    name: one.name }));
  // Names stand above the upper end of a line, or below the lower one, where the lines are apart.
  const names = alphas.map((alpha, at) => ({ x: ofAlpha[at].x[0], y: ofAlpha[at].y[0], text: `α ${alpha}`, dx: 7, dy: 13 }));

  return ({ alpha, resolution }) => {
    const place = placed(family, axes, { alpha, resolution });
    const x = axes.alpha[alpha], size = axes.resolution[resolution], price = family.macs[place] / 1e6;
    const found = points.find(one => one.alpha === x && one.resolution === size);
    left.show({ axes: plots.macs, lines: [...curves, curve(resolution)],
      marks: [{ x, y: price, size: 9, edge: INK, width: 2 }],
      words: `computed MACs along α at ${size} px, α ${x} marked at ${family.said.macs[place]}` });
    const ring = found ? [{ x: price, y: found.top1, size: 13, edge: INK, width: 2 }] : [];
    right.show({ axes: plots.top1, lines: [...ofAlpha, law], marks: [...dots, ...ring],
      words: `published top-1 over MACs; of this design: ${found ? `${found.top1.toFixed(1)} %` : note}`,
      rules: [{ x: price, dash: [2, 3], width: 1.2 }], texts: names });
    byId("macs-value").textContent = family.said.macs[place];
    byId("top1-value").textContent = found ? `${found.top1.toFixed(1)} %` : note;
    byId("extent").textContent = `Left: computed MACs along α at ${size} px, α ${x} marked. `
      + `Right: published top-1 over MACs; of this design: ${found ? `${found.top1.toFixed(1)} %` : note}.`;
    table([plots.macs.x.label, "MACs", "parameters", "published top-1 (%)"], axes.alpha.map((value, at) => {
      const own = placed(family, axes, { alpha: at, resolution });
      return [String(value), counted(family.macs[own]), counted(family.params[own]), family.said.top1[own].replace(" %", "")];
    }));
    return `${family.words[place]}.`;
  };
}
