// Forms: the error summary takes the focus, a form is sent once, filters may send themselves.
document.querySelector("[data-focus]")?.focus();

const sent = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  form.setAttribute("aria-busy", "true");
  // An answer that is a download leaves the page standing: let it be asked for again.
  setTimeout(() => {
    sent.delete(form);
    form.removeAttribute("aria-busy");
  }, 8000);
});

// A page taken back from the browser's memory may be sent again.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-autosubmit]");
  if (form && event.target.matches("select, input[type=checkbox], input[type=radio], input[type=date]")) form.requestSubmit();
});
