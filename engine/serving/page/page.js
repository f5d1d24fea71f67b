// Shows what a run takes and what it answers. Everything it shows is put in as text, never as HTML.

const SIDE = 280; // pixels of an image that is drawn on
const MOST_FIELDS = 80;
const BARS = 12;
let about, words;
let turn = 0; // answers to older questions are dropped

const byId = (id) => document.getElementById(id);

function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name in made && typeof value !== "string") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

function said(word, values = {}) {
  return Object.entries(values).reduce((text, [k, v]) => text.replace(`{${k}}`, v), words[word]);
}

function fail(text) {
  byId("problem").textContent = text;
  byId("problem").hidden = !text;
}

async function ask(place, body) {
  const options = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  let response;
  try {
    response = await fetch(place, options);
  } catch {
    throw new Error(words ? words.gone : "Ganvas does not answer.");
  }
  const answer = await response.json();
  if (!response.ok) {
    const { message, where, hint } = answer.error;
    throw new Error([where ? `${where}: ${message}` : message, hint].filter(Boolean).join(" "));
  }
  return answer;
}

async function asked(place, body, show, quietly = false) {
  const mine = ++turn;
  try {
    const answer = await ask(place, body);
    if (mine === turn) {
      fail("");
      show(answer);
    }
  } catch (error) {
    if (mine === turn && !quietly) fail(error.message);
  }
}

function shown(...parts) {
  const place = byId("output");
  place.replaceChildren(byId("output-title"), ...parts);
  place.hidden = false;
}

const number = (value) => (Number.isInteger(value) ? String(value) : Number(value).toPrecision(4));
const told = (value) => number(value).replace(/^-/, "−");
const flat = (values) => (Array.isArray(values) ? values.flat(Infinity) : [values]);
const of = (list, place) => list[Math.min(place, list.length - 1)];

// ------------------------------------------------------------------------------------- answers

function bars(names, values, all) {
  const order = names.map((_, place) => place);
  if (!all) order.sort((a, b) => values[b] - values[a]);
  const best = Math.max(...values);
  const grid = make("div", { class: "bars" });
  for (const place of order.slice(0, all ? names.length : BARS)) {
    const bar = make("div", { class: values[place] === best && !all ? "bar first" : "bar" });
    bar.style.width = `${100 * values[place]}%`;
    grid.append(
      make("span", { class: "name" }, names[place]),
      make("div", { class: "track" }, bar),
      make("span", { class: "value" }, `${(100 * values[place]).toFixed(1)} %`),
    );
  }
  return grid;
}

function picture(values, [channels, height, width], low, high, scale) {
  const canvas = make("canvas", { width, height });
  canvas.style.width = `${width * scale}px`;
  const paper = canvas.getContext("2d");
  const image = paper.createImageData(width, height);
  const numbers = flat(values);
  const span = high - low || 1;
  for (let place = 0; place < width * height; place++) {
    for (let color = 0; color < 3; color++) {
      const channel = channels >= 3 ? color : 0;
      const value = numbers[channel * width * height + place];
      image.data[4 * place + color] = 255 * ((value - low) / span);
    }
    image.data[4 * place + 3] = 255;
  }
  paper.putImageData(image, 0, 0);
  return canvas;
}

function scaleOf([, height, width], room) {
  return Math.max(1, Math.floor(room / Math.max(height, width)));
}

function numbersTable(values, names) {
  const table = make("table");
  flat(values).slice(0, 64).forEach((value, place) => {
    const name = names[place] || (flat(values).length > 1 ? String(place) : words.answer);
    table.append(make("tr", {}, make("td", { class: "quiet" }, name), make("td", {}, told(value))));
  });
  return table;
}

function steps(classes, probabilities, texts) {
  const line = make("p", { class: "tokens" });
  probabilities.forEach((row, place) => {
    if (texts && place >= texts.length) return;
    const best = row.indexOf(Math.max(...row));
    const token = texts ? texts[place] : String(place);
    line.append(make("span", {}, token, make("small", {}, classes[best] || String(best))));
  });
  return line;
}

