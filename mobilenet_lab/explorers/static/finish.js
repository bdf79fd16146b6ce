// What ipywidgets leaves out, put right for all controls of an explorer.

// A slider says 1.4 instead of 1.4000000000000001, and one over exponents of 2 says the power.
function exact(slider) {
  const powers = slider.closest(".mobilenet-lab-powers");
  const correct = () => {
    // noUiSlider rounds valuenow to one digit, which is exact for exponents only.
    const said = slider.getAttribute(powers ? "aria-valuenow" : "aria-valuetext");
    const now = Number(Number(said).toFixed(6));
    const value = String(powers ? 2 ** now : now);
    if (slider.getAttribute("aria-valuenow") !== String(now))
      slider.setAttribute("aria-valuenow", now);
    if (slider.getAttribute("aria-valuetext") !== value)
      slider.setAttribute("aria-valuetext", value);
  };
  new MutationObserver(correct).observe(slider, { attributeFilter: ["aria-valuetext"] });
  correct();
}

// Radio buttons belong together, under the text above them. Without a name, the arrow keys would
// move on into the next group.
function group(buttons) {
  if (buttons.getAttribute("role")) return;
  const text = buttons.closest(".widget-vbox").querySelector("b");
  buttons.setAttribute("role", "radiogroup");
  buttons.setAttribute("aria-label", text.textContent);
  const name = `mobilenet-lab-${Math.random()}`;
  for (const button of buttons.querySelectorAll("[type=radio]")) button.name = name;
}

function put(control) {
  // Keys pressed in a list, on a slider or among radio buttons stay there: JupyterLab would take
  // the arrow keys to move between cells, and "m" to turn the cell into text.
  control.setAttribute("data-lm-suppress-shortcuts", "true");
  if (control.matches("[type=radio]")) group(control.closest(".widget-radio-box"));
  if (!control.matches("[role=slider]")) return;
  const label = control.closest(".widget-hbox").querySelector("label");
  control.setAttribute("aria-label", label.textContent);
  exact(control);
}

// A number box drops what it does not take: "1,2" would become 12 without a word.
const THOUSANDS = /^\s*\d{1,3}(,\d{3})+(\.\d*)?\s*$/;
function point(event) {
  const typed = event.type === "paste" ? event.clipboardData.getData("text") : event.key;
  if (event.ctrlKey || event.metaKey || !typed.includes(",")) return;
  if (!event.target.matches("input[type=number]")) return;
  event.preventDefault();
  const number = typed.replaceAll(",", THOUSANDS.test(typed) ? "" : ".");
  document.execCommand("insertText", false, number); // as if it had been typed
}

function arrange(frame) {
  const done = new WeakSet();
  const look = () => {
    for (const control of frame.querySelectorAll("select, [role=slider], [type=radio]"))
      if (!done.has(control)) {
        done.add(control);
        put(control);
      }
  };
  new MutationObserver(look).observe(frame, { childList: true, subtree: true });
  look();
  // The focus of a button that goes away goes to the one that brings it back.
  let focused = null;
  frame.addEventListener("focusin", event => {
    focused = event.target;
  });
  const stay = () => {
    if (!focused || focused.isConnected || document.activeElement !== document.body) return;
    frame.querySelector(".mobilenet-lab-pin")?.focus();
  };
  new MutationObserver(stay).observe(frame, { childList: true, subtree: true });
  const leave = event => {
    if (event.key === "Escape") frame.closest(".jp-Cell")?.focus();
  };
  frame.addEventListener("keydown", leave, true);
  for (const name of ["keydown", "paste"]) frame.addEventListener(name, point, true);
}

function render({ model, el }) {
  el.style.display = "none";
  const attached = () => {
    const frame = el.closest(`.${model.get("frame")}`);
    if (frame) arrange(frame);
    else requestAnimationFrame(attached);
  };
  attached();
}

export default { render };
