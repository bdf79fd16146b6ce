// A plot: uPlot draws axes, lines and bars; marks, rules and texts are drawn over them.
// Sizes of marks and lines are in points of 1/72 inch, as in the notebooks' plots.

const POINT = 96 / 72;
export const INK = "#222222", REFERENCE = "#8a8a8a", PALE = "#c8c8c8"; // as in plots/style.py
const GRID = "#ececec";
const FONT = "12px system-ui, sans-serif";

// Each adds a mark of radius r to a path.
const SHAPES = {
  o: (path, x, y, r) => path.arc(x, y, r, 0, 2 * Math.PI),
  s: (path, x, y, r) => path.rect(x - r, y - r, 2 * r, 2 * r),
  D: (path, x, y, r) => polygon(path, [[x, y - 1.4 * r], [x + 1.4 * r, y], [x, y + 1.4 * r], [x - 1.4 * r, y]]),
  "^": (path, x, y, r) => polygon(path, [[x, y - r], [x + r, y + r], [x - r, y + r]]),
};

function shaped(shape, ...place) {
  const path = new Path2D();
  SHAPES[shape](path, ...place);
  return path;
}

function polygon(path, corners) {
  corners.forEach(([x, y], index) => (index ? path.lineTo(x, y) : path.moveTo(x, y)));
  path.closePath();
}

// One array of all x, and for each line its y there, null where it has none.
function joined(lines) {
  const xs = [...new Set(lines.flatMap(line => line.x))].toSorted((a, b) => a - b);
  const place = new Map(xs.map((x, index) => [x, index]));
  return [xs, ...lines.map(line => {
    const ys = Array(xs.length).fill(null);
    line.x.forEach((x, index) => { ys[place.get(x)] = line.y[index]; });
    return ys;
  })];
}

// `axes` has x and y: {label, log, range, ticks, names}; `styles` has for each line {color, width,
// dash, path ("line", "stepped" or "bars")}. What is shown later may bring other axes.
export function chart(place, axes, styles) {
  let now = { axes, marks: [], rules: [], texts: [] };
  const path = { line: uPlot.paths.linear(), stepped: uPlot.paths.stepped({ align: 1 }),
    bars: uPlot.paths.bars({ size: [0.8, 60] }) };
  const scale = name => ({ time: false, distr: axes[name].log ? 3 : 1,
    range: () => now.axes[name].range });
  const axis = (name, more) => ({
    scale: name, stroke: INK, font: FONT, labelFont: FONT, labelGap: 0, gap: 4,
    label: () => now.axes[name].label ?? "",
    grid: { show: axes[name].grid ?? true, stroke: GRID, width: 1 }, ticks: { stroke: "#999", width: 1, size: 4 },
    splits: () => now.axes[name].ticks, filter: (_, splits) => splits,
    values: (_, splits) => now.axes[name].names ?? splits.map(String), ...more,
  });
  const plot = new uPlot({
    width: Math.max(place.clientWidth, 50), height: Number(place.dataset.height),
    legend: { show: false }, cursor: { show: false }, padding: [8, 10, 0, 0],
    scales: { x: scale("x"), y: scale("y") },
    axes: [axis("x", { size: 26, labelSize: axes.x.label ? 20 : 0 }),
      axis("y", { size: 44, labelSize: axes.y.label ? 18 : 0 })],
    series: [{}, ...styles.map(({ color, width = 1.4, dash, path: kind = "line" }) => ({
      stroke: kind === "bars" ? null : color, fill: kind === "bars" ? color : null,
      width: kind === "bars" ? 0 : width * POINT, dash, spanGaps: kind !== "bars", points: { show: false }, paths: path[kind],
    }))],
    hooks: { draw: [() => paint(plot, now)] },
  }, joined(styles.map(() => ({ x: [], y: [] }))), place);
  const hideName = names(plot, () => now.marks);
  new ResizeObserver(() => {
    const width = place.clientWidth;
    if (width && width !== plot.width) {
      plot.setSize({ width, height: plot.height });
      hideName();
    }
  }).observe(place);

  return {
    // Lines in the order of the styles: {x, y, width, alpha}; what is left out stays empty.
    show({ lines = [], words, ...more }) {
      now = { axes: now.axes, marks: [], rules: [], texts: [], ...more };
      const own = styles.map((_, index) => lines[index] ?? { x: [], y: [] });
      own.forEach((line, index) => {
        const series = plot.series[index + 1];
        if (line.width) series.width = line.width * POINT;
        series.alpha = line.alpha ?? 1;
      });
      plot.setData(joined(own));
      hideName();
      if (words) place.setAttribute("aria-label", words);
    },
  };
}

