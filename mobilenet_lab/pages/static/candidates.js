// The networks that fit the limits, the best first; why others do not; the plot and the table.

import { chart, INK, REFERENCE } from "./chart.js";
import { byId, counted, table } from "./live.js";

const LISTED = 15; // candidates in the table

function percent(share) {
  const percents = 100 * share;
  if (percents >= 1000) return `${counted(Math.round(percents))} %`;
  return `${percents >= 0.1 ? percents.toFixed(1) : Number(percents.toPrecision(2))} %`;
}

// Ticks of a logarithmic axis: at 1, 2, 5, or at more where these would be few.
function logTicks(low, high) {
  const digits = high > 10 * low ? [1, 2, 5] : [1, 2, 3, 4, 5, 6, 8], found = [];
  for (let power = -3; power < 6; power++) found.push(...digits.map(digit => Number((digit * 10 ** power).toPrecision(3))));
  return found.filter(one => one >= low && one <= high);
}

export function candidates(data) {
  const { networks, names, limits, families, axes, drawn } = data;
  const short = names.map(one => one.replace("MobileNet ", ""));
  const plot = chart(byId("front"), { x: { label: "price", range: [1, 10], ticks: [], log: true },
    y: { range: [40, 80], ticks: [] } }, [{ color: INK, width: 1.1, path: "stepped" }]);

  // What a refused network takes of the limit that it exceeds most.
  const excess = (written, [at, share, name]) => `${written[name][at]} ${data.meant[name]}, ${percent(share)} over the limit`;

  return settings => {
    const { runtime, bits } = settings;
    const amounts = { ...networks, ram: data.ram[runtime][bits], flash: data.flash[bits] };
    const written = { ...data.amounts, ram: data.amounts.ram[runtime][bits], flash: data.amounts.flash[bits] };
    const how = { ram: ` (${data.runtimes[runtime]}, ${data.precisions[bits]})`, flash: ` (${data.precisions[bits]})` };
    const set = Object.keys(limits).filter(name => settings[name] < limits[name].length);
    const most = Object.fromEntries(set.map(name => [name, limits[name][settings[name]]]));
    const asked = settings.family.split(" ");
    const all = names.map((_, at) => at).filter(at => asked.includes(networks.family[at]));
    const over = at => set.map(name => [amounts[name][at] / most[name] - 1, name]).toSorted((a, b) => b[0] - a[0])[0];
    const fits = all.filter(at => set.every(name => amounts[name][at] <= most[name]));
    const refused = all.filter(at => !fits.includes(at)).map(at => [at, ...over(at)]).toSorted((a, b) => a[1] - b[1]);
    const [best] = fits, ranked = at => networks.top1[at] !== null;
    const ties = best !== undefined && ranked(best)
      ? fits.slice(1).filter(at => ranked(at) && networks.high[at] >= networks.low[best]) : [];

    draw({ settings, amounts, written, most, set, fits, refused, ties });
    table(["design", "top-1 (%)", "from", "to", "MACs", "parameters", "RAM (KiB)", "flash (KiB)"],
      fits.slice(0, LISTED).map(at => [short[at],
        ...["top1", "low", "high"].map(name => networks[name][at]?.toFixed(1) ?? "unknown"),
        counted(networks.macs[at]), counted(networks.params[at]),
        ...["ram", "flash"].map(name => (amounts[name][at] / 1024).toLocaleString("en", { maximumFractionDigits: 1, minimumFractionDigits: 1 }))]));
    byId("front-value").textContent = best === undefined ? "nothing fits" : `best: ${short[best]}`;
    byId("extent").textContent = [...fits.length > LISTED ? [`The table has the first ${LISTED} of ${fits.length}.`] : [],
      "Solid points are not beaten by another that fits, over all prices that are limited."].join(" ");
    return sentence({ set, settings, how, written, all, fits, ties, refused });
  };

  // What came out, as a review says it.
  function sentence({ set, settings, how, written, all, fits, ties, refused }) {
    const count = places => places.reduce((sum, at) => sum + 1 + networks.same[at], 0);
    const searched = count(all), whole = `${counted(searched)} design${searched === 1 ? "" : "s"}`;
    const parts = set.map(name => `${data.said[name][settings[name]]} ${data.meant[name]}${how[name] ?? ""}`);
    const last = parts.pop(), budget = `at most ${parts.join(", ")}${parts.length ? " and " : ""}${last}`;
    const exceeds = one => `${names[one[0]]} (${networks.basis[one[0]] === "published" ? `${networks.top1[one[0]].toFixed(1)} %, ` : ""}`
      + `${excess(written, one)})`;
    if (!fits.length) return `None of ${whole} fits the budget of ${budget}; nearest: ${exceeds(refused[0])}.`;
    const fitting = count(fits), [best] = fits;
    const told = last ? `${counted(fitting)} of ${whole} fit${fitting === 1 ? "s" : ""} the budget of ${budget}` : `No limit: all ${whole} fit`;
    if (networks.top1[best] === null) return `${told}; what they would reach is unknown, and the one with the fewest MACs is ${names[best]}.`;
    const near = refused.filter(([at, share]) => networks.basis[at] === "published" && share <= drawn.nearby
      && networks.top1[at] > networks.top1[best]).slice(0, drawn.named).map(exceeds).join(" and ");
    return `${told}; the best is ${names[best]}, with ${data.reached[best]}`
      + (ties.length ? `; ${ties.length} more cannot be told from it` : "")
      + (near ? `; published and just refused: ${near}` : "") + ".";
  }

  function draw({ settings, amounts, written, most, set, fits, refused, ties }) {
    const { price } = settings, { unit, label } = axes[price];
    const x = at => amounts[price][at] / unit, known = at => networks.top1[at] !== null;
    const limit = most[price], inside = fits.filter(known);
    const ends = [...inside.map(x), ...(limit ? [limit / unit] : [])];
    const nearest = inside.length ? inside[0] : refused.map(([at]) => at).find(known);
    const edge = drawn.beyond * Math.max(...ends, ...(nearest === undefined ? [] : [x(nearest)]));
    const outside = refused.filter(([at]) => known(at) && x(at) <= edge);
    ends.push(...outside.map(([at]) => x(at)));
    const range = [Math.min(...ends) / drawn.room / 1.2, Math.max(...ends) * drawn.room * 1.2];
    const heights = [...inside.flatMap(at => [networks.low[at], networks.high[at]]), ...outside.map(([at]) => networks.top1[at])];
    const y = [Math.min(...heights) - 1, Math.max(...heights) + 3];
    const prices = set.length ? set : [price];
    const beaten = at => inside.some(other => other !== at && networks.top1[other] >= networks.top1[at]
      && prices.every(name => amounts[name][other] <= amounts[name][at])
      && (networks.top1[other] > networks.top1[at] || prices.some(name => amounts[name][other] < amounts[name][at])));
    const look = at => families[networks.family[at]];
    const name = at => `${short[at]}\n${written[price][at]} ${data.meant[price]}, ${data.reached[at]}`;
    const hollow = outside.map(([at, share, over]) => ({ x: x(at), y: networks.top1[at], size: 5, shape: look(at).marker,
      edge: look(at).color, alpha: share <= drawn.near ? 1 : 0.35, name: `${name(at)}\nrefused: ${excess(written, [at, share, over])}` }));
    const [pale, solid] = [true, false].map(which => inside.filter(at => beaten(at) === which));
    const dots = [...pale.map(at => [at, 0.3]), ...solid.map(at => [at, 0.9])].map(([at, alpha]) => ({
      x: x(at), y: networks.top1[at], size: 5.5, shape: look(at).marker, fill: look(at).color, alpha,
      bar: [networks.low[at], networks.high[at]], name: name(at) }));
    const ring = (at, size, edge_) => ({ x: x(at), y: networks.top1[at], size, edge: edge_, width: size > 10 ? 2 : 1 });
    const rings = [...ties.map(at => ring(at, 10, REFERENCE)), ...inside.slice(0, 1).map(at => ring(at, 13, INK))];
    const steps = [];
    for (const at of inside.toSorted((a, b) => x(a) - x(b) || networks.top1[b] - networks.top1[a]))
      if (!steps.length || networks.top1[at] > networks.top1[steps.at(-1)]) steps.push(at);
    const step = Math.max(1, Math.ceil((y[1] - y[0]) / 25)) * 5;
    const ticks = [];
    for (let tick = Math.ceil(y[0] / step) * step; tick <= y[1]; tick += step) ticks.push(tick);
    const texts = limit ? [{ x: limit / unit, y: y[1], dx: -6, dy: 14, align: "right",
      text: `limit: ${data.said[price][settings[price]]}` }] : [];
    plot.show({ axes: { x: { label, range, ticks: logTicks(...range) }, y: { range: y, ticks } },
      lines: [{ x: steps.map(x), y: steps.map(at => networks.top1[at]) }],
      marks: [...hollow, ...dots, ...rings], rules: limit ? [{ x: limit / unit, dash: [6, 4], width: 1.2 }] : [], texts,
      words: `accuracy over ${label}: ${inside.length} candidates, ${solid.length} on the front, ${outside.length} refused networks` });
  }
}
