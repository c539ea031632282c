/** A box to paste a table into, the tidied one below, and how much was changed. */
export const TidyPanel = {
  mount(element, { call }) {
    const box = document.createElement('textarea');
    const count = document.createElement('p');
    const result = document.createElement('pre');
    box.addEventListener('input', async () => {
      const input = { text: box.value };
      const [tidied, { cells, rows }] = await Promise.all([
        call('tidy', input),
        call('count_changes', input),
      ]);
      result.textContent = tidied;
      count.textContent = `${cells} cells and ${rows} rows changed`;
    });
    element.append(box, count, result);
    return () => element.replaceChildren();
  },
};
