/** Asks for a group and its size, says what its bench will take, and starts it. */
export const LaunchPage = {
  mount(element, { call }) {
    const form = document.createElement('form');
    form.innerHTML = `
      <label>Group <input name="group" required></label>
      <label>Members <input name="members" type="number" min="1" value="3"></label>
      <button>Start</button>
      <output></output>`;
    const answer = form.querySelector('output');
    const members = () => Number(new FormData(form).get('members'));
    form.addEventListener('input', async () => {
      const { cores, memory_gib: memory } = await call('estimate', { members: members() });
      answer.textContent = `${cores} cores, ${memory} GiB of memory`;
    });
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      const { address } = await call('start', { group: new FormData(form).get('group'), members: members() });
      answer.textContent = `It runs at ${address}`;
    });
    element.append(form);
    return () => form.remove();
  },
};
