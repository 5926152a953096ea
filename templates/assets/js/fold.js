// Folds the <details> right before this script on a phone, before it is painted. Without JavaScript it stays open.
(() => {
  const details = document.currentScript.previousElementSibling;
  if (details && matchMedia("(max-width: 47.99rem)").matches) details.open = false;
})();
