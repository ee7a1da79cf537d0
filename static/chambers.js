// Suggest only chambers of the country that is chosen (sign/forms.py). Without it all are suggested; none is required.
const country = document.getElementById("country"), chambers = document.querySelectorAll("#chambers option");

function narrow() {
  for (const chamber of chambers) chamber.disabled = country.value !== "" && chamber.dataset.country !== country.value;
}

country.addEventListener("change", narrow);
narrow();
