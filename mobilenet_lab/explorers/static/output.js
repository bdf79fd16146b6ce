// A picture or a line of words: what the kernel has sent last, or what `ahead.js` has of a position
// of a slider until the kernel has answered.

const PNG = { type: "image/png" };

// The checksums at the end of a PNG tell pictures apart, which addresses of blobs do not.
function mark(png) {
  const end = new Uint8Array(png.buffer, png.byteOffset, png.byteLength).slice(-40);
  return Array.from(end, byte => byte.toString(16).padStart(2, "0")).join("");
}

function picture(model, el) {
  const image = el.appendChild(document.createElement("img"));
  const [width, height] = model.get("size");
  Object.assign(image, { width, height, decoding: "sync", hidden: true });
  // As wide as there is room and as a sharper one will have pixels; on a dark page a card with a white margin.
  image.style.cssText = `width:${model.get("widest")}px;max-width:calc(100% - 12px);height:auto;` +
    "object-fit:contain;margin:6px;border-radius:1px;box-shadow:0 0 0 6px white";
  if (model.get("clickable")) {
    image.style.cursor = "pointer";
    image.addEventListener("click", event =>
      model.send({ click: [event.offsetX / image.clientWidth, event.offsetY / image.clientHeight] }));
  }
  const named = names(image, el);
  let asked = false; // for a sharper one, which the kernel draws from then on
  const look = () => {
    if (asked || !image.naturalWidth) return;
    asked = image.clientWidth * devicePixelRatio > 1.1 * image.naturalWidth;
    if (asked) model.send({ wide: true });
  };
  new ResizeObserver(look).observe(image);
  const addresses = []; // of blobs; the last one is shown, or is about to be
  image.addEventListener("load", () =>
    addresses.splice(0, addresses.length - 1).forEach(URL.revokeObjectURL));
  image.addEventListener("load", look);
  return ({ png, words, places, loaded }) => {
    named(places);
    image.hidden = !png?.byteLength;
    if (image.hidden) return;
    if (!loaded) addresses.push(URL.createObjectURL(new Blob([png], PNG)));
    Object.assign(image, { alt: words, src: loaded ? loaded.src : addresses.at(-1) });
    image.dataset.mark = mark(png);
  };
}

const REACH = 14; // px from a mark to the mouse
const LABEL = "position:absolute;pointer-events:none;white-space:pre;padding:2px 8px;" +
  "border-radius:4px;background:#222;color:white;font-size:13px;line-height:1.4;z-index:1";

// A label with the name of the mark that is next to the mouse. What it says, the list and the table
// of numbers say to the keyboard and to screen readers.
function names(image, el) {
  const label = el.appendChild(document.createElement("div"));
  label.ariaHidden = true;
  label.style.cssText = LABEL;
  label.hidden = true;
  let places = [];
  image.addEventListener("pointerleave", () => (label.hidden = true));
  image.addEventListener("pointermove", ({ offsetX, offsetY }) => {
    const { clientWidth: width, clientHeight: height, offsetLeft, offsetTop } = image;
    const far = ([x, y]) => Math.hypot(x * width - offsetX, y * height - offsetY);
    const [x, y, name] = places.reduce((a, b) => (far(b) < far(a) ? b : a), [-1, -1]);
    label.hidden = far([x, y]) > REACH;
    if (label.hidden) return;
    label.textContent = name;
    // On the side where there is more room.
    const beside = x < 0.5 ? 12 : -12 - label.offsetWidth;
    const below = y < 0.5 ? 6 : -6 - label.offsetHeight;
    label.style.left = `${offsetLeft + x * width + beside}px`;
    label.style.top = `${offsetTop + y * height + below}px`;
  });
  return found => {
    places = found ?? [];
    label.hidden = true;
    el.style.position = places.length ? "relative" : "";
  };
}

// The element stays and only its text changes, which is what makes screen readers speak.
function line(model, el) {
  const text = el.appendChild(document.createElement("div"));
  el.setAttribute("role", model.get("role"));
  text.style.lineHeight = 1.5;
  if (model.get("role") === "log") text.style.whiteSpace = "pre-line"; // of several sentences
  return ({ words }) => {
    if (text.textContent !== words) text.textContent = words;
  };
}

function render({ model, el }) {
  const paint = (model.get("role") ? line : picture)(model, el);
  let ahead = null; // the stamp of what is shown before the kernel has answered
  const handlers = {
    "change:shown": () => {
      const shown = model.get("shown");
      // The answer to the position that is shown, or to one that the slider has left since.
      if (ahead && shown.epoch === ahead.epoch) return;
      ahead = null;
      paint(shown);
    },
    "lab:ahead": frame => paint((ahead = frame)),
    "lab:miss": () => (ahead = null),
    "lab:kept": positions => (el.dataset.ahead = positions),
    "lab:undo": () => {
      ahead = null;
      paint(model.get("shown"));
    },
  };
  for (const [name, handler] of Object.entries(handlers)) model.on(name, handler);
  paint(model.get("shown"));
  return () => {
    for (const [name, handler] of Object.entries(handlers)) model.off(name, handler);
  };
}

export default { render };
