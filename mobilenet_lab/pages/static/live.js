// What all live pages share: their data are unpacked, their controls read, their words written.

export const byId = id => document.getElementById(id);

async function unpacked() {
  const bytes = Uint8Array.from(atob(byId("data").textContent), one => one.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

// The controls' values by name: a slider's position, a list's value.
const settings = controls => Object.fromEntries(controls.map(one =>
  [one.id, one.type === "range" ? Number(one.value) : one.value]));

// A slider says where it stands, in the words of its positions.
function tell(control, texts) {
  if (control.type !== "range") return;
  const text = texts[control.id][control.value];
  byId(`${control.id}-text`).textContent = text;
  control.setAttribute("aria-valuetext", text);
}

// `page(data)` makes the plots; what it returns shows the settings and gives them in words.
export async function start(page) {
  if (!globalThis.DecompressionStream) {
    byId("words").textContent = "This page needs a browser of 2023 or newer.";
    return;
  }
  const data = await unpacked();
  const controls = [...byId("controls").querySelectorAll("input, select")];
  const show = page(data);
  function moved() {
    controls.forEach(one => tell(one, data.texts));
    byId("words").textContent = show(settings(controls));
  }
  byId("controls").addEventListener("input", moved);
  byId("controls").addEventListener("submit", event => event.preventDefault());
  moved();
  document.body.dataset.ready = "yes"; // for who waits
}

// The place of a family's design among its data, at these positions of its knobs: the last fastest.
export const placed = (family, axes, at) => family.knobs.reduce(
  (place, knob) => place * axes[knob].length + at[knob], 0);

export const counted = value => (value ?? 0).toLocaleString("en");

// A slider of a knob that the family lacks makes no difference.
export function offer(knobs, own) {
  for (const knob of knobs) byId(knob).disabled = !own.includes(knob);
}

// Lines of the legend that are about one of some names are there while that is.
export function listed(names, there) {
  for (const line of document.querySelectorAll(".legend li"))
    line.hidden = names.includes(line.dataset.key) && !there.includes(line.dataset.key);
}

// A table from texts: headings, and rows whose first cell heads them.
export function table(headings, rows) {
  const line = (cells, kinds) => {
    const row = document.createElement("tr");
    cells.forEach((text, index) => {
      const cell = document.createElement(kinds(index));
      cell.textContent = text;
      if (index) cell.className = "figure";
      row.append(cell);
    });
    return row;
  };
  const head = document.createElement("thead"), body = document.createElement("tbody");
  head.append(line(headings, () => "th"));
  body.append(...rows.map(cells => line(cells, index => (index ? "td" : "th"))));
  byId("table").replaceChildren(head, body);
}
