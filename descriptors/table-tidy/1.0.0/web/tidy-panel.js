/** A box to paste a table into, and the tidied one below. */
export const TidyPanel = {
  mount(element, { call }) {
    const box = document.createElement('textarea');
    const result = document.createElement('pre');
    box.addEventListener('input', async () => {
      result.textContent = await call('tidy', { text: box.value });
    });
    element.append(box, result);
    return () => element.replaceChildren();
  },
};
