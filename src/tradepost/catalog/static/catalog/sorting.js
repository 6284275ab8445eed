// Photos are dragged into order; the number fields, which work without this, follow.
function renumber(list) {
  [...list.children].forEach((item, index) => {
    const field = item.querySelector("input[name$=-place]");
    if (Number(field.value) === index + 1) return;
    field.value = index + 1;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

function prepare(list) {
  let dragged = null;
  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("li");
    event.dataTransfer.effectAllowed = "move";
  });
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("li");
    if (!dragged || !over || over === dragged) return;
    event.preventDefault();
    const before = [...list.children].indexOf(over) < [...list.children].indexOf(dragged);
    list.insertBefore(dragged, before ? over : over.nextSibling);
  });
  list.addEventListener("drop", (event) => event.preventDefault());
  list.addEventListener("dragend", () => {
    dragged = null;
    renumber(list);
  });
  // In a field the mouse marks text; the card is dragged by everything else.
  for (const field of list.querySelectorAll("input")) {
    field.addEventListener("mousedown", () => { field.closest("li").draggable = false; });
    field.addEventListener("blur", () => { field.closest("li").draggable = true; });
  }
}

document.querySelectorAll("[data-sortable]").forEach(prepare);