function images(list, room) {
  const sheet = make("div", { class: "sheet" });
  const [low, high] = [of(about.low, 0), of(about.high, 0)];
  for (const values of list) {
    sheet.append(picture(values, about.picture, low, high, scaleOf(about.picture, room)));
  }
  return sheet;
}

function predicted(answer, target, texts) {
  const parts = [];
  if (answer.probabilities && Array.isArray(answer.probabilities[0][0])) {
    parts.push(steps(about.classes, answer.probabilities[0], texts));
  } else if (answer.probabilities && about.labels.length) {
    parts.push(bars(about.labels, answer.probabilities[0], true));
  } else if (answer.probabilities) {
    const names = answer.probabilities[0].map((_, place) => about.classes[place] || String(place));
    parts.push(make("p", { class: "answer" }, names[answer.predicted[0]]));
    parts.push(bars(names, answer.probabilities[0], false));
  } else if (answer.outputs && about.picture.length) {
    parts.push(images(answer.outputs, SIDE));
  } else if (answer.reconstructions) {
    if (about.picture.length) parts.push(images(answer.reconstructions, SIDE));
    else parts.push(numbersTable(answer.reconstructions[0], about.features));
    parts.push(make("p", { class: "quiet" }, `${words.score}: ${told(answer.scores[0])}`));
  } else if (answer.predicted) {
    parts.push(numbersTable(answer.predicted[0], about.targets));
  }
  if (target !== undefined && about.classes.length) {
    const name = about.classes[target] || String(target);
    parts.push(make("p", { class: "quiet" }, said("truth", { name })));
  } else if (target !== undefined) {
    parts.push(make("p", { class: "quiet" }, said("truth", { name: told(target) })));
  }
  shown(...parts);
}

// ------------------------------------------------------------------------------------- inputs

function exampleButton(take) {
  let place = -1;
  const button = make("button", { type: "button", id: "example" }, words.example);
  const next = (quietly) => {
    place += 1;
    asked(`example?place=${place}`, undefined, (found) => take(found, quietly), quietly);
  };
  button.addEventListener("click", () => next(false));
  next(true); // there is something to see at once
  return button;
}

function imageInput(place) {
  const [channels, height, width] = about.picture;
  const [low, high] = [of(about.low, 0), of(about.high, 0)];
  const scale = scaleOf(about.picture, SIDE);
  const canvas = make("canvas", { class: "draw", width, height, id: "paper", "aria-label": words.draw });
  canvas.style.width = `${width * scale}px`;
  const paper = canvas.getContext("2d", { willReadFrequently: true });
  const brush = make("input", { type: "range", min: "0.5", max: String(Math.max(2, width / 6)), step: "0.1", id: "brush" });
  brush.value = String(Math.max(0.8, width / 18));
  const color = make("input", { type: "color", id: "color" });
  color.value = "#ffffff";
  const read = () => {
    const pixels = paper.getImageData(0, 0, width, height).data;
    const values = [];
    for (let channel = 0; channel < channels; channel++) {
      for (let at = 0; at < width * height; at++) {
        values.push(low + ((high - low) * pixels[4 * at + Math.min(channel, 2)]) / 255);
      }
    }
    return values;
  };
  let waits = 0;
  const changed = (target) => {
    clearTimeout(waits);
    waits = setTimeout(() => asked("predict", { inputs: [read()] }, (a) => predicted(a, target)), 60);
  };
  const clear = () => {
    paper.fillStyle = "#000000";
    paper.fillRect(0, 0, width, height);
  };
  let last = null;
  let given = false; // an example that nobody asked for is on the sheet: a stroke begins anew
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * width, ((event.clientY - box.top) / box.height) * height];
  };
  const stroke = (event) => {
    const here = at(event);
    paper.strokeStyle = channels >= 3 ? color.value : "#ffffff";
    paper.lineWidth = Number(brush.value);
    paper.lineCap = paper.lineJoin = "round";
    paper.beginPath();
    paper.moveTo(...(last || here));
    paper.lineTo(here[0] + 0.01, here[1]);
    paper.stroke();
    last = here;
    changed();
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = null;
    if (given) clear();
    given = false;
    stroke(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.buttons) stroke(event);
  });
  const erase = make("button", { type: "button" }, words.clear);
  erase.addEventListener("click", () => {
    clear();
    changed();
  });
  const file = make("input", { type: "file", accept: "image/*" });
  file.addEventListener("change", async () => {
    if (!file.files.length) return;
    const image = await createImageBitmap(file.files[0]);
    clear();
    paper.drawImage(image, 0, 0, width, height);
    changed();
  });
  const tools = make("div", { class: "row" }, erase, make("label", { class: "file" }, words.file, file));
  tools.append(
    exampleButton((found, atFirst) => {
      paper.drawImage(picture(found.input, about.picture, low, high, 1), 0, 0);
      given = atFirst;
      changed(found.target);
    }),
  );
  const pens = make("div", { class: "row" }, make("label", { for: "brush" }, words.brush), brush);
  if (channels >= 3) pens.append(make("label", { for: "color" }, words.colour), color);
  clear();
  place.append(canvas, make("p", { class: "quiet" }, words.draw), tools, pens);
}

