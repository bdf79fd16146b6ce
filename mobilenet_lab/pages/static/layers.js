// A bar for each layer of a design, in three panels, over the stages of the network.

import { chart, PALE } from "./chart.js";
import { byId, counted, listed, offer, placed, table } from "./live.js";

const COUNTS = { macs: "MACs", params: "parameters", held: "values held" };

// Round numbers from zero to a height: three to six of them.
function ticks(top) {
  const power = 10 ** Math.floor(Math.log10(top / 3));
  const step = [1, 2, 2.5, 5, 10].map(digit => digit * power).find(one => top / one <= 5);
  return Array.from({ length: Math.floor(top / step + 1e-9) + 1 }, (_, at) => Number((at * step).toPrecision(6)));
}

// A round number a little higher.
function ceiling(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map(digit => digit * power).find(one => one >= value);
}

// The stages, each with its first and last bar.
function stages(names) {
  const found = [];
  names.forEach((name, at) => {
    if (found.at(-1)?.name === name) found.at(-1).end = at;
    else found.push({ name, start: at, end: at });
  });
  return found;
}

export function layers({ axes, families, colors }) {
  const kinds = Object.keys(colors), knobs = Object.keys(axes);
  const styles = kinds.map(kind => ({ color: colors[kind], path: "bars" }));
  const plots = Object.fromEntries(Object.keys(COUNTS).map(name => [name, chart(byId(name),
    { x: { grid: false, range: [0, 1], ticks: [] }, y: { range: [0, 1], ticks: [] } }, styles)]));

  return settings => {
    const own = families[settings.family], place = placed(own, axes, settings);
    offer(knobs, own.knobs);
    listed(kinds, own.kinds);
    // Parameters stand once for all resolutions: the place with that knob left out.
    const others = { ...own, knobs: own.knobs.filter(knob => knob !== "resolution") };
    const at = { macs: place, held: place, params: placed(others, axes, settings) };
    const amounts = name => own[name].map(values => values[at[name]]);
    const parts = stages(own.stages), count = own.names.length;
    const room = byId("held").clientWidth / count;
    const named = parts.filter(one => (one.end - one.start + 1) * room > 7.5 * one.name.length);
    const x = { range: [-0.6, count - 0.4], ticks: named.map(one => (one.start + one.end) / 2),
      names: named.map(one => one.name) };
    const rules = parts.slice(1).map(one => ({ x: one.start - 0.5, color: PALE, width: 0.8 }));
    const { said } = own, most = {};
    for (const name of Object.keys(COUNTS)) {
      const values = amounts(name);
      most[name] = values.reduce((best, value, index) => (value > (values[best] ?? -1) ? index : best), 0);
      const high = Math.max(values[most[name]] / 1e6, settings.scale === "own" ? 0 : own.scale[name]);
      const lines = kinds.map(kind => {
        const there = values.map((value, index) => index).filter(index => own.kinds[index] === kind && values[index]);
        return { x: there, y: there.map(index => values[index] / 1e6) };
      });
      const top = ceiling(high);
      plots[name].show({ axes: { x, y: { range: [0, top], ticks: ticks(top) } }, lines, rules,
        words: `${COUNTS[name]} of each layer; the most: ${own.names[most[name]]}, ${counted(values[most[name]])}` });
    }
    byId("macs-value").textContent = `total ${said.macs[place]}`;
    byId("params-value").textContent = `total ${said.params[place]}`;
    byId("held-value").textContent = `peak ${own.peaks[place]}`;
    const top = name => `${own.names[most[name]]}, ${counted(amounts(name)[most[name]])}`;
    byId("extent").textContent = `Most MACs: ${top("macs")}. Most parameters: ${top("params")}. Most values held: ${top("held")}.`;
    const [macs, params, held] = Object.keys(COUNTS).map(amounts);
    const rows = own.names.map((name, index) => [name, counted(macs[index]), counted(params[index]), counted(held[index])]);
    table(["layer", ...Object.values(COUNTS)], rows.filter((_, index) => macs[index] !== null));
    return `${own.words[place]}.`;
  };
}
