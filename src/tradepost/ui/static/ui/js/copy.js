// A button with data-copy="text" copies the text; with data-copy-from="id" the text of that element.
// It says that it did in its own words, from data-copied, so that nothing here needs translating.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copyFrom ?? "");
  const text = button.dataset.copy || source?.value || source?.textContent.trim() || "";
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    if (source) getSelection().selectAllChildren(source); // Refused: leave it selected for Ctrl-C.
    return;
  }
  const label = button.querySelector("[data-copy-label]") ?? button;
  const before = label.textContent;
  label.textContent = button.dataset.copied || "✓";
  setTimeout(() => { label.textContent = before; }, 2000);
});

for (const button of document.querySelectorAll("[data-copy][hidden], [data-copy-from][hidden]")) {
  button.hidden = false;
}