const REACH = 14; // px from a mark to the pointer

// A label with the name of the mark that is next to the pointer, or was touched; what returns hides
// it. To the keyboard and to screen readers, a page's sliders, sentence and table say it.
function names(plot, marks) {
  const label = document.createElement("div");
  Object.assign(label, { className: "name", hidden: true });
  label.setAttribute("aria-hidden", "true");
  plot.over.append(label);
  const hide = () => (label.hidden = true);
  const at = one => [plot.valToPos(one.x, "x"), plot.valToPos(one.y, "y")];
  function show({ offsetX, offsetY }) {
    const far = one => Math.hypot(at(one)[0] - offsetX, at(one)[1] - offsetY);
    const near = marks().filter(one => one.name && far(one) <= REACH);
    label.hidden = !near.length;
    if (label.hidden) return;
    const mark = near.reduce((a, b) => (far(b) < far(a) ? b : a)), [x, y] = at(mark);
    label.textContent = mark.name;
    const { clientWidth: width, clientHeight: height } = plot.over; // the side with more room
    const left = x < width / 2 ? x + 12 : x - 12 - label.offsetWidth;
    label.style.left = `${Math.max(0, Math.min(left, width - label.offsetWidth))}px`;
    label.style.top = `${y < height / 2 ? y + 8 : y - 8 - label.offsetHeight}px`;
  }
  plot.over.addEventListener("pointermove", show);
  plot.over.addEventListener("pointerdown", show);
  plot.over.addEventListener("pointerleave", event => event.pointerType !== "touch" && hide());
  document.addEventListener("pointerdown", event => plot.over.contains(event.target) || hide());
  return hide;
}

function paint(plot, { marks, rules, texts }) {
  const { ctx, bbox } = plot, ratio = uPlot.pxRatio;
  const at = (value, name) => plot.valToPos(value, name, true);
  ctx.save();
  for (const { x, y, color = INK, dash = [], width = 1, veil } of rules) {
    const own = new Path2D(), down = x === undefined ? at(y, "y") : at(x, "x");
    if (x === undefined) { own.moveTo(bbox.left, down); own.lineTo(bbox.left + bbox.width, down); }
    else { own.moveTo(down, bbox.top); own.lineTo(down, bbox.top + bbox.height); }
    if (veil && down > bbox.top) { // what is over a limit is paler
      ctx.globalAlpha = 0.6;
      ctx.fillStyle = "#ffffff";
      ctx.fillRect(bbox.left, bbox.top, bbox.width, Math.min(down - bbox.top, bbox.height));
      ctx.globalAlpha = 1;
    }
    ctx.strokeStyle = color;
    ctx.lineWidth = width * ratio;
    ctx.setLineDash(dash.map(one => one * ratio));
    ctx.stroke(own);
  }
  ctx.setLineDash([]);
  for (const { x, y, shape = "o", size = 4, fill, edge, width = 1, alpha = 1, bar } of marks) {
    const own = shaped(shape, at(x, "x"), at(y, "y"), (size / 2) * POINT * ratio);
    if (bar) { // an interval behind the mark
      const line = new Path2D();
      line.moveTo(at(x, "x"), at(bar[0], "y"));
      line.lineTo(at(x, "x"), at(bar[1], "y"));
      ctx.globalAlpha = 0.6 * alpha;
      ctx.strokeStyle = fill;
      ctx.lineWidth = POINT * ratio;
      ctx.stroke(line);
    }
    ctx.globalAlpha = alpha;
    if (fill) { ctx.fillStyle = fill; ctx.fill(own); }
    if (edge) { ctx.strokeStyle = edge; ctx.lineWidth = width * POINT * ratio; ctx.stroke(own); }
  }
  ctx.globalAlpha = 1;
  ctx.font = `${12 * ratio}px system-ui, sans-serif`;
  for (const { x, y, text, dx = 0, dy = 0, align = "left", color = INK, corner } of texts) {
    ctx.textAlign = align;
    ctx.textBaseline = corner ? "top" : "alphabetic";
    ctx.fillStyle = color;
    const [left, top] = corner ? [bbox.left + 8 * ratio, bbox.top + 6 * ratio] : [at(x, "x"), at(y, "y")];
    ctx.fillText(text, left + dx * ratio, top + dy * ratio);
  }
  ctx.restore();
}
