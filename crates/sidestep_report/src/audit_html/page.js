(() => {
  const table = document.getElementById("calls");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const [find, column, verdict, shown] = ["find", "column", "verdict", "shown"].map((id) => document.getElementById(id));
  const rank = { no: 0, unknown: 1, yes: 2 };

  const matches = (row) => {
    const text = row.cells[0].textContent.toLowerCase();
    if (!find.value.toLowerCase().split(/\s+/).every((word) => text.includes(word))) return false;
    if (!verdict.value) return true;
    return [...row.cells].some(
      (cell) => cell.className === verdict.value && (!column.value || cell.dataset.column === column.value));
  };
  const filter = () => {
    let count = 0;
    for (const row of rows) {
      row.hidden = !matches(row);
      if (!row.hidden) count += 1;
    }
    shown.textContent = count === rows.length ? "" : `${count} of ${rows.length}`;
  };
  for (const control of [find, column, verdict]) control.addEventListener("input", filter);

  const heads = [...table.tHead.rows[0].cells];
  const sort = (head) => {
    const index = heads.indexOf(head);
    const up = head.getAttribute("aria-sort") !== "ascending";
    for (const other of heads) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const place = new Map(rows.map((row, n) => [row, n]));
    const value = (row) => (index === 0 ? place.get(row) : rank[row.cells[index].className]);
    const sorted = [...rows].sort((a, b) => (up ? 1 : -1) * (value(a) - value(b)) || place.get(a) - place.get(b));
    body.append(...sorted);
  };
  for (const head of heads) {
    head.tabIndex = 0;
    head.setAttribute("role", "button");
    head.addEventListener("click", () => sort(head));
    head.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); sort(head); }
    });
  }
  document.querySelector(".controls").hidden = false;
})();
