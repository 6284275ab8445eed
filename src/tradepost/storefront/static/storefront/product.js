// The page of a product follows the chosen variant: price, stock, photo, article number, button.
// All words come from the server in the data block; without this script a button asks the server.
const form = document.querySelector("[data-choices]");
const block = document.getElementById("choices");

function show(element, words) {
  if (!element) return;
  element.hidden = !words;
  const amount = element.querySelector("[data-amount], dd") ?? element;
  amount.textContent = words;
}

function start({ whole, combinations }) {
  const options = [...form.querySelectorAll("[data-option]")];
  const price = document.querySelector("[data-price]");
  const stock = form.querySelector("[data-stock]");
  const buy = form.querySelector("[data-buy]");
  const quantity = form.elements.quantity;
  const sku = document.querySelector("[data-sku]");
  const ownSku = sku?.querySelector("dd").textContent ?? "";
  form.querySelector("[data-without-script]").hidden = true;

  const picked = () => options.map((one) => one.querySelector(":checked")?.value ?? "");

  function mark(values) {
    options.forEach((option, place) => {
      for (const radio of option.querySelectorAll("input")) {
        const there = combinations.some((one) => !one.soldOut && one.values.every(
          (value, at) => value === (at === place ? radio.value : values[at] || value)));
        radio.parentElement.classList.toggle("sold-out", !there);
        radio.parentElement.querySelector("[data-sold-out]").hidden = there;
      }
    });
  }

  function showPrice(offer) {
    price.querySelector("[data-from]").hidden = !offer.from;
    show(price.querySelector("[data-former]"), offer.former);
    price.querySelector(":scope > [data-amount]").textContent = offer.price;
    document.querySelector("[data-former-note]").hidden = !offer.former;
  }

  function showStock(offer, values) {
    const words = values.every(Boolean) ? "none" : "open";
    if (!offer) {
      stock.replaceChildren(form.querySelector(`[data-words=${words}]`).content.cloneNode(true));
      return;
    }
    const badge = document.createElement("span");
    badge.className = `badge badge-${offer.soldOut ? "quiet" : offer.low ? "warn" : "good"}`;
    badge.textContent = offer.stock;
    stock.replaceChildren(badge);
  }

  function showPhoto(name) {
    const figure = name && document.querySelector(`[data-photo="${CSS.escape(name)}"]`);
    const strip = figure?.parentElement;
    strip?.scrollTo({ left: figure.offsetLeft - strip.offsetLeft });
  }

  function follow(event) {
    const values = picked();
    const chosen = combinations.find((one) => one.values.every((value, at) => value === values[at]));
    mark(values);
    showPrice(chosen ?? whole);
    showStock(chosen, values);
    show(sku, chosen?.sku || ownSku);
    buy.disabled = chosen ? chosen.soldOut : values.every(Boolean) || whole.soldOut;
    quantity.max = chosen?.left || 9999;
    showPhoto(chosen?.photo);
    if (event) remember(values);
  }

  function remember(values) {
    const address = new URL(location.href);
    address.searchParams.delete("missing");
    values.forEach((value, at) => value && address.searchParams.set(`o${at + 1}`, value));
    history.replaceState(null, "", address);
  }

  form.addEventListener("change", (event) => event.target.type === "radio" && follow(event));
  follow(null); // Browsers keep what was chosen when somebody comes back to the page.
}

if (form && block) start(JSON.parse(block.textContent));
