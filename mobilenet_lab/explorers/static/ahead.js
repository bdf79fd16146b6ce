// What some outputs show at the positions of a slider, kept until the slider gets there.

const MOST = 128; // positions; the kernel counts in the same way what is still here

function initialize({ model }) {
  const frames = new Map(); // position -> what each output shows there
  let epoch, slider, outputs;
  const key = value => Number(Number(value).toFixed(6));
  const find = id => model.widget_manager.get_model(id);
  const tell = (name, of = () => undefined) =>
    outputs?.forEach((output, index) => output.trigger(name, of(index)));

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
    async keep({ id, at, words, ...stamp }, pngs) {
      if (stamp.epoch !== epoch) frames.clear(); // something else than the slider has changed
      epoch = stamp.epoch;
      await follow(id);
      frames.set(key(at), [{ words, epoch }, ...pngs.map((png, n) => ({ png, words: stamp.alts[n], epoch }))]);
      if (frames.size > MOST) frames.delete(frames.keys().next().value);
    },
    drop() {
      frames.clear();
    },
    undo() {
      frames.clear();
      tell("lab:undo");
    },
  };
  let queue = Promise.resolve();
  model.on("msg:custom", ({ kind, ...message }, buffers) => {
    queue = queue.then(() => messages[kind](message, buffers));
  });
  model.send({ kind: "new" }); // this page has nothing yet
}

export default { initialize, render: ({ el }) => { el.style.display = "none"; } };
