// On a phone the rows of a table are shown as cards (table.css), each cell with its column's name from
// the server (cards.py). Some browsers forget that such rows are rows: the roles tell screen readers.
const ROLES = { table: "table", thead: "rowgroup", tbody: "rowgroup", tfoot: "rowgroup", tr: "row", td: "cell" };

function tell(table) {
  for (const [name, role] of Object.entries(ROLES)) {
    for (const part of [table, ...table.querySelectorAll(name)]) {
      if (part.localName === name && !part.hasAttribute("role")) part.setAttribute("role", role);
    }
  }
  for (const head of table.querySelectorAll("th:not([role])")) {
    head.setAttribute("role", head.scope === "row" ? "rowheader" : "columnheader");
  }
}

function tellAll(root) {
  for (const table of root.querySelectorAll("table.table")) tell(table);
}

tellAll(document);
// Rows that come later, from htmx or with the progress of a job.
new MutationObserver((changes) => {
  if (changes.some((change) => [...change.addedNodes].some((node) => node.nodeType === 1))) tellAll(document);
}).observe(document.querySelector("main") ?? document.body, { childList: true, subtree: true });
