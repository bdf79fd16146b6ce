// All released networks over two prices; a slider goes through them in one of three orders.

import { chart, INK } from "./chart.js";
import { byId, counted, table } from "./live.js";

export function families({ points, orders, families: looks, axes, top1, texts }) {
  const prices = Object.keys(axes);
  const plots = Object.fromEntries(prices.map(name => [name, chart(byId(name),
    { x: axes[name], y: top1 }, [{ color: INK, width: 1.1, path: "stepped" }])]));
  // The front over a price: those that reach more than every cheaper one.
  const front = Object.fromEntries(prices.map(name => {
    let best = -Infinity;
    const found = orders[name].map(at => points[at]).filter(one => one.top1 > best && ((best = one.top1), true));
    return [name, { x: found.map(one => one[name] / 1e6), y: found.map(one => one.top1) }];
  }));

  return ({ order, network }) => {
    texts.network = ["none", ...orders[order].map(at => points[at].name)];
    byId("network-text").textContent = texts.network[network];
    byId("network").setAttribute("aria-valuetext", texts.network[network]);
    const chosen = network ? points[orders[order][network - 1]] : null;
    for (const name of prices) {
      const marks = points.map(one => ({ x: one[name] / 1e6, y: one.top1, size: 5.5,
        shape: looks[one.family].marker, fill: looks[one.family].color }));
      if (chosen) marks.push({ x: chosen[name] / 1e6, y: chosen.top1, size: 13, edge: INK, width: 2 });
      plots[name].show({ axes: { x: axes[name], y: top1 }, lines: [front[name]], marks,
        words: `published top-1 over ${axes[name].label}${chosen ? `, ${chosen.name} ringed` : ""}` });
      byId(`${name}-value`).textContent = chosen?.said[name] ?? "";
      byId(`${name}-value`).style.color = chosen ? looks[chosen.family].color : "";
    }
    table(["network", "MACs", "parameters", "published top-1 (%)"], orders[order].map(at => points[at]).map(one =>
      [one.name, counted(one.macs), counted(one.params), one.top1.toFixed(1)]));
    return chosen ? `${chosen.words}.` : `${points.length} networks: the slider goes through them in order of ${byId("order").selectedOptions[0].text}.`;
  };
}