function rowInput(place) {
  const count = about.shape[0];
  if (about.shape.length > 1 || count > MOST_FIELDS) return numbersInput(place);
  const grid = make("div", { class: "fields" });
  const fields = [];
  for (let at = 0; at < count; at++) {
    const field = make("input", { type: "number", step: "any", id: `field${at}` });
    field.value = number((of(about.low, at) + of(about.high, at)) / 2);
    fields.push(field);
    grid.append(make("label", { for: `field${at}` }, about.features[at] || String(at)), field);
  }
  const changed = (target) => {
    asked("predict", { inputs: [fields.map((f) => Number(f.value))] }, (a) => predicted(a, target));
  };
  fields.forEach((field) => field.addEventListener("input", () => changed()));
  place.append(
    grid,
    make("div", { class: "row" }, exampleButton((found) => {
      flat(found.input).forEach((value, at) => (fields[at].value = number(value)));
      changed(found.target);
    })),
  );
  changed();
  return undefined;
}

function planeInput(place) {
  const canvas = make("canvas", { class: "draw", width: SIDE, height: SIDE, "aria-label": words.point });
  const paper = canvas.getContext("2d");
  place.append(canvas, make("p", { class: "quiet" }, words.point));
  const style = getComputedStyle(document.body);
  const point = (x, y) => {
    paper.fillStyle = style.getPropertyValue("--window");
    paper.fillRect(0, 0, SIDE, SIDE);
    paper.fillStyle = style.getPropertyValue("--accent");
    paper.beginPath();
    paper.arc(x, y, 6, 0, 7);
    paper.fill();
  };
  const inside = (at, share) => of(about.low, at) + share * (of(about.high, at) - of(about.low, at));
  const move = (event) => {
    const box = canvas.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    point(x * SIDE, y * SIDE);
    asked("predict", { inputs: [[inside(0, x), inside(1, 1 - y)]] }, (a) => predicted(a));
  };
  canvas.addEventListener("pointerdown", move);
  canvas.addEventListener("pointermove", (event) => event.buttons && move(event));
  point(SIDE / 2, SIDE / 2);
  asked("predict", { inputs: [[inside(0, 0.5), inside(1, 0.5)]] }, (a) => predicted(a));
}

function textInput(place) {
  const field = make("textarea", { id: "text", "aria-label": words.text });
  let waits = 0;
  const changed = (target) => {
    if (!field.value.trim()) return;
    const tokens = field.value.split(/\s+/).filter(Boolean);
    asked("predict", { texts: [field.value] }, (a) => predicted(a, target, tokens));
  };
  field.addEventListener("input", () => {
    clearTimeout(waits);
    waits = setTimeout(changed, 250);
  });
  place.append(
    field,
    make("div", { class: "row" }, exampleButton((found) => {
      field.value = found.texts || "";
      changed(found.target);
    })),
  );
}

