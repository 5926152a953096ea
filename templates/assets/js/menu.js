// Menus of the top bar close on Escape and on a click elsewhere; folded parts open again when the window grows.
const menus = () => document.querySelectorAll("details[data-menu][open]");

document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

matchMedia("(max-width: 47.99rem)").addEventListener("change", (phone) => {
  for (const part of document.querySelectorAll("details[data-fold=phone]")) part.open = !phone.matches;
});
