// Keys for the desk, and the next card without a new page. Without this file every button is an ordinary form.
// Nothing here makes HTML out of text: the browser itself reads the answer into a document (XMLHttpRequest), as it
// reads a page, and what it read is moved into this one.
"use strict";

const root = document.documentElement;
const wanted = () => localStorage.getItem("keys") !== "off"; // WCAG 2.2, 2.1.4: single keys can be turned off
const typing = (place) => place.closest("textarea, select, input:not([type=radio], [type=checkbox])");
let busy = false;

function dress() {
  const on = wanted();
  root.classList.toggle("keys", on);
  for (const one of document.querySelectorAll(".keys-help")) one.hidden = !on;
  for (const one of document.querySelectorAll(".keys-off")) one.hidden = on;
}

function show(page, url) {
  const main = document.importNode(page.querySelector("main"), true);
  document.querySelector("main").replaceWith(main);
  document.title = page.title;
  if (url === location.href) history.replaceState(null, "", url);
  else history.pushState(null, "", url);
  dress();
  scrollTo(0, 0);
  (main.querySelector("[role=alert]") ? main.querySelector("#note") : main.querySelector("h1"))?.focus();
}

function send(form, button) {
  const ask = new XMLHttpRequest();
  const plainly = () => {
    form.dataset.plain = "yes";
    form.requestSubmit(button);
  };
  busy = true;
  ask.open("POST", form.action);
  ask.responseType = "document";
  ask.onloadend = () => {
    busy = false;
    const page = ask.response;
    if (!page) plainly();
    else if (page.querySelector("main .card")) show(page, ask.responseURL);
    else location.assign(ask.responseURL);
  };
  ask.send(new URLSearchParams(new FormData(form, button)));
}

function choose(radio) {
  radio.checked = true;
  const { level, method, note } = radio.dataset;
  const form = radio.form;
  if (method && !form.querySelector("[name=method]:checked")) choose(form.querySelector(`[name=method][value="${method}"]`));
  if (level) form.querySelector(`[name=level][value="${level}"]`)?.click();
  if (note && !form.elements.note.value) form.elements.note.value = note;
}

function press(spot) {
  if (spot.matches("textarea, input:not([type=radio])")) spot.focus();
  else spot.click();
}

// In the list j and k walk from name to name; Enter opens one, as it opens any link.
function step(key) {
  const names = [...document.querySelectorAll(".list .who a")];
  if (!names.length || !["j", "k"].includes(key)) return false;
  const at = names.indexOf(document.activeElement);
  names[Math.min(Math.max(at + (key === "j" ? 1 : -1), 0), names.length - 1)].focus();
  return true;
}

document.addEventListener("click", ({ target }) => {
  const keys = target.closest("[data-keys]");
  if (keys) {
    localStorage.setItem("keys", keys.dataset.keys);
    dress();
  }
});

document.addEventListener("change", ({ target }) => {
  if (target.matches("[name=method], [name=member]")) choose(target);
});

document.addEventListener("submit", (event) => {
  const form = event.target; // form.method is the field of that name
  if (form.getAttribute("method") !== "post" || form.dataset.plain || !form.closest("main:has(.card)")) return;
  event.preventDefault();
  if (!busy) send(form, event.submitter);
});

document.addEventListener("keydown", (event) => {
  const field = typing(event.target);
  if (event.key === "Escape") field?.blur();
  if (event.ctrlKey && event.key === "Enter" && field?.form) field.form.querySelector("[value=accepted]")?.click();
  if (!wanted() || field || busy || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (step(event.key)) return event.preventDefault();
  const spot = document.querySelector(`[aria-keyshortcuts="${CSS.escape(event.key)}"]`);
  if (!spot) return;
  event.preventDefault();
  press(spot);
});

addEventListener("popstate", () => location.reload());
dress();
