// A button that opens the window for a file. The file is offered first, by name and size; then the
// kernel asks for one piece after the other.

const PIECE = 2 ** 22; // bytes

function render({ model, el }) {
  const input = document.createElement("input");
  Object.assign(input, { type: "file", accept: "image/*", hidden: true });
  const button = document.createElement("button");
  button.className = "jupyter-widgets jupyter-button widget-button";
  button.title = model.get("hint");
  button.style.width = "8em";
  el.append(input, button);

  let file = null; // the one that is being sent
  let id = null;
  const show = share => (button.textContent = share === null ? "upload" : `sending ${share} %`);
  show(null);
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    if (!input.files.length) return;
    [file] = input.files;
    input.value = ""; // so that the same file can be chosen again
    id = crypto.getRandomValues(new Uint32Array(2)).join("-");
    model.send({ offer: true, id, name: file.name, size: file.size });
  });

  const answer = async ({ id: asked, next, end }) => {
    if (asked !== id) return; // for another page, or another file
    if (end) return show((file = null));
    show(Math.round((100 * next) / file.size));
    try {
      const piece = await file.slice(next, next + PIECE).arrayBuffer();
      model.send({ id: asked }, undefined, [piece]);
    } catch {
      show((file = null)); // it has been moved or deleted
    }
  };
  model.on("msg:custom", answer);
  return () => model.off("msg:custom", answer);
}

export default { render };
