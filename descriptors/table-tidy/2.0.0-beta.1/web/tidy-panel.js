/** A box to paste a table into, the tidied one below, and what its columns seem to hold. */
export const TidyPanel = {
  mount(element, { call }) {
    const box = document.createElement('textarea');
    const columns = document.createElement('ul');
    const result = document.createElement('pre');
    box.addEventListener('input', async () => {
      const tidied = await call('tidy', { text: box.value, drop_repeated: true });
      result.textContent = tidied.text;
      columns.replaceChildren(
        ...Object.entries(tidied.columns).map(([name, kind]) =>
          Object.assign(document.createElement('li'), { textContent: `${name}: ${kind}` }),
        ),
      );
    });
    element.append(box, columns, result);
    return () => element.replaceChildren();
  },
};
