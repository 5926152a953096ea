// A checkbox in a table's heading ticks all of its name: <input type="checkbox" data-select-all="ids">.
const boxes = (all) => {
  const root = all.closest("form, table") ?? document;
  return [...root.querySelectorAll(`input[type=checkbox][name="${CSS.escape(all.dataset.selectAll)}"]:not(:disabled)`)];
};

const show = (all) => {
  const list = boxes(all);
  const ticked = list.filter((box) => box.checked).length;
  all.checked = ticked > 0 && ticked === list.length;
  all.indeterminate = ticked > 0 && ticked < list.length;
};

document.addEventListener("change", (event) => {
  const box = event.target;
  if (box.dataset?.selectAll) for (const other of boxes(box)) other.checked = box.checked;
  for (const all of document.querySelectorAll("input[data-select-all]")) show(all);
});

for (const all of document.querySelectorAll("input[data-select-all]")) show(all);
