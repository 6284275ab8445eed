// An element with data-progress="url" is replaced by what that address answers, until the answer
// has no data-progress any more. Asks less often the longer it takes, and not in a hidden tab.
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 10000;

async function fetchFragment(url) {
  const response = await fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  if (!response.ok) throw new Error(String(response.status));
  const holder = document.createElement("template");
  holder.innerHTML = await response.text();
  return holder.content.firstElementChild;
}

function follow(element, wait) {
  setTimeout(async () => {
    if (!element.isConnected) return;
    const longer = Math.min(wait * 1.2, LONGEST_WAIT);
    if (document.hidden) return follow(element, wait);
    try {
      const next = await fetchFragment(element.dataset.progress);
      if (!next) return;
      // Replacing a button under a finger loses the press: wait for the next turn.
      const held = element.contains(document.activeElement) ? document.activeElement : null;
      if (held && !held.matches("summary") && next.dataset.progress) return follow(element, wait);
      exchange(element, next, held);
      if (next.dataset.progress) follow(next, longer);
      else announce(next.dataset.announce);
    } catch {
      follow(element, LONGEST_WAIT);
    }
  }, wait);
}

// What somebody unfolded stays unfolded, and the focus on it stays, too.
function exchange(before, after, held) {
  const folds = after.querySelectorAll("details");
  before.querySelectorAll("details").forEach((fold, number) => {
    if (folds[number]) folds[number].open = fold.open;
  });
  const place = [...before.querySelectorAll("summary")].indexOf(held);
  before.replaceWith(after);
  after.querySelectorAll("summary")[place]?.focus({ preventScroll: true });
}

function announce(words) {
  const announcer = document.querySelector("[data-announcer]");
  if (announcer && words) announcer.textContent = words;
}

function followAll(root) {
  for (const element of root.querySelectorAll("[data-progress]")) follow(element, FIRST_WAIT);
}

followAll(document);
