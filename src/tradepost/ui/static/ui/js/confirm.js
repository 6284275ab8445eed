// A form with data-confirm-name="Blue mug" keeps its button off until the field
// [data-confirm-input] holds that name. The server checks again; this only spares a round trip.
function prepare(form) {
  const input = form.querySelector("[data-confirm-input]");
  const button = form.querySelector("button[type=submit], button:not([type])");
  if (!input || !button) return;
  const check = () => {
    button.disabled = input.value.trim() !== form.dataset.confirmName.trim();
  };
  input.addEventListener("input", check);
  check();
}

function prepareAll(root) {
  root.querySelectorAll("form[data-confirm-name]").forEach(prepare);
}

prepareAll(document);
document.addEventListener("htmx:load", (event) => prepareAll(event.target));
