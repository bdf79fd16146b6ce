// Three panels along a knob: a curve for each family, published accuracies, a design marked.

import { chart, INK, REFERENCE } from "./chart.js";
import { byId, counted, listed, offer, placed, table } from "./live.js";

const DRAWN = ["checkpoint", "paper"]; // the series with marks of their own

export function tour({ axes, families, first, published, along, heights, limits, pinned, notes }) {
  const keys = Object.keys(families), knobs = Object.keys(axes);
  const plots = Object.fromEntries(["macs", "params", "top1"].map(name => [name, chart(
    byId(name), { x: along.alpha, y: heights[name] },
    [...keys.map(key => ({ color: families[key].color })), ...pinned.map(() => ({ color: REFERENCE }))])]));

  const index = (key, at) => placed(families[key], axes, at);

  return settings => {
    const { family, along: name } = settings, own = families[family];
    const has = own.knobs.includes(name), place = index(family, settings);
    offer(knobs, own.knobs);
    const there = keys.filter(key => first.includes(key) || key === family);
    listed(keys, there);
    const value = knob => axes[knob][settings[knob]], x = value(name);
    const views = Object.fromEntries(there.map(key => [key, curve(key)]));

    // A curve: the values on the knob's axis, and the places of the designs there.
    function curve(key) {
      if (!families[key].knobs.includes(name)) {
        return { x: along[name].range, places: Array(2).fill(index(key, settings)) };
      }
      return { x: axes[name], places: axes[name].map((_, at) => index(key, { ...settings, [name]: at })) };
    }
    const points = published.filter(one => there.includes(one.family) && name in one.at
      && knobs.every(knob => knob === name || !(knob in one.at) || one.at[knob] === value(knob)));
    const style = key => (key === family ? { alpha: 1, width: 2.4 } : { alpha: 0.45, width: 1.4 });
    const common = { axes: { x: along[name] }, rules: has ? [{ x, color: REFERENCE, dash: [2, 3] }] : [] };
    const chosen = y => (has && y !== null ? [{ x, y, size: 9, fill: own.color, edge: INK, width: 1.2 }] : []);

    const heading = panel => byId(`${panel}-title`).textContent;
    const ends = count => { // of the family's curve
      const places = views[family].places.toSorted((a, b) => own[count][a] - own[count][b]);
      return `${own.said[count][places[0]]} to ${own.said[count][places.at(-1)]}`;
    };
    const said = count => `${heading(count)} along ${along[name].label}: ${family} ${ends(count)}, `
      + `your design ${own.said[count][place]}`;

    // A pinned design stays where it is, grey, with its own curve.
    const pins = y => pinned.filter(one => name in one.at && y(one) !== null)
      .map(one => ({ x: one.at[name], y: y(one), size: 9, edge: REFERENCE, width: 1.2 }));

    for (const count of ["macs", "params"]) {
      const limit = limits[count];
      const lines = keys.map(key => views[key] && { x: views[key].x, ...style(key),
        y: views[key].places.map(at => families[key][count][at] / 1e6) });
      lines.push(...pinned.map(({ lines: { [name]: line } }) => line
        && { x: line.x, y: line[count].map(one => one / 1e6) }));
      const rules = [...(limit ? [{ y: limit.most, dash: [6, 4], veil: true }] : []), ...common.rules];
      plots[count].show({ axes: { ...common.axes, y: heights[count] }, lines, rules,
        marks: [...pins(one => one[count] / 1e6), ...chosen(own[count][place] / 1e6)], words: said(count) });
    }
    const series = (key, kind) => points.filter(one => one.family === key && one.series === kind)
      .map(one => [one.at[name], one.top1]).toSorted((a, b) => a[0] - b[0]);
    const lines = keys.map(key => {
      const found = there.includes(key) ? series(key, "checkpoint") : [];
      return { x: found.map(one => one[0]), y: found.map(one => one[1]), ...style(key) };
    });
    const marks = there.flatMap(key => DRAWN.flatMap(kind => series(key, kind).map(([at, y]) => ({
      x: at, y, alpha: style(key).alpha, ...(kind === "paper"
        ? { shape: "D", size: 6, edge: families[key].color } : { fill: families[key].color, size: 4 }) }))));
    const reached = own.top1[place];
    const lacks = notes.lacks.replace("{family}", family).replace("{knob}", along[name].symbol);
    const note = has ? (reached === null ? notes.none : "") : lacks;
    plots.top1.show({ ...common, axes: { ...common.axes, y: heights.top1 }, lines,
      words: `${heading("top1")} along ${along[name].label}: ${own.said.top1[place] || notes.none}`,
      marks: [...marks, ...pins(one => one.top1), ...chosen(reached)], texts: note ? [{ corner: true, text: note }] : [] });

    for (const panel of Object.keys(plots)) {
      const head = byId(`${panel}-value`);
      head.textContent = own.said[panel][place];
      head.style.color = own.color;
    }
    byId("extent").textContent = [`Three panels along ${along[name].label}.`, `MACs of ${family}: ${ends("macs")}.`,
      `Parameters of ${family}: ${ends("params")}.`, ...(has ? [] : [`${lacks}.`]),
      ...pinned.map(one => `Pinned: ${one.words}.`),
      ...Object.values(limits).map(one => one.words)].join(" ");
    table([along[name].label, "MACs", "parameters", "published top-1 (%)"], views[family].places.map((at, row) => [
      has ? String(axes[name][row]) : "any", counted(own.macs[at]), counted(own.params[at]),
      own.said.top1[at].replace(" %", "")]).slice(0, has ? undefined : 1));
    return `${own.words[place]}.`;
  };
}
