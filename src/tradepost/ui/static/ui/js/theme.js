// Remembers a reader's choice of light or dark on this device only; nothing is sent anywhere.
const KEY = "tradepost-theme";

function read() {
  try {
    return localStorage.getItem(KEY) || "";
  } catch {
    return ""; // Storage may be forbidden; the page then follows the device.
  }
}

function apply(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

function remember(theme) {
  try {
    if (theme) localStorage.setItem(KEY, theme);
    else localStorage.removeItem(KEY);
  } catch {
    // The choice then lasts for this page.
  }
}

apply(read());

document.addEventListener("DOMContentLoaded", () => {
  for (const box of document.querySelectorAll("[data-theme-switch]")) {
    const select = box.querySelector("select");
    select.value = read();
    select.addEventListener("change", () => {
      apply(select.value);
      remember(select.value);
    });
    box.hidden = false;
  }
});
