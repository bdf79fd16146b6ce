// The questions on a notebook: radio buttons, a sentence about each choice, how many are right.

import { byId } from "./live.js";

function made(kind, text = "", more = {}) {
  return Object.assign(document.createElement(kind), { textContent: text, ...more });
}

// A question; `answered` hears whether the choice is the right one.
function asked({ text, choices, right, told }, number, answered) {
  const place = made("fieldset"), status = made("p", "", { className: "told" });
  status.setAttribute("role", "status");
  place.append(made("legend", `${number + 1}. ${text}`));
  choices.forEach((choice, at) => {
    const label = made("label"), button = made("input", "", { type: "radio", name: `question-${number}` });
    button.addEventListener("change", () => {
      status.textContent = told[at];
      answered(number, at === right);
    });
    label.append(button, made("span", choice));
    place.append(label);
  });
  place.append(status);
  return place;
}

// The questions on a notebook, and how many are right; they stay while another notebook is shown.
function sheet(notebook, questions) {
  const right = new Set();
  const words = () => `Notebook ${notebook}: ${right.size} of ${questions.length} are right.`;
  function answered(number, isRight) {
    if (isRight) right.add(number);
    else right.delete(number);
    byId("words").textContent = words();
  }
  return { words, places: questions.map((one, number) => asked(one, number, answered)) };
}

export function quiz({ quizzes }) {
  const sheets = {}, named = location.hash.slice(1);
  let shown = null;
  if (Object.hasOwn(quizzes, named)) byId("notebook").value = named;
  return ({ notebook }) => {
    const own = sheets[notebook] ??= sheet(notebook, quizzes[notebook]);
    if (notebook !== shown) byId("panels").replaceChildren(...own.places);
    shown = notebook;
    return own.words();
  };
}
