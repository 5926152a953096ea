// Copies a value shown once. Over plain http the clipboard is closed to scripts: then the text is selected to copy by hand.
for (const button of document.querySelectorAll("[data-copy]")) {
  const input = document.getElementById(button.dataset.copy);
  const status = document.querySelector(`[data-copy-status="${CSS.escape(button.dataset.copy)}"]`);
  button.hidden = false;
  button.addEventListener("click", async () => {
    input.select();
    try {
      await navigator.clipboard.writeText(input.value);
      status.textContent = "已复制，可以粘贴发送给对方。";
    } catch {
      status.textContent = "已选中，请按 Ctrl+C 复制。";
    }
  });
}
