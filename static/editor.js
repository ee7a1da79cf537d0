// The preview follows what is typed, and what is pasted comes out as Markdown. Without this file the page works too:
// the preview shows what was last saved, and a button cleans up what was pasted.
// Nothing here makes HTML out of text: the server renders it, and the browser reads the answer into a document.
"use strict";

const body = document.getElementById("body"), shown = document.getElementById("as-read");
const PAUSE = 300; // milliseconds after the last key
let waiting, asked;

function ask(address, fields, kind, done) {
  const question = new XMLHttpRequest(), form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  question.open("POST", address);
  question.responseType = kind;
  question.onloadend = () => done(question.status === 200 ? question.response : null);
  question.send(form);
  return question;
}

function follow() {
  for (const field of ["title", "addressee"]) {
    const place = document.querySelector(`[data-shows=${field}]`), typed = document.getElementById(field);
    if (place && typed) place.textContent = typed.value;
  }
  asked?.abort();
  asked = ask(shown.dataset.from, { body: body.value }, "document", (page) => {
    const words = page?.querySelector(".words");
    if (words) shown.replaceChildren(...[...words.childNodes].map((one) => document.importNode(one, true)));
  });
}

// execCommand is the only way to insert text that the browser's own "undo" takes back.
function insert(text) {
  body.focus();
  if (!document.execCommand("insertText", false, text)) {
    body.setRangeText(text, body.selectionStart, body.selectionEnd, "end");
    body.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

body?.form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(follow, PAUSE);
});

body?.addEventListener("paste", (event) => {
  const html = event.clipboardData.getData("text/html"), plain = event.clipboardData.getData("text/plain");
  if (!html && !plain.includes("\n")) return;
  event.preventDefault();
  ask(shown.dataset.clean, html ? { html } : { plain }, "text", (markdown) => insert(markdown ?? plain));
});
