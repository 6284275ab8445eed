// Warns before typed work is lost. Every form of the back office that is sent by POST takes part, but
// for those that carry data-unsaved="off" (lists with boxes to tick, questions before deleting).
// A field is changed when it differs from what the page came with, so undoing by hand counts, too.
const bar = document.querySelector("[data-unsaved-bar]");
const leaving = new WeakSet();

function takesPart(form) {
  return form.method === "post" && form.dataset.unsaved !== "off" && !form.hasAttribute("data-confirm-name");
}

function differs(field) {
  if (!field.name || field.disabled || ["hidden", "submit", "button", "image", "reset"].includes(field.type)) return false;
  if (field.closest("[data-unsaved='off']")) return false;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.type === "file") return field.files.length > 0;
  if (field.tagName === "SELECT") return selectDiffers(field);
  return "defaultValue" in field && plain(field.value) !== plain(field.defaultValue);
}

function selectDiffers(field) {
  const options = [...field.options];
  if (!field.multiple && !options.some((option) => option.defaultSelected)) {
    return field.selectedIndex > Math.max(0, options.findIndex((option) => !option.disabled));
  }
  return options.some((option) => option.selected !== option.defaultSelected);
}

function plain(text) {
  return text.replaceAll("\r\n", "\n");
}

// What was sent back with mistakes is not saved either, although it is what the page came with.
function isUnsaved(form) {
  if (leaving.has(form)) return false;
  return form.querySelector(".field.invalid, fieldset.invalid") !== null || [...form.elements].some(differs);
}

function unsaved() {
  return [...document.querySelectorAll("main form")].filter((form) => takesPart(form) && isUnsaved(form));
}

function show() {
  const forms = unsaved();
  bar.hidden = forms.length === 0;
  bar.querySelector("[data-unsaved-several]").hidden = forms.length < 2;
}

function save() {
  const form = unsaved()[0];
  form?.requestSubmit(form.querySelector(".button-primary:not([formaction])") ?? undefined);
}

function discard() {
  const forms = unsaved();
  const sentBack = forms.some((form) => form.querySelector(".invalid"));
  for (const form of forms) leaving.add(form);
  if (sentBack) return location.assign(location.href);
  for (const form of forms) {
    form.reset();
    leaving.delete(form);
    for (const field of form.elements) field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  show();
}

function onSubmit(event) {
  const form = event.target;
  // Scripts of the page decide first; a form that is checked by the browser does not come here.
  if (!event.defaultPrevented && takesPart(form)) leaving.add(form);
}

function onLeave(event) {
  if (unsaved().length) event.preventDefault();
}

if (bar) {
  document.addEventListener("input", show);
  document.addEventListener("change", show);
  document.addEventListener("reset", () => setTimeout(show));
  document.addEventListener("submit", onSubmit);
  // htmx sends forms itself and keeps the page: what it could not save is still unsaved.
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("form");
    if (form && !event.detail.successful) leaving.delete(form);
    show();
  });
  document.addEventListener("htmx:afterSettle", show);
  addEventListener("beforeunload", onLeave);
  addEventListener("pageshow", (event) => {
    if (event.persisted) for (const form of document.forms) leaving.delete(form);
    show();
  });
  bar.querySelector("[data-unsaved-save]").addEventListener("click", save);
  bar.querySelector("[data-unsaved-discard]").addEventListener("click", discard);
  show();
}
