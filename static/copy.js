// One button copies the address beside it. Without this file there is no button, and the address can be selected.
for (const button of document.querySelectorAll(".copied button")) {
  const [field, told] = [button.parentElement.querySelector("input"), button.parentElement.querySelector("[role=status]")];
  if (!navigator.clipboard) continue; // only where the page came over https
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      told.textContent = button.dataset.done;
    } catch {
      told.textContent = ""; // it stays selected, to be copied by hand
    }
  });
}
