// What some outputs show at the positions of a slider, kept until the slider gets there.

const MOST = 128; // positions; the kernel counts in the same way what is still here

// A picture that the browser has loaded is soon shown wherever its address is set. It is not decoded
// before: the browser would keep the pixels of all, some hundred MB, long after they are forgotten.
function load(png) {
  const loaded = new Image();
  loaded.src = URL.createObjectURL(new Blob([png], { type: "image/png" }));
  return loaded;
}

function initialize({ model }) {
  const frames = new Map(); // position -> what each output shows there
  let epoch, slider, outputs;
  const key = value => Number(Number(value).toFixed(6));
  const find = id => model.widget_manager.get_model(id);
  const tell = (name, of = () => undefined) =>
    outputs?.forEach((output, index) => output.trigger(name, of(index)));

  function forget(...positions) {
    for (const position of positions.length ? positions : [...frames.keys()]) {
      for (const { loaded } of frames.get(position)) if (loaded) URL.revokeObjectURL(loaded.src);
      frames.delete(position);
    }
  }

  function moved() {
    const frame = frames.get(key(slider.get("value")));
    if (frame) tell("lab:ahead", index => frame[index]);
    else tell("lab:miss");
  }

  async function follow(id) {
    outputs ??= await Promise.all(model.get("outputs").map(find));
    const wanted = await find(id);
    if (wanted === slider) return;
    slider?.off("change:value", moved);
    slider = wanted;
    slider.on("change:value", moved);
  }

  const messages = {
    async keep({ id, at, words, alts, places, ...stamp }, pngs) {
      if (stamp.epoch !== epoch) forget(); // something else than the slider has changed
      epoch = stamp.epoch;
      await follow(id);
      if (frames.has(key(at))) forget(key(at)); // sent again for another page
      const pictures = pngs.map((png, n) =>
        ({ png, words: alts[n], places: places[n], epoch, loaded: load(png) }));
      frames.set(key(at), [{ words, epoch }, ...pictures]);
      if (frames.size > MOST) forget(frames.keys().next().value);
      tell("lab:kept", () => frames.size);
    },
    drop() {
      forget();
      tell("lab:kept", () => frames.size);
    },
    undo() {
      messages.drop();
      tell("lab:undo");
    },
  };
  let queue = Promise.resolve();
  model.on("msg:custom", ({ kind, ...message }, buffers) => {
    // One that fails must not keep the later ones waiting.
    queue = queue.then(() => messages[kind](message, buffers)).catch(console.error);
  });
  model.send({ kind: "new" }); // this page has nothing yet
}

export default { initialize, render: ({ el }) => { el.style.display = "none"; } };