function numbersInput(place) {
  const field = make("textarea", { id: "numbers", "aria-label": words.numbers });
  const button = make("button", { type: "button", class: "main" }, words.ask);
  const changed = (target) => {
    const values = field.value.split(/[\s,;]+/).filter(Boolean).map(Number);
    asked("predict", { inputs: [values] }, (a) => predicted(a, target));
  };
  button.addEventListener("click", () => changed());
  place.append(
    field,
    make("p", { class: "quiet" }, `${words.numbers}. ${said("shape", { shape: about.shape.join(" × ") })}.`),
    make("div", { class: "row" }, button, exampleButton((found) => {
      field.value = flat(found.input).map(number).join(", ");
      changed(found.target);
    })),
  );
}

function labelled(name, word, value, step = "1") {
  const field = make("input", { type: "number", id: name, step, min: "0" });
  field.value = value;
  return [make("span", { class: "pair" }, make("label", { for: name }, words[word]), field), field];
}

function sampleInput(place) {
  const [countPair, count] = labelled("count", "count", "16");
  const [seedPair, seed] = labelled("seed", "seed", "0");
  const button = make("button", { type: "button", class: "main", id: "sample" }, words.sample);
  const draw = () =>
    asked("sample", { count: Number(count.value), seed: Number(seed.value) }, ({ samples }) => {
      if (about.picture.length) return shown(images(samples, 96));
      if (flat(samples[0]).length === 2) return shown(scattered(samples.map(flat)));
      return shown(make("pre", {}, samples.map((one) => flat(one).map(told).join(", ")).join("\n")));
    });
  button.addEventListener("click", () => {
    draw();
    seed.value = String(Number(seed.value) + 1);
  });
  if (!about.picture.length) count.value = "256";
  place.append(make("div", { class: "row" }, button, countPair, seedPair));
  if (about.takes in INPUTS) return; // the answer to an input is there
  draw();
  seed.value = "1";
}

function scattered(points) {
  const canvas = make("canvas", { width: SIDE, height: SIDE });
  const paper = canvas.getContext("2d");
  const wide = (at) => [of(about.low, at), of(about.high, at) - of(about.low, at) || 1];
  paper.fillStyle = getComputedStyle(document.body).getPropertyValue("--accent");
  for (const [x, y] of points) {
    const [[left, across], [bottom, up]] = [wide(0), wide(1)];
    paper.fillRect(20 + (SIDE - 40) * ((x - left) / across) - 1, SIDE - 20 - (SIDE - 40) * ((y - bottom) / up) - 1, 3, 3);
  }
  return canvas;
}

function writeInput(place) {
  const prompt = make("input", { type: "text", id: "prompt" });
  const [lengthPair, length] = labelled("length", "length", "200");
  const [heatPair, heat] = labelled("temperature", "temperature", "0.7", "0.1");
  const [seedPair, seed] = labelled("seed", "seed", "0");
  const button = make("button", { type: "button", class: "main", id: "write" }, words.write);
  button.addEventListener("click", () => {
    const body = {
      prompt: prompt.value, length: Number(length.value), temperature: Number(heat.value), seed: Number(seed.value),
    };
    asked("write", body, ({ text }) => shown(make("pre", {}, text)));
    seed.value = String(Number(seed.value) + 1);
  });
  place.append(
    make("div", { class: "row" }, make("label", { for: "prompt" }, words.prompt), prompt),
    make("div", { class: "row" }, lengthPair, heatPair, seedPair),
    make("div", { class: "row" }, button),
  );
}

const INPUTS = { image: imageInput, plane: planeInput, row: rowInput, text: textInput, numbers: numbersInput };

async function begin() {
  try {
    [words, about] = await Promise.all([ask("words"), ask("about")]);
  } catch (error) {
    fail(error.message);
    return;
  }
  document.documentElement.lang = words.language;
  document.title = `${about.name} – Ganvas`;
  byId("name").textContent = about.name;
  byId("about").textContent = `${about.objective} · ${said("trained", { data: about.data })} · ${about.run}`;
  byId("input-title").textContent = words.input;
  byId("output-title").textContent = words.output;
  const place = byId("input");
  place.hidden = false;
  if (about.can.includes("write")) writeInput(place);
  else if (about.takes in INPUTS) INPUTS[about.takes](place);
  if (about.can.includes("sample") && !about.can.includes("write")) sampleInput(place);
}

begin();
