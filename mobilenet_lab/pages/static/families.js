// All released networks over two prices; a slider goes through them in one of three orders.

import { chart, INK } from "./chart.js";
import { byId, counted, listed, table } from "./live.js";

export function families({ points, orders, families: looks, axes, top1, texts }) {
  const prices = Object.keys(axes);
  const plots = Object.fromEntries(prices.map(name => [name, chart(byId(name),
    { x: axes[name], y: top1 }, [{ color: INK, width: 1.1, path: "stepped" }])]));
  // The front over a price: those that reach more than every cheaper one.
  function front(name, there) {
    const found = [];
    for (const one of there(name)) if (one.top1 > (found.at(-1)?.top1 ?? 0)) found.push(one);
    return { x: found.map(one => one[name] / 1e6), y: found.map(one => one.top1) };
  }

  return ({ family, order, network }) => {
    const asked = family.split(" ");
    const there = by => orders[by].map(at => points[at]).filter(one => asked.includes(one.family));
    const shown = there(order), chosen = shown[Math.min(network, shown.length) - 1] ?? null;
    listed(Object.keys(looks), asked);
    texts.network = ["none", ...shown.map(one => one.name)];
    byId("network").max = shown.length;
    byId("network-text").textContent = chosen ? `${network} of ${shown.length}` : "none";
    byId("network").setAttribute("aria-valuetext", chosen?.name ?? "none");
    for (const name of prices) {
      const marks = shown.map(one => ({ x: one[name] / 1e6, y: one.top1, size: 5.5,
        shape: looks[one.family].marker, fill: looks[one.family].color,
        name: one.names[name] }));
      if (chosen) marks.push({ x: chosen[name] / 1e6, y: chosen.top1, size: 13, edge: INK, width: 2 });
      plots[name].show({ axes: { x: axes[name], y: top1 }, lines: [front(name, there)], marks,
        words: `published top-1 over ${axes[name].label}${chosen ? `, ${chosen.name} ringed` : ""}` });
      byId(`${name}-value`).textContent = chosen?.said[name] ?? "";
      byId(`${name}-value`).style.color = chosen ? looks[chosen.family].color : "";
    }
    table(["network", "MACs", "parameters", "published top-1 (%)"], shown.map(one =>
      [one.name, counted(one.macs), counted(one.params), one.top1.toFixed(1)]));
    return chosen ? `${chosen.words}.` : `${shown.length} networks: the slider goes through them in order of ${byId("order").selectedOptions[0].text}.`;
  };
}
