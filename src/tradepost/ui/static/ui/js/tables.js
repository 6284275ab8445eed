// On a phone a table is shown as cards (table.css); each cell then says which column it is of. The
// roles are written down because a browser forgets them once rows are no table rows any more.
const ROLES = { table: "table", thead: "rowgroup", tbody: "rowgroup", tfoot: "rowgroup", tr: "row", td: "cell" };

function label(table) {
  const heads = [...table.querySelectorAll("thead tr:last-child > *")].map(words);
  for (const row of table.querySelectorAll("tbody tr, tfoot tr")) {
    let column = 0;
    for (const cell of row.children) {
      if (!cell.dataset.label && heads[column] && cell.colSpan === 1) cell.dataset.label = heads[column];
      column += cell.colSpan;
    }
  }
  for (const [name, role] of Object.entries(ROLES)) {
    for (const part of [table, ...table.querySelectorAll(name)]) {
      if (part.localName === name && !part.hasAttribute("role")) part.setAttribute("role", role);
    }
  }
  for (const head of table.querySelectorAll("th:not([role])")) {
    head.setAttribute("role", head.scope === "row" ? "rowheader" : "columnheader");
  }
}

function words(head) {
  return head.querySelector(".visually-hidden, input") ? "" : head.textContent.trim();
}

function labelAll(root) {
  for (const table of root.querySelectorAll("table.table")) label(table);
}

labelAll(document);
// Rows that come later, from htmx or with the progress of a job.
new MutationObserver((changes) => {
  if (changes.some((change) => [...change.addedNodes].some((node) => node.nodeType === 1))) labelAll(document);
}).observe(document.querySelector("main") ?? document.body, { childList: true, subtree: true });
