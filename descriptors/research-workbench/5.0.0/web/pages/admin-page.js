/** Lists who may store how much. */
export class AdminPage extends HTMLElement {
  async connectedCallback() {
    const list = document.createElement('ol');
    for (const { member, gib } of await this.call('usage', {})) {
      const line = document.createElement('li');
      line.textContent = `${member}: ${gib} GiB`;
      list.append(line);
    }
    this.replaceChildren(list);
  }
}
