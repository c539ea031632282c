/** A button that asks the plugin's own back end for a greeting. */
export class Greeting extends HTMLElement {
  connectedCallback() {
    const button = document.createElement('button');
    button.textContent = 'Say hello';
    button.addEventListener('click', async () => {
      button.textContent = await this.call('greet', { name: 'Mortise' });
    });
    this.replaceChildren(button);
  }
}
