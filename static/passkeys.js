// Ask the browser for a passkey and send its answer as an ordinary form. Nothing here makes HTML out of text.
"use strict";

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const credentials = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

function question(form) {
  const options = JSON.parse(form.dataset.options);
  options.challenge = bytes(options.challenge);
  options.allowCredentials = credentials(options.allowCredentials);
  options.excludeCredentials = credentials(options.excludeCredentials);
  if (options.user) options.user.id = bytes(options.user.id);
  return options;
}

async function answer(options) {
  const key = options.user
    ? await navigator.credentials.create({ publicKey: options })
    : await navigator.credentials.get({ publicKey: options });
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (key.response[name]) response[name] = text(key.response[name]);
  }
  return JSON.stringify({ id: key.id, rawId: text(key.rawId), type: key.type, response });
}

for (const form of document.querySelectorAll("form[data-options]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fault = form.querySelector("[role=alert]");
    fault.hidden = true;
    try {
      form.elements.answer.value = await answer(question(form));
      form.submit();
    } catch {
      fault.hidden = false;
    }
  });
}
